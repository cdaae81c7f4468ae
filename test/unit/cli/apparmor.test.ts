import { test } from "uvu";
import * as assert from "uvu/assert";
import { installed, listFile, node, policyFolder, shipped } from "../../support/apparmor-node.js";
import { runIn } from "../../support/context.js";

test("list names the shipped profiles and the site's own, with what each is for", async () => {
  const { code, out } = await runIn(["apparmor", "list"], { files: { "/etc/nodeward/apparmor/web": "" } });
  assert.is(code, 0);
  assert.match(out, /nodeward-deny-write +shipped +For a program/);
  assert.match(out, /web +\/etc\/nodeward\/apparmor\/web/);
  const json = JSON.parse((await runIn(["apparmor", "list", "--format", "json"])).out);
  assert.is(json.profiles.length, 3);
});

test("status: all in force; changed, missing, not loaded; disabled and complaining ones of others", async () => {
  const clean = await runIn(["apparmor", "status"], { files: installed() });
  assert.is(clean.code, 0, clean.out + clean.err);
  assert.match(clean.out, /3 profiles, all in force/);
  const files = node(["nodeward-audit (enforce)", "man (complain)"], {
    [`${policyFolder}/nodeward-audit`]: shipped("nodeward-audit"),
    [`${policyFolder}/nodeward-restricted`]: "profile nodeward-restricted { /** rwix, }\n",
    [`${policyFolder}/usr.bin.man`]: "profile man flags=(complain) {\n}\n",
    [`${policyFolder}/chrony`]: "profile chrony {\n}\n",
    [`${policyFolder}/disable/chrony`]: { link: "../chrony" },
  });
  const wrong = await runIn(["apparmor", "status"], { files });
  assert.is(wrong.code, 1);
  assert.match(wrong.out, /nodeward-audit +NOT IN FORCE +enforce/);
  assert.match(wrong.out, /nodeward-deny-write +MISSING +not loaded/);
  assert.match(wrong.out, /nodeward-restricted +CHANGED +not loaded/);
  assert.match(wrong.out, /man +complain +0/);
  assert.match(wrong.out, /disabled: chrony/);
  const json = JSON.parse((await runIn(["apparmor", "status", "--format", "json"], { files })).out);
  assert.equal(json.disk, { files: 4, disabled: ["chrony"], complaining: ["nodeward-audit", "man"] });
  assert.equal(
    (await runIn(["apparmor", "status", "--quiet"], { files })).out,
    "3 profiles, 3 not as meant\n",
  );
});

test("processes are counted by the profile they run under, each of a stack", async () => {
  const process = (pid: number, label: string) => ({
    [`/proc/${pid}/status`]: `Name:\tx\nPid:\t${pid}\nPPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n`,
    [`/proc/${pid}/cmdline`]: "x\0",
    [`/proc/${pid}/attr/apparmor/current`]: `${label}\n`,
  });
  const files = installed({
    ...process(7, "nodeward-restricted (enforce)"),
    ...process(8, "nodeward-restricted//&nodeward-deny-write (enforce)"),
  });
  const { out } = await runIn(["apparmor", "status", "--format", "json"], { files });
  const { loaded, policies } = JSON.parse(out);
  const counts = loaded.map((one: { name: string; processes: number }) => [one.name, one.processes]);
  assert.equal(counts, [
    ["nodeward-audit", 0],
    ["nodeward-deny-write", 1],
    ["nodeward-restricted", 2],
  ]);
  assert.equal(policies[2].usedBy, ["process 7", "process 8"]);
});

test("without AppArmor in the kernel: said, and no failure", async () => {
  for (const command of ["status", "install"]) {
    const { code, out, err } = await runIn(["apparmor", command], {
      files: { "/sys/module/apparmor/parameters/enabled": "N\n" },
    });
    assert.equal([code, out], [0, ""]);
    assert.match(err, /AppArmor is off in the running kernel/);
  }
});

test("what cannot be read is said, and is no success", async () => {
  const denied = await runIn(["apparmor", "status"], {
    files: installed({ [listFile]: { text: "", error: "denied" } }),
  });
  assert.is(denied.code, 3);
  const one = await runIn(["apparmor", "status"], {
    files: installed({ [`${policyFolder}/nodeward-audit`]: { text: "", error: "denied" } }),
  });
  assert.equal([one.code, /UNREADABLE/.test(one.out)], [3, true]);
});

test("install: an unknown name; no parser", async () => {
  const unknown = await runIn(["apparmor", "install", "nodeward-denywrite"], { files: installed() });
  assert.equal([unknown.code, /neither shipped nor in/.test(unknown.err)], [2, true]);
  const bare = await runIn(["apparmor", "install"], {
    files: { ...installed(), "/usr/sbin/apparmor_parser": { kind: "directory", error: "denied" } },
  });
  assert.ok(bare.code !== 0);
});

test("lint: faults with file and line, levels, exit codes; the parser where there is one", async () => {
  const weak = "abi <abi/3.0>,\nprofile web {\n  file,\n}\n";
  const files = { ...installed(), "/made/weak": weak, "/made/bad": "profile x /x {\n  capability no,\n}\n" };
  const alone = await runIn(["apparmor", "lint", "/made/weak"], { files });
  assert.is(alone.code, 0, alone.err);
  assert.match(alone.out, /\/made\/weak:3: warning: file: every file can be written and started/);
  assert.match(alone.out, /apparmor_parser is not installed here/);
  assert.is((await runIn(["apparmor", "lint", "--strict", "/made/weak"], { files })).code, 1);
  const bad = await runIn(["apparmor", "lint", "--format", "json", "/made/bad"], {
    files,
    host: {
      live: true,
      runs: {
        "apparmor-checked /made/bad": {
          state: "ok",
          code: 1,
          stdout: "",
          stderr: "Cache x\nsyntax error at line 2: no\n",
        },
      },
    },
  });
  assert.is(bad.code, 1);
  const [{ findings, parser }] = JSON.parse(bad.out).files;
  assert.equal(
    findings.map((one: { rule: string }) => one.rule),
    ["no-abi", "unknown-capability", "parser"],
  );
  assert.is(parser, "apparmor_parser refuses it");
  const shipped = await runIn(["apparmor", "lint", "nodeward-audit", "-"], { files, input: "profile x {\n" });
  assert.match(
    shipped.out,
    /nodeward-audit \(shipped\):4: warning[\s\S]*standard input: error: a block is not closed/,
  );
  assert.is((await runIn(["apparmor", "lint", "nodeward-audi"], { files })).code, 2);
});

test.run();
