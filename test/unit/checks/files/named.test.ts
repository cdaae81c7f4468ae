// Every named file: the mode at most, owner and group, access lists, absence, and the repair.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { allowLists } from "../../../../src/checks/files/allow-lists.js";
import { named } from "../../../../src/checks/files/named.js";
import { namedRules } from "../../../../src/checks/files/named-rules.js";
import { namedPaths } from "../../../../src/facts/named-paths.js";
import type { MemoryFiles, MemoryNode } from "../../../../src/host/memory.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";

const accounts: Readonly<Record<string, string>> = {
  "/etc/passwd": "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n",
  "/etc/group":
    "root:x:0:\nshadow:x:42:\nadm:x:4:\n_chrony:x:110:\ncrontab:x:105:\ndaemon:x:1:\nalice:x:1000:\n",
};
const octal = (mode: number) => `0${mode.toString(8).padStart(3, "0")}`;

/** The first place of a name, without its pattern. */
function placeOf(paths: readonly string[]): string {
  return (paths[0] ?? "").replace("*", "-6.1.0");
}

function one(path: string, node: MemoryNode): MemoryFiles {
  return { ...accounts, [path]: node.kind === "directory" ? node : { text: accounts[path] ?? "", ...node } };
}

const folders = new Set(["boot", "firewall", "pam.d", "sysctl.d", "system-directories"]);
const isFolder = (name: string) => folders.has(name) || (name.startsWith("cron.") && !name.endsWith("allow"));
const special: Readonly<Record<string, string>> = {
  "system-directories": "/usr/local/bin",
  firewall: "/etc/iptables",
  "sysctl.d": "/etc/sysctl.d",
};

for (const check of named) {
  const name = check.id.slice("files.".length);
  if (!(name in namedRules)) throw new Error(name);
  const key = name as keyof typeof namedRules;
  const rule = namedRules[key];
  const path = special[name] ?? placeOf(namedPaths[key]);
  const kind = isFolder(name) ? "directory" : "file";
  const open = rule.mode | 0o002;
  const good = { kind, mode: rule.mode } as const;
  testCheck(check, {
    passes: [
      { name: "as the rule says", files: one(path, good) },
      { name: "less than the rule says", files: one(path, { ...good, mode: rule.mode & 0o400 }) },
    ],
    fails: [
      {
        name: "others can write",
        files: one(path, { ...good, mode: open }),
        says: `has mode ${octal(open)}, more than ${octal(rule.mode)}`,
        fixed: { [path]: octal(rule.mode) },
      },
      {
        name: "somebody else's",
        files: one(path, { ...good, uid: 1000, gid: 1000 }),
        says: /belongs to user alice instead of root and belongs to group alice instead of root/,
      },
    ],
    hides: ["/etc", "/boot", "/usr"],
    ...(name === "system-directories" ? { missing: "pass" as const } : {}),
    ...(name === "boot" ? { unreadable: "pass" as const } : {}),
  });
}
for (const [check, path, program, group] of [
  [allowLists[0], "/etc/cron.allow", "/usr/bin/crontab", 105],
  [allowLists[1], "/etc/at.allow", "/usr/bin/at", 1],
] as const) {
  if (check === undefined) throw new Error(path);
  const files = { ...accounts, [program]: "" };
  testCheck(check, {
    passes: [
      { name: "a list", files: { ...files, [path]: { text: "", mode: 0o640, gid: group } } },
      { name: "no such program", files: { ...files, [path]: { text: "", mode: 0o600 } } },
    ],
    fails: [
      { name: "no list", files, says: /every user may leave/, fixed: { [path]: "root\n" } },
      {
        name: "others can write the list, and the list of those who may not",
        files: { ...files, [path]: { text: "", mode: 0o646 }, [path.replace("allow", "deny")]: "" },
        says: /0646, more than 0640; .*deny has mode 0644/,
      },
    ],
    notApplicable: [{ name: "program not installed", files: { ...accounts, [path]: "" } }],
    hides: ["/etc"],
  });
}

const shadow = named.find(({ id }) => id === "files.shadow");
const list = `# file: /etc/shadow
# owner: root
user::rw-
user:alice:rw-
group::r--
group:shadow:r--
mask::r--
other::---

`;
const withList = (stdout: string) => ({
  live: true,
  runs: { "access-lists": { state: "ok", code: 0, stdout, stderr: "" } as const },
});

test("an access list that gives somebody more is a failure, what the mask takes away is not counted", async () => {
  assert.ok(shadow);
  if (shadow === undefined) return;
  const files = one("/etc/shadow", { mode: 0o640 });
  const found = await verdictOf(shadow, { files, host: withList(list) });
  assert.is(statusOf(found), "fail");
  assert.equal("problems" in found ? found.problems.map(({ message }) => message) : [], [
    "/etc/shadow has an access list that gives user:alice r--",
  ]);
  const masked = await verdictOf(shadow, { files, host: withList(list.replace("mask::r", "mask::-")) });
  assert.is(statusOf(masked), "pass");
});

test("access lists that cannot be looked at are said", async () => {
  if (shadow === undefined) return;
  const verdict = await verdictOf(shadow, {
    files: one("/etc/shadow", { mode: 0o640 }),
    host: { live: true },
  });
  assert.match(
    "notes" in verdict ? (verdict.notes?.join() ?? "") : "",
    /not looked at: access-lists is not installed/,
  );
});

test("a link is judged by what it leads to, and that is what is repaired", async () => {
  const motd = named.find(({ id }) => id === "files.motd");
  if (motd === undefined) throw new Error("no files.motd");
  const files = { ...accounts, "/etc/motd": { link: "/run/motd" }, "/run/motd": { text: "", mode: 0o666 } };
  const verdict = await verdictOf(motd, { files });
  assert.equal("problems" in verdict ? verdict.problems[0]?.fix : [], [
    { kind: "chmod", file: "/run/motd", mode: 0o644, owner: "0:0" },
  ]);
});

test("the mode is a parameter", async () => {
  const boot = named.find(({ id }) => id === "files.boot");
  if (boot === undefined) throw new Error("no files.boot");
  const files = one("/boot", { kind: "directory", mode: 0o755 });
  assert.is(statusOf(await verdictOf(boot, { files, params: { mode: "0700" } })), "fail");
});

test.run();
