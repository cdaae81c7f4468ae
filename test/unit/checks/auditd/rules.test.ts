// auditd.rules.<name>, every family: our own lines, both syntaxes, the order of rules, what keeps them from counting.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rules } from "../../../../src/checks/auditd/rules.js";
import { coverOf, wantedOf, x86 } from "../../../../src/facts/audit-cover.js";
import { type AuditFamilyName, auditFamilies, watchedPaths } from "../../../../src/facts/audit-families.js";
import { parseAuditRules } from "../../../../src/formats/audit-rules.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import {
  auditctl,
  auditNode,
  refused,
  rulesFile,
  rulesFolder,
  withRules,
} from "../../../support/audit-node.js";
import { testCheck, verdictOf } from "../../../support/check.js";

const none = new Set<string>();

for (const check of rules) {
  const name = check.id.slice("auditd.rules.".length);
  const family = Object.keys(auditFamilies).find((one): one is AuditFamilyName => one === name);
  if (family === undefined) throw new Error(name);
  const watched = auditFamilies[family].watches.slice(0, 2).map(({ path }) => path);
  const there: MemoryFiles = Object.fromEntries(watched.map((path) => [path, ""]));
  const lines = wantedOf(family, new Set(watched), x86).map(({ line }) => line);
  const [first = ""] = lines;
  const node = (...written: readonly string[]) => ({ ...there, ...withRules(...written) });
  const own = `${rulesFolder}/nodeward-${name}.rules`;
  const places = lines.map((_, index) => `${rulesFile}:${index + 1}`);
  testCheck(check, {
    passes: [
      { name: "every line", files: node(...lines) },
      { name: "and in the kernel", files: node(...lines), host: auditctl(lines) },
      {
        name: "in audit.rules, where rules.d is empty",
        files: { ...there, ...auditNode, "/etc/audit/audit.rules": lines.join("\n") },
      },
      {
        name: "behind rules that exclude something else",
        files: node("-a never,exit -F uid=123 -F auid=unset", ...lines),
      },
      {
        name: "cleared before, not after",
        files: { ...node(...lines), [`${rulesFolder}/99-x.rules`]: "-D\n" },
      },
    ],
    fails: [
      {
        name: "no rules",
        files: node(),
        at: [],
        says: "not recorded: ",
        fixed: {
          [own]: `## Written by nodeward (auditd.rules.${name})\n${lines.map((line) => `${line}\n`).join("")}`,
        },
      },
      {
        name: "the first line is missing",
        files: node(...lines.slice(1)),
        at: places.slice(0, -1),
        fixed: { [own]: `## Written by nodeward (auditd.rules.${name})\n${first}\n` },
      },
      {
        name: "only in the file",
        files: node(...lines),
        host: auditctl([]),
        at: places,
        says: "the running kernel does not record",
      },
      {
        name: "nothing of any process is recorded",
        files: node("-a never,task", ...lines),
        says: "not recorded",
      },
      {
        name: "behind a line that is refused",
        files: node("-w relative -p wa", ...lines),
        at: [`${rulesFile}:1`],
        says: `${rulesFile}:1 is refused (a watch takes an absolute path): ${lines.length} rules behind it are not loaded`,
      },
      {
        name: "one more condition",
        files: node(
          ...lines.map((line) =>
            line
              .replace(" -k ", " -F uid=0 -k ")
              .replace(/^-w (\S+) -p wa/, "-a always,exit -F path=$1 -F perm=wa"),
          ),
        ),
        says: "not recorded",
      },
      {
        name: "audit.rules alone is added to, before its lock",
        files: { ...there, ...auditNode, "/etc/audit/audit.rules": "-b 8192\n-e 2\n" },
        fixed: { "/etc/audit/audit.rules": `-b 8192\n${lines.map((line) => `${line}\n`).join("")}-e 2\n` },
        says: "rules are locked (-e 2): a reboot is needed",
      },
    ],
    errors: [
      { name: "the kernel does not say", files: node(...lines), host: refused, says: /must be root/ },
      {
        name: "a file cannot be read",
        files: { ...node(...lines), [`${rulesFolder}/a.rules`]: { error: "denied" } },
      },
      {
        name: "the folder cannot be listed",
        files: { ...node(...lines), [rulesFolder]: { kind: "directory", error: "denied" } },
      },
    ],
    notApplicable: [{ name: "no audit daemon", files: there, says: /not installed/ }],
    unreadable: "error",
  });
}

