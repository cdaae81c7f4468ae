// Profiles and site files: what extends what, which value wins, and that every mistake is told with its place.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parsePolicy } from "../../../src/policy/document.js";
import { loadPolicy } from "../../../src/policy/load.js";
import { itemsByCheck, parseFramework, referencesBy, referencesOf } from "../../../src/policy/references.js";
import { type Patterns, type SelectResult, select } from "../../../src/policy/select.js";
import { memoryPolicyFiles, syntheticChecks } from "../../support/synthetic.js";

const shipped = {
  baseline: "title: Baseline\nchecks:\n  sshd.*: on\n  kmod.sctp: on\n  kubelet.anonymous-auth: on\n",
  strict:
    "extends: [baseline]\nchecks:\n  kmod.usb-storage: on\nparams:\n  sshd.max-auth-tries: {limit: 3}\n",
};
const site = "/etc/nodeward/nodeward.yaml";
const parsedFramework = parseFramework(
  "cis-debian12.yaml",
  'title: CIS\nversion: "1.1"\nitems:\n  "5.1.20": [sshd.permit-root-login]\n  "5.1.16": [sshd.max-auth-tries]\nexcluded:\n  "1.1.1.1": not on a node\n',
);
const references = referencesOf("framework" in parsedFramework ? [parsedFramework.framework] : []);

