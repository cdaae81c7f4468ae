import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { type MemoryContext, runIn } from "../../support/context.js";

const passwd = "root:x:0:0:root:/root:/bin/bash\n";
const group = "root:x:0:\n";
const users: MemoryFiles = { "/etc/passwd": passwd, "/etc/group": group };
const sound: MemoryContext = { files: users };
const open: MemoryContext = { files: { ...users, "/etc/passwd": { text: passwd, mode: 0o666 } } };
const denied: MemoryContext = { files: { ...users, "/boot": { kind: "directory", error: "denied" } } };

/** `files.passwd` is of severity high, and judged on the mode of one file. */
const audit = (context: MemoryContext, ...args: readonly string[]) =>
  runIn(["audit", "--only", "files.passwd", ...args], context);

const withSite = (context: MemoryContext, yaml: string): MemoryContext => ({
  ...context,
  files: { ...context.files, "/etc/nodeward/nodeward.yaml": yaml },
});
const waiver = (expires: string) =>
  `waivers:\n  - {check: files.passwd, reason: a test, owner: team-x, expires: ${expires}}\n`;

test("0 when nothing failed, 1 when something did", async () => {
  const good = await audit(sound);
  assert.is(good.code, 0, good.err + good.out);
  assert.match(good.out, "Exit code 0: no check failed (--fail-on low).");
  const bad = await audit(open);
  assert.is(bad.code, 1);
  assert.match(bad.out, "FAIL   high      files.passwd");
  assert.match(bad.out, "Exit code 1: 1 check failed (--fail-on low).");
  assert.is(bad.err, "");
});

test("--fail-on looks at that severity and graver ones", async () => {
  assert.is((await audit(open, "--fail-on", "medium")).code, 1);
  assert.is((await audit(open, "--fail-on", "high")).code, 1);
  const graver = await audit(open, "--fail-on", "critical");
  assert.is(graver.code, 0);
  assert.match(graver.out, "Exit code 0: no check of severity critical failed (--fail-on critical).");
  const none = await audit(open, "--fail-on", "none", "--strict");
  assert.is(none.code, 0);
  assert.match(none.out, "Exit code 0, whatever failed (--fail-on none).");
});

test("what could not be decided is no failure, and is one with --strict", async () => {
  const grub = (...args: readonly string[]) => runIn(["audit", "--only", "files.grub.cfg", ...args], denied);
  const plain = await grub();
  assert.is(plain.code, 0, plain.out + plain.err);
  assert.match(plain.out, /^ERROR .* files\.grub\.cfg$/m);
  assert.match(plain.out, "permission denied");
  assert.match(plain.out, "run as root");
  const strict = await grub("--strict");
  assert.is(strict.code, 1);
  assert.match(strict.out, "1 check failed or could not be decided (--fail-on low --strict).");
  assert.is((await grub("--strict", "--fail-on", "critical")).code, 0);
});

test("2 when the command line, a profile or the site file is wrong; standard output stays empty", async () => {
  for (const [args, says] of [
    [["audit", "--frmat", "json"], /--frmat[\s\S]*Did you mean --format\?/],
    [["audit", "--format", "jsno"], /did you mean "json"\?/],
    [["audit", "--fail-on", "hihg"], /did you mean "high"\?/],
    [["adit"], /unknown command 'adit'[\s\S]*Did you mean audit\?/],
    [["audit", "extra"], /too many arguments/],
    [["audit", "--only"], /argument missing/],
    [
      ["audit", "--only", "files.paswd"],
      /--only: no check matches files\.paswd \(did you mean "files\.passwd"\?\)/,
    ],
    [["audit", "--profile", "basline"], /no profile basline \(did you mean "baseline"\?\)/],
    [["audit", "--config", "/nowhere.yaml"], /no such file: \/nowhere\.yaml/],
    [["audit", "--root", "/nowhere"], /--root: no such directory/],
    [["audit", "-o", ""], /takes a file/],
  ] as const) {
    const { code, out, err } = await runIn(args, sound);
    assert.is(code, 2, args.join(" "));
    assert.is(out, "", args.join(" "));
    assert.match(err, says);
  }
});

