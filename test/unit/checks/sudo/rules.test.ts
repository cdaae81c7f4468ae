// Are sudo's rules judged as sudo reads them: tags passed on, aliases put in, hosts and dates minded?
import { test } from "uvu";
import allCommands from "../../../../src/checks/sudo/all-commands.js";
import nopasswd from "../../../../src/checks/sudo/nopasswd.js";
import runasAllExceptRoot from "../../../../src/checks/sudo/runas-all-except-root.js";
import { testCheck } from "../../../support/check.js";
import { file, noJudgement, withSudoers } from "../../../support/sudo-node.js";

const main = "/etc/sudoers";
const drop = "/etc/sudoers.d/90-ops";
const included = (text: string) =>
  withSudoers({ [main]: file("root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"), [drop]: file(text) });

testCheck(nopasswd, {
  ...noJudgement,
  passes: [
    { name: "Debian's own", files: withSudoers("root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n") },
    { name: "root needs no password anyway", files: withSudoers("root ALL=(ALL) NOPASSWD: ALL\n") },
    { name: "PASSWD takes it back", files: withSudoers("alice ALL=NOPASSWD: PASSWD: /bin/ls\n") },
    { name: "another host's rule", files: withSudoers("alice web7=NOPASSWD: ALL\n") },
    { name: "a rule that is over", files: withSudoers("alice ALL=NOTAFTER=20200101000000Z NOPASSWD: ALL\n") },
    { name: "only a prohibition", files: withSudoers("alice ALL=NOPASSWD: !/bin/ls\n") },
    { name: "in a comment", files: withSudoers("# alice ALL=NOPASSWD: ALL\n") },
    {
      name: "an excepted user",
      files: withSudoers("%backup ALL=NOPASSWD: /usr/bin/rsync\n"),
      params: { exceptions: ["%backup"] },
    },
    {
      name: "an excepted command of an excepted user",
      files: withSudoers("deploy ALL=NOPASSWD: /usr/bin/systemctl restart x\n"),
      params: { exceptions: ["deploy /usr/bin/systemctl restart x"] },
    },
    {
      name: "a file that sudo ignores",
      files: withSudoers({
        [main]: file("@includedir /etc/sudoers.d\n"),
        "/etc/sudoers.d/90-x.conf": file("alice ALL=NOPASSWD: ALL\n"),
      }),
    },
  ],
  fails: [
    {
      name: "a drop-in",
      files: included("alice ALL=(ALL) NOPASSWD:ALL # cloud-init\n"),
      at: [`${drop}:1`],
      says: /alice may run ALL without a password/,
      fixed: { [drop]: "alice ALL=(ALL) PASSWD:ALL # cloud-init\n" },
    },
    {
      name: "passed on over commas and run-as users, not over colons",
      files: withSudoers("alice ALL=NOPASSWD: /bin/a, (bob) /bin/b, PASSWD: /bin/c : node1=/bin/d\n"),
      at: [`${main}:1`],
      says: /alice may run \/bin\/a, \/bin\/b without/,
      fixed: { [main]: "alice ALL=PASSWD: /bin/a, (bob) /bin/b, PASSWD: /bin/c : node1=/bin/d\n" },
    },
    {
      name: "through aliases and over lines",
      files: withSudoers(
        "User_Alias OPS = %ops, !bob\nHost_Alias HERE = web7, node1\nCmnd_Alias X = /bin/a\nOPS \\\n  HERE = \\\n  NOPASSWD: X\n",
      ),
      at: [`${main}:6`],
      says: /%ops may run \/bin\/a/,
    },
    {
      name: "a network this node may be in",
      files: withSudoers("alice 10.0.0.0/8=NOPASSWD: ALL\n"),
      at: [`${main}:1`],
    },
    {
      name: "one user of a list is excepted",
      files: withSudoers("alice, bob ALL=NOPASSWD: ALL\n"),
      params: { exceptions: ["alice"] },
      says: /^bob may run/,
    },
    {
      name: "a word that also frees an excepted command is left to a person",
      files: withSudoers("alice ALL=NOPASSWD: /bin/a, /bin/b\n"),
      params: { exceptions: ["alice /bin/a"] },
      says: /alice may run \/bin\/b/,
    },
    {
      name: "beside a line that does not parse",
      files: withSudoers("bob ALL=(\nalice ALL=NOPASSWD: ALL\n"),
      at: [`${main}:2`],
    },
    {
      name: "a prototype's name as user",
      files: withSudoers("User_Alias A = __proto__\nA, constructor ALL=NOPASSWD: ALL\n"),
      says: /__proto__, constructor/,
    },
  ],
});

testCheck(allCommands, {
  ...noJudgement,
  passes: [
    {
      name: "the administrators' groups",
      files: withSudoers("root ALL=(ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n"),
    },
    { name: "as another user", files: withSudoers("alice ALL=(postgres) ALL\n") },
    { name: "one program by its digest", files: withSudoers(`alice ALL=sha256:${"a".repeat(64)} ALL\n`) },
    {
      name: "a group that is meant, through an alias",
      files: withSudoers("User_Alias ADMINS = %ops\nADMINS ALL=(ALL) ALL\n"),
      params: { allowed: ["%ops"] },
    },
    { name: "taken away by negation", files: withSudoers("alice ALL=!ALL\n") },
    {
      name: "the default user is another",
      files: withSudoers("Defaults runas_default=postgres\nalice ALL=ALL\n"),
    },
  ],
  fails: [
    {
      name: "a user",
      files: withSudoers("alice ALL=(ALL) ALL\n"),
      at: [`${main}:1`],
      says: /^alice may run every/,
    },
    { name: "without run-as list", files: withSudoers("%ops ALL=ALL\n"), at: [`${main}:1`] },
    { name: "as uid 0 under another name", files: withSudoers("alice ALL=(toor) ALL\n") },
    { name: "by number", files: withSudoers("alice ALL=(#0) ALL\n") },
    {
      name: "in an alias of commands",
      files: withSudoers("Cmnd_Alias ANY = /bin/ls, ALL\nalice ALL=(root) ANY\n"),
      at: [`${main}:2`],
    },
    { name: "a pattern for everything", files: withSudoers("alice ALL=^/.*$\n") },
    { name: "one of several users", files: withSudoers("%sudo, bob ALL=(ALL) ALL\n"), says: /^bob may/ },
    { name: "everybody but one, which includes the one", files: withSudoers("!alice, ALL ALL=(ALL) ALL\n") },
  ],
});

testCheck(runasAllExceptRoot, {
  ...noJudgement,
  passes: [
    { name: "all", files: withSudoers("alice ALL=(ALL) /bin/ls\n") },
    { name: "named users", files: withSudoers("alice ALL=(postgres, bob) /bin/ls\n") },
    { name: "all but somebody else", files: withSudoers("alice ALL=(ALL, !postgres) /bin/ls\n") },
  ],
  fails: [
    { name: "by name", files: withSudoers("alice ALL=(ALL, !root) /bin/a, /bin/b\n"), at: [`${main}:1`] },
    { name: "by number", files: withSudoers("alice ALL=(ALL, !#0) ALL\n") },
    { name: "by group", files: withSudoers("alice ALL=(ALL, !%root) ALL\n") },
    {
      name: "by an alias",
      files: withSudoers("Runas_Alias SOME = ALL, !root\nalice ALL=(SOME) ALL\n"),
      at: [`${main}:2`],
    },
  ],
});

test.run();
