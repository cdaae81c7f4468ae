import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../../src/checks/index.js";
import { shippedData } from "../../../src/host/data.js";
import { type MemoryContext, runIn } from "../../support/context.js";

const list = (...args: readonly string[]) => runIn(["checks", ...args]);
const explain = (...args: readonly string[]) => runIn(["explain", ...args]);

/** Shipped data with a benchmark and profiles made for the test. */
const made: MemoryContext = {
  data: {
    read: (path) =>
      new Map([
        ["profiles/baseline.yaml", "checks:\n  files.passwd: on\n  files.cron.d: on\n"],
        [
          "profiles/strict.yaml",
          'extends: [baseline]\nchecks:\n  files.group: on\nparams:\n  files.cron.d: {mode: "0500"}\n',
        ],
        [
          "profiles/references/cis-kubernetes.yaml",
          'title: A benchmark\nversion: "1.0"\nitems:\n  "1.10": [files.passwd, files.group]\n  "1.9": [files.group]\nexcluded:\n  "1.2": of another machine\n',
        ],
      ]).get(path) ?? shippedData.read(path),
    list: (folder) =>
      folder === "profiles"
        ? ["baseline.yaml", "strict.yaml"]
        : folder === "profiles/references"
          ? ["cis-kubernetes.yaml"]
          : [],
  },
};

test("a line a check, where it is listed, how it is repaired, what it asks", async () => {
  const { code, out } = await list();
  assert.is(code, 0);
  const lines = out.split("\n");
  assert.is(lines.indexOf(""), checks.length);
  assert.match(out, /^files\.passwd +high +baseline,\S* +none +The user database is written by root alone$/m);
  assert.match(out, new RegExp(`^${checks.length} checks: `, "m"));
});

test("on a narrow terminal the title has a line of its own", async () => {
  const { out } = await runIn(["checks", "--only", "files.passwd", "--no-color"], { terminal: 80 });
  assert.match(
    out,
    /^files\.passwd {2}high +baseline.* none\n {4}The user database is written by root alone\n/,
  );
  for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
});

test("narrowed by patterns and profiles, as JSON and Markdown", async () => {
  const ids = async (...args: readonly string[]) => {
    const { out, err } = await runIn(["checks", "--format", "json", ...args], made);
    assert.is(err, "");
    return JSON.parse(out).checks.map(({ id }: { readonly id: string }) => id);
  };
  assert.equal(
    await ids("--only", "files.passwd", "files.cron.d"),
    ["files.passwd", "files.cron.d"].sort(byList),
  );
  assert.equal(await ids("--profile", "baseline"), ["files.passwd", "files.cron.d"].sort(byList));
  assert.equal(
    await ids("--profile", "strict", "--skip", "files.cron.*"),
    ["files.passwd", "files.group"].sort(byList),
  );
  const markdown = await runIn(["checks", "--format", "markdown", "--only", "files.passwd"], made);
  assert.match(markdown.out, "| files.passwd | high | baseline, strict | none | The user database");
});

function byList(a: string, b: string): number {
  const at = (id: string) => checks.findIndex((check) => check.id === id);
  return at(a) - at(b);
}

test("a profile that is a file of the site, and a site file", async () => {
  const files = {
    "/p.yaml": "checks: {files.group: on}\n",
    "/site.yaml": "extends: [strict]\nchecks: {files.passwd: off}\n",
  };
  const profile = await runIn(["checks", "--profile", "/p.yaml"], { ...made, files });
  assert.match(profile.out, /^files\.group /);
  assert.match(profile.out, "1 check: ");
  const site = await runIn(["checks", "--config", "/site.yaml"], { ...made, files });
  assert.match(site.out, "2 checks: ");
  assert.not.match(site.out, "files.passwd");
});