test("2 for a site file that is wrong, with file, line and column", async () => {
  const { code, err } = await audit(withSite(sound, "checks:\n  files.paswd: off\n"));
  assert.is(code, 2);
  assert.match(err, /^nodeward: \/etc\/nodeward\/nodeward\.yaml:2:3: no check files\.paswd \(did you mean/);
});

test("3 when the report cannot be written, and the reason is said", async () => {
  const writer = { replace: () => ({ state: "failed" as const, reason: "no space left on device: /r" }) };
  const { code, out, err } = await audit({ ...sound, writer }, "-o", "/r");
  assert.is(code, 3);
  assert.is(out, "");
  assert.is(err, "nodeward: cannot write the report: no space left on device: /r\n");
});

test("-o writes the report there, for its owner alone, and nothing to standard output", async () => {
  const { code, out, written } = await audit(open, "--format", "json", "-o", "/tmp/report.json");
  assert.is(code, 1);
  assert.is(out, "");
  const file = written.get("/tmp/report.json");
  assert.is(file?.mode, 0o600);
  assert.is(JSON.parse(file?.text ?? "").results[0].status, "fail");
});

test("a waiver in force, on its last day, and expired", async () => {
  for (const [expires, code, status] of [
    ["2027-01-01", 0, "waived"],
    ["2026-11-21", 0, "waived"],
    ["2026-11-20", 1, "fail"],
  ] as const) {
    const ran = await audit(withSite(open, waiver(expires)), "--format", "json", "--strict");
    const [result] = JSON.parse(ran.out).results;
    assert.is(ran.code, code, expires);
    assert.is(result.status, status, expires);
    assert.equal(result.waiver, { reason: "a test", owner: "team-x", expires });
    assert.is(/the waiver of team-x expired on 2026-11-20/.test(result.message), status === "fail");
  }
  const passing = await audit(withSite(sound, waiver("2027-01-01")), "--format", "json");
  assert.is(JSON.parse(passing.out).results[0].status, "pass");
});

test("--quiet prints the summary alone", async () => {
  const { code, out } = await audit(open, "--quiet");
  assert.is(code, 1);
  assert.match(out, /^ +critical/);
  assert.not.match(out, "files.passwd");
});

test("colour on a terminal, not in a pipe or a file, not with --no-color or NO_COLOR", async () => {
  const terminal = { ...open, terminal: 100 };
  assert.match((await audit(terminal)).out, "\u001b[");
  assert.not.match((await audit(open)).out, "\u001b[");
  assert.not.match((await audit(terminal, "--no-color")).out, "\u001b[");
  assert.not.match((await audit({ ...terminal, env: { NO_COLOR: "1" } })).out, "\u001b[");
  const toFile = await audit(terminal, "-o", "/r");
  assert.not.match(toFile.written.get("/r")?.text ?? "", "\u001b[");
});

test("patterns may stand in several words or in one with commas; --skip takes away", async () => {
  const ids = async (...args: readonly string[]) => {
    const { out } = await runIn(["audit", "--format", "json", ...args], sound);
    return JSON.parse(out).results.map(({ id }: { readonly id: string }) => id);
  };
  const both = ["files.passwd", "files.group"];
  assert.equal(await ids("--only", ...both), both);
  assert.equal(await ids("--only", both.join(",")), both);
  assert.equal(await ids("--only", "files.passwd", "--only", "files.group"), both);
  assert.equal(await ids("--only", ...both, "--skip", "files.group"), ["files.passwd"]);
});

test("every format is printed whole, and text is what one gets unasked", async () => {
  for (const format of [
    "text",
    "json",
    "jsonl",
    "html",
    "markdown",
    "sarif",
    "junit",
    "prometheus",
    "policyreport",
  ]) {
    const { code, out, err } = await audit(open, "--format", format);
    assert.is(code, 1, err);
    assert.match(out, "files.passwd", format);
    assert.is(out.at(-1), "\n", format);
  }
  assert.match((await audit(open)).out, "━━ files");
});

test("a run where nothing is selected says so on standard error", async () => {
  const { code, err } = await runIn(["audit", "--only", "tag:files", "--skip", "files"], sound);
  assert.is(code, 0);
  assert.match(err, "nodeward: no check is selected: --skip leaves out all that --only names\n");
});

test("an empty pattern, as of a variable that is not set, is not taken for all or none", async () => {
  for (const option of ["--only", "--skip"])
    for (const pattern of ["", ","]) {
      const { code, err } = await runIn(["audit", option, pattern], sound);
      assert.is(code, 2);
      assert.is(err, `nodeward: ${option}: an empty pattern matches no check\n`);
    }
});

test.run();