/** Does this list of rules record all that the family asks of a node that has everything? */
function covered(
  family: AuditFamilyName,
  text: string,
  there: ReadonlySet<string> = new Set(watchedPaths),
): readonly string[] {
  const list = parseAuditRules(text).flatMap((line) => (line.kind === "rule" ? [line.rule] : []));
  return coverOf(wantedOf(family, there, x86), list).missing.map(({ what }) => what);
}

test("rules as other guides write them", () => {
  const people = "-F auid>=1000 -F auid!=unset";
  assert.equal(
    covered(
      "modules",
      `-a always,exit -F arch=b64 -S init_module,finit_module,delete_module,create_module ${people} -k m\n-a always,exit -F arch=b32 -S all -F auid!=-1 -k m\n-a always,exit -F path=/bin/kmod -F perm=x ${people} -k m\n`,
    ),
    [],
  );
  assert.equal(covered("identity", "-w /etc -p wa\n"), []);
  assert.equal(
    covered("identity", "-a always,exit -F dir=/etc/ -F perm=wa -F key=x\n".replace("/etc/ ", "/etc ")),
    [],
  );
  assert.equal(
    covered(
      "time",
      "-a always,exit -F arch=b64 -S adjtimex -S settimeofday -S clock_settime -k t\n-a always,exit -F arch=i386 -S adjtimex,settimeofday -k t\n-a always,exit -F arch=b32 -S clock_settime -F a0=0x0 -k t\n-w /etc/localtime -p wa\n",
    ),
    [],
  );
  assert.equal(
    covered(
      "user-emulation",
      `-a always,exit -F arch=b64 -C uid!=euid -S execve ${people}\n-a always,exit -F arch=b32 -C euid!=uid -S execve\n`,
    ),
    [],
  );
  assert.equal(covered("sessions", "-w /var/run/utmp -p wa\n-w /var/log -p wa -k s\n"), []);
});

test("of a rule that records a part only the rest is missing", () => {
  const rule = (on: string) =>
    `-a always,exit -F arch=${on} -S rename,unlink,unlinkat,renameat -F auid>=1000\n`;
  const text = `${rule("b64")}${rule("b32")}`;
  assert.equal(covered("deletion", text), ["renameat2 (b64)", "renameat2 (b32)"]);
  const list = parseAuditRules(text).flatMap((line) => (line.kind === "rule" ? [line.rule] : []));
  const [first] = coverOf(wantedOf("deletion", none, x86), list).missing;
  assert.match(first?.line ?? "", / -S renameat2 -F /);
});

test("rules that look alike and record less", () => {
  assert.equal(covered("identity", "-w /etc -p r\n").length, 8);
  assert.equal(covered("identity", "-a always,exit -F arch=b64 -F dir=/etc -F perm=wa\n").length, 8);
  assert.equal(covered("identity", "-w /etc/pass -p wa\n").length, 8);
  assert.equal(
    covered("time", "-a always,exit -S adjtimex,settimeofday,clock_settime -F success=0\n", none).length,
    4,
  );
  assert.equal(
    covered(
      "mounts",
      "-a always,exit -F arch=b64 -S mount -F auid>=2000\n-a always,exit -F arch=b32 -S mount\n",
    ),
    ["mount (b64)"],
  );
  assert.equal(
    covered("mounts", "-a always,exit -F arch=b64 -S mount -F auid=0\n-a always,exit -F arch=b32 -S mount\n"),
    ["mount (b64)"],
  );
});

test("the first rule that matches decides", () => {
  const always = "-a always,exit -F arch=b64 -S mount\n-a always,exit -F arch=b32 -S mount\n";
  assert.equal(covered("mounts", `-a never,exit -F arch=b64 -S mount\n${always}`), ["mount (b64)"]);
  assert.equal(covered("mounts", `${always}-a never,exit -F arch=b64 -S mount\n`), []);
  assert.equal(covered("mounts", `${always}-a never,task\n`), []);
});

test("the table's lines are taken by auditctl's grammar", () => {
  for (const family of rules.map(({ id }) => id.slice("auditd.rules.".length))) {
    const name = Object.keys(auditFamilies).find((one): one is AuditFamilyName => one === family);
    assert.ok(name);
    for (const { line } of wantedOf(name, new Set(watchedPaths), x86))
      assert.is(parseAuditRules(line)[0]?.kind, "rule", line);
  }
});

test("no rule is added where it would change nothing", async () => {
  const check = rules.find(({ id }) => id === "auditd.rules.mounts");
  assert.ok(check);
  for (const line of ["-a never,task", "-w relative"]) {
    const verdict = await verdictOf(check, { files: withRules(line) });
    assert.ok("problems" in verdict);
    assert.equal(
      verdict.problems.map(({ fix }) => fix),
      [undefined],
      line,
    );
  }
});

test.run();