test("--framework: each item with its checks or the reason why not, in order, and totals", async () => {
  const { code, out } = await runIn(["checks", "--framework", "cis-k8s"], made);
  assert.is(code, 0);
  assert.match(out, /^A benchmark, 1\.0\n/);
  assert.match(
    out,
    /^1\.2 {3}- of another machine\n1\.9 {3}files\.group\n1\.10 {2}files\.passwd, files\.group\n/m,
  );
  assert.match(out, "3 items: 2 answered by 2 checks, 1 not, for the reasons given.");
  const narrowed = await runIn(
    ["checks", "--framework", "cis-kubernetes", "--profile", "baseline", "--format", "json"],
    made,
  );
  const document = JSON.parse(narrowed.out);
  assert.equal(document.totals, { items: 3, answered: 1, checks: 1 });
  assert.equal(document.items[1], { item: "1.9", checks: [], reason: "not chosen: files.group" });
  const markdown = await runIn(["checks", "--framework", "cis-kubernetes", "--format", "markdown"], made);
  assert.match(markdown.out, "| 1\\.2 | *of another machine* |");
});

test("every shipped framework has a coverage", async () => {
  for (const name of shippedData.list("profiles/references")) {
    const { code, out } = await list("--framework", name.replace(".yaml", ""), "--quiet");
    assert.is(code, 0);
    assert.match(out, /^\d+ items?: \d+ answered by \d+ checks?, \d+ not/);
  }
});

test("an unknown framework, profile, pattern or format: exit 2 and the nearest name", async () => {
  for (const [args, says] of [
    [
      ["--framework", "cis-debain12"],
      /no framework cis-debain12 \(did you mean "cis-debian12"\?\): .*cis-debian12/,
    ],
    [["--profile", "strct"], /did you mean "strict"/],
    [["--only", "files.pass"], /did you mean "files\.passwd"/],
    [["--format", "html"], /takes one of text, json, markdown/],
  ] as const) {
    const { code, out, err } = await list(...args);
    assert.is(code, 2, err);
    assert.is(out, "");
    assert.match(err, says);
  }
});

test("explain says what it reads, why, what passes, its parameters, repair and references", async () => {
  const { code, out } = await runIn(["explain", "files.cron.d"], made);
  assert.is(code, 0);
  for (const part of [
    /^files\.cron\.d\n {2}Passes when {3}The packages' cron jobs are root's alone\n/,
    /^ {2}Severity {6}medium$/m,
    /^ {2}Profiles {6}baseline, strict$/m,
    /^ {2}Why {11}Scripts in there run as root/m,
    /^ {2}Reads {9}owner and mode of named files/m,
    /^ {2}Parameters {4}mode: a mode such as 0640; default 0700\n {16}mode in strict: 0500$/m,
    /^ {2}By hand {7}`chown root:root`/m,
    /^ {2}Automatic {5}yes; risk: none \(nothing is interrupted\)$/m,
  ])
    assert.match(out, part);
  assert.match((await explain("files.cron.allow")).out, /^ {2}Can break {5}/m);
  assert.match(
    (await runIn(["explain", "files.passwd"], made)).out,
    /^ {2}References {4}cis-kubernetes 1\.10$/m,
  );
});

test("explain takes globs, domains and benchmark numbers, in the order of the catalogue, each once", async () => {
  const { out } = await runIn(["explain", "cis-kubernetes:1.*", "files.group", "--format", "json"], made);
  const ids = JSON.parse(out).checks.map(({ id }: { readonly id: string }) => id);
  assert.equal(ids, ["files.passwd", "files.group"].sort(byList));
  const markdown = await runIn(["explain", "files.passw?", "--format", "markdown"], made);
  assert.match(markdown.out, "## files.passwd\n\n- **Passes when:** The user database");
});

test("every check can be explained in every format, within the width", async () => {
  const { code, out } = await explain(...new Set(checks.map(({ domain }) => domain)));
  assert.is(code, 0);
  for (const { id } of checks) assert.match(out, `${id}\n  Passes when`);
  const document = JSON.parse((await explain("*", "--format", "json")).out);
  assert.is(document.checks.length, checks.length);
  for (const check of document.checks) assert.ok(check.reads.length > 0, `${check.id} reads something`);
});

test("an unknown check: exit 2 and the nearest id", async () => {
  const { code, out, err } = await explain("files.paswd");
  assert.is(code, 2);
  assert.is(out, "");
  assert.is(err, 'nodeward: no check matches files.paswd (did you mean "files.passwd"?)\n');
  assert.is((await explain()).code, 2);
  assert.match((await explain("cis-debain12:1.1")).err, 'did you mean "cis-debian12"');
});

test.run();