async function run(
  siteText: string | undefined,
  patterns: Partial<Patterns> = {},
  profiles: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<SelectResult> {
  const files = memoryPolicyFiles(shipped, {
    ...more,
    ...(siteText === undefined ? {} : { [site]: siteText }),
  });
  const request = { config: { path: site, required: false }, profiles, fallback: ["baseline"] };
  const loaded = await loadPolicy(request, files);
  if (loaded.state === "error") return loaded;
  return select(loaded.policy, { only: [], skip: [], ...patterns }, syntheticChecks, references);
}

function ids(result: SelectResult): readonly string[] {
  if (result.state === "error") throw new Error(JSON.stringify(result.problems));
  return result.selected.map(({ check }) => check.id);
}

function problems(result: SelectResult): readonly string[] {
  if (result.state === "ok") return [];
  return result.problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
}

const sshd = ["sshd.permit-root-login", "sshd.max-auth-tries", "sshd.banner"];

test("without a site file the fallback profile decides", async () => {
  assert.equal(ids(await run(undefined)), [...sshd, "kmod.sctp", "kubelet.anonymous-auth"]);
});

test("a site file may be empty or hold only comments", async () => {
  assert.equal(ids(await run("")), [...sshd, "kmod.sctp", "kubelet.anonymous-auth"]);
  assert.equal(ids(await run("# nothing yet\n")), [...sshd, "kmod.sctp", "kubelet.anonymous-auth"]);
});

test("the site overrides the profile it extends, and a profile the one it extends", async () => {
  const result = await run(
    "extends: [strict]\nchecks: {sshd.banner: off, kmod.*: off}\nparams:\n  sshd.max-auth-tries: {limit: 2}\n",
  );
  assert.equal(ids(result), ["sshd.permit-root-login", "sshd.max-auth-tries", "kubelet.anonymous-auth"]);
  assert.is(result.state === "ok" && result.selected[1]?.params.limit, 2);
});

test("profiles of the command line take the place of those the site extends", async () => {
  const result = await run("extends: [baseline]\nchecks: {sshd.banner: off}\n", {}, ["strict"]);
  assert.ok(ids(result).includes("kmod.usb-storage"));
  assert.not.ok(ids(result).includes("sshd.banner"));
});

test("a profile can be a file beside the one that extends it", async () => {
  const more = { "/etc/nodeward/team.yaml": "checks: {kmod.usb-storage: on}\n" };
  assert.equal(ids(await run("extends: [./team.yaml]\n", {}, [], more)), ["kmod.usb-storage"]);
});

test("defaults stay where nothing is set", async () => {
  const result = await run(undefined);
  assert.equal(result.state === "ok" && result.selected[0]?.params, { expected: "no" });
});

test("every mistake is told with file, line, column and the nearest name", async () => {
  const text = [
    "extend: [baseline]",
    "checks:",
    "  sshd.permit-rot-login: on",
    "  sshd.banner: maybe",
    "params:",
    "  sshd.max-auth-tries: {limits: 3}",
    "  sshd.permit-root-login: {expected: prohibit-pasword}",
    "waivers:",
    "  - {check: sshd.banner, reason: x, owner: y, expires: 2027-02-30}",
  ].join("\n");
  assert.equal(problems(await run(text)), [
    `${site}:1:1: unknown key extend (did you mean "extends"?)`,
    `${site}:4:16: checks.sshd.banner takes on or off`,
    `${site}:9:56: expires takes a day as YYYY-MM-DD`,
  ]);
  const semantic = text.replace("extend:", "extends:").replace("maybe", "on").replace("02-30", "02-28");
  assert.equal(problems(await run(semantic)), [
    `${site}:3:3: no check sshd.permit-rot-login (did you mean "sshd.permit-root-login"?)`,
    `${site}:6:25: sshd.max-auth-tries has no parameter limits (did you mean "limit"?)`,
    `${site}:7:28: sshd.permit-root-login.expected takes one of no, prohibit-password (did you mean "prohibit-password"?)`,
  ]);
});

test("values of the wrong type are refused", async () => {
  const wrong = async (text: string) => problems(await run(text))[0];
  assert.match(
    (await wrong("params: {sshd.max-auth-tries: {limit: many}}")) ?? "",
    "takes a whole number, 1 to 10",
  );
  assert.match((await wrong("params: {sshd.max-auth-tries: {limit: 11}}")) ?? "", "1 to 10");
  assert.match((await wrong("params: {kmod.usb-storage: {exceptions: a}}")) ?? "", "takes a list of texts");
  assert.match((await wrong("checks: [sshd.banner]")) ?? "", "takes a map");
  assert.match((await wrong("- a\n- b\n")) ?? "", "takes a map");
  assert.match((await wrong("waivers: [{check: sshd.banner}]")) ?? "", "needs reason, owner, expires");
  assert.match((await wrong("params: {sshd.banner: {x: 1}}")) ?? "", "it takes none");
});

test("hostile policy text is an error with a place, not a hang", async () => {
  const bomb = `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`).join("\n")}\n`;
  assert.match(problems(await run(bomb))[0] ?? "", "too many values");
  assert.match(problems(await run("[".repeat(5000)))[0] ?? "", "nested deeper");
  assert.match(problems(await run(`x: ${"y".repeat(300_000)}`))[0] ?? "", "larger than");
  assert.match(problems(await run("__proto__: {polluted: true}"))[0] ?? "", "unknown key __proto__");
  assert.match(problems(await run("checks: {a: on\n"))[0] ?? "", /nodeward\.yaml:\d+:\d+: /);
  assert.match(
    problems(await run("checks: {}\nchecks: {}\n"))[0] ?? "",
    `${site}:2:1: checks is given twice`,
  );
  assert.match(problems(await run("a: 1\n---\nb: 2\n"))[0] ?? "", "more than one document");
  assert.is((Object.prototype as Record<string, unknown>).polluted, undefined);
});

test("profiles that extend each other, and ones that are not there, are told", async () => {
  const more = { "/etc/nodeward/a.yaml": "extends: [b.yaml]", "/etc/nodeward/b.yaml": "extends: [a.yaml]" };
  assert.match(
    problems(await run("extends: [./a.yaml]", {}, [], more))[0] ?? "",
    "profiles extend each other",
  );
  assert.match(
    problems(await run("extends: [basline]"))[0] ?? "",
    `${site}:1:11: no profile basline (did you mean "baseline"?)`,
  );
  assert.match(
    problems(await run("extends: [./none.yaml]"))[0] ?? "",
    "no such file: /etc/nodeward/none.yaml",
  );
});

test("--only and --skip take ids, globs, domains, tags, severities and benchmark items", async () => {
  const only = async (...patterns: string[]) => ids(await run(undefined, { only: patterns }));
  assert.equal(await only("sshd.banner"), ["sshd.banner"]);
  assert.equal(await only("sshd"), sshd);
  assert.equal(await only("*root*"), ["sshd.permit-root-login"]);
  assert.equal(await only("severity>=high"), [
    "sshd.permit-root-login",
    "kmod.sctp",
    "kubelet.anonymous-auth",
  ]);
  assert.equal(await only("severity<medium"), ["sshd.banner"]);
  assert.equal(await only("tag:cis"), ["sshd.permit-root-login", "sshd.max-auth-tries"]);
  assert.equal(await only("tag:made-up", "sshd.banner").then((found) => found.length), 5);
  assert.is((await only("made-up", "sshd.banner")).length, 5);
  assert.equal(await only("cis-debian12:5.1.*"), ["sshd.permit-root-login", "sshd.max-auth-tries"]);
  assert.equal(ids(await run(undefined, { skip: ["sshd", "severity=critical"] })), ["kmod.sctp"]);
});

test("--only with a whole id reaches a check the profile leaves out, a glob does not", async () => {
  assert.equal(ids(await run(undefined, { only: ["kmod.usb-storage"] })), ["kmod.usb-storage"]);
  assert.equal(ids(await run(undefined, { only: ["kmod.*"] })), ["kmod.sctp"]);
});

test("patterns that match nothing are refused with the nearest name", async () => {
  const wrong = async (pattern: string) => problems(await run(undefined, { only: [pattern] }))[0] ?? "";
  assert.match(await wrong("sshd.baner"), 'no check matches sshd.baner (did you mean "sshd.banner"?)');
  assert.match(await wrong("severity>=hihg"), 'did you mean "high"?');
  assert.match(await wrong("tag:mad-up"), 'did you mean "made-up"?');
  assert.match(await wrong("cis-debian11:5.1"), 'did you mean "cis-debian12"?');
  assert.match(await wrong("(a+)+$"), "no check matches");
  assert.match(await wrong("shd.*"), 'no check matches shd.* (did you mean "sshd.*"?)');
});

test("a waiver covers what it names", async () => {
  const result = await run(
    "waivers:\n  - {check: sshd.*, reason: bastion, owner: team-x, expires: 2027-01-01}\nextends: [baseline]\n",
  );
  const waived = result.state === "ok" ? result.selected.filter(({ waiver }) => waiver !== undefined) : [];
  assert.equal(
    waived.map(({ check }) => check.id),
    sshd,
  );
  assert.equal(waived[0]?.waiver, { reason: "bastion", owner: "team-x", expires: "2027-01-01" });
});

test("a file without positions (shipped as JSON) reads the same", () => {
  const yaml = parsePolicy("profiles/x.yaml", "checks: {sshd.*: on, kmod.sctp: off}", false);
  const json = parsePolicy("profiles/x.yaml", '{"checks":{"sshd.*":"on","kmod.sctp":"off"}}', true);
  const values = (result: typeof yaml) =>
    result.state === "ok" ? result.document.checks.map(({ value }) => value) : [];
  assert.equal(values(json), values(yaml));
  assert.is(values(yaml).length, 2);
});

test("items by check that the build wrote down answer without a framework being read", () => {
  let reads = 0;
  const indexed = referencesBy(JSON.parse(JSON.stringify(itemsByCheck(references.frameworks))), () => {
    reads++;
    return references.frameworks;
  });
  for (const id of ["sshd.permit-root-login", "sshd.max-auth-tries", "kmod.sctp", "__proto__", "constructor"])
    assert.equal(indexed.of(id), references.of(id), id);
  assert.equal(indexed.of("sshd.max-auth-tries"), { "cis-debian12": ["5.1.16"] });
  assert.is(reads, 0);
  assert.equal(indexed.names, references.names);
  assert.equal(
    indexed.find("cis-debian12", (item) => item === "5.1.20"),
    new Set(["sshd.permit-root-login"]),
  );
  assert.is(indexed.named("cis-k8s"), undefined);
  assert.is(reads, 1);
});

test.run();
