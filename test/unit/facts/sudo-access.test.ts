// Does sudo's answer come out as sudo gives it: order, negation, hosts, run-as lists, passwords, membership?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mayBecomeRoot } from "../../../src/facts/sudo-access.js";
import {
  personIn,
  resolvedSudoers,
  rulesOf,
  sudoNode,
  sudoNow,
  sudoSays,
  waysOf,
} from "../../support/sudo-node.js";

test("the last rule that fits decides", async () => {
  const found = await rulesOf("alice ALL=NOPASSWD: /bin/ls\nalice ALL=/bin/ls\nbob ALL=/bin/ls, !/bin/ls\n");
  assert.is(sudoSays(found, "alice", "/bin/ls"), "allow own");
  assert.is(sudoSays(found, "bob", "/bin/ls"), "deny");
  assert.is(sudoSays(found, "carol", "/bin/ls"), "none");
});

test("a negated user who is named by ALL after it is allowed; one after ALL is not", async () => {
  assert.equal(waysOf(await rulesOf("!alice, ALL ALL=ALL\n"), "alice"), ["ALL own"]);
  assert.equal(waysOf(await rulesOf("ALL, !alice ALL=ALL\n"), "alice"), []);
  const aliased = await rulesOf("User_Alias A = ALL, !alice : B = !A\nB ALL=ALL\n");
  assert.equal([waysOf(aliased, "alice"), waysOf(aliased, "bob")], [["ALL own"], []]);
});

test("a forbidden command does not close the way to root, ALL forbidden does", async () => {
  assert.equal(waysOf(await rulesOf("alice ALL=ALL, !/bin/sh\n"), "alice"), ["ALL own"]);
  assert.equal(waysOf(await rulesOf("alice ALL=ALL\nalice ALL=!ALL\n"), "alice"), []);
  assert.equal(waysOf(await rulesOf("alice ALL=/usr/bin/vim, NOPASSWD: /bin/ls\n"), "alice"), [
    "/usr/bin/vim own",
  ]);
});

test("a password is spared by tag, by !authenticate in any scope, and by exempt_group; PASSWD beats the setting", async () => {
  assert.equal(waysOf(await rulesOf("alice ALL=NOPASSWD: ALL\n"), "alice"), ["ALL none"]);
  for (const line of [
    "!authenticate",
    ":alice !authenticate",
    ":%ops !authenticate",
    ">root !authenticate",
    " exempt_group=ops",
  ]) {
    const text = `Defaults${line.startsWith("!") ? " " : ""}${line}\nalice ALL=ALL\n`;
    assert.equal(waysOf(await rulesOf(text), "alice"), ["ALL none"], line);
  }
  assert.equal(waysOf(await rulesOf("Defaults !authenticate\nalice ALL=PASSWD: ALL\n"), "alice"), [
    "ALL own",
  ]);
  assert.equal(waysOf(await rulesOf("Defaults:bob !authenticate\nalice ALL=ALL\n"), "alice"), ["ALL own"]);
  assert.equal(waysOf(await rulesOf("Defaults rootpw\nalice ALL=ALL\n"), "alice"), ["ALL root"]);
  assert.equal(waysOf(await rulesOf("root ALL=ALL\n"), "root"), ["ALL none"]);
});

test("membership counts by primary group too, and names without regard to case", async () => {
  const found = await rulesOf(
    "%sudo ALL=ALL\n%#2000 ALL=/bin/a\n%OPS ALL=/bin/b\nAlice ALL=/bin/c\n#1002 ALL=/bin/d\n",
  );
  assert.equal(waysOf(found, "carol"), ["ALL own"]);
  assert.is(sudoSays(found, "alice", "/bin/a"), "allow own");
  assert.is(sudoSays(found, "alice", "/bin/b"), "allow own");
  assert.is(sudoSays(found, "alice", "/bin/c"), "allow own");
  assert.is(sudoSays(found, "bob", "/bin/d"), "allow own");
  const old = await resolvedSudoers(sudoNode("1.8.21p2-3", "Alice ALL=/bin/c\n"));
  assert.is(sudoSays(old, "alice", "/bin/c"), "none");
});

test("hosts: names, patterns, domains, and what only the network knows", async () => {
  const found = await rulesOf(
    "alice node1=/bin/a\nalice NODE*, !node1=/bin/b\nalice node1.example.com=/bin/c\nalice 10.0.0.0/8=/bin/d\nalice +hosts=/bin/e\nalice other=/bin/f\n",
  );
  const answers = ["a", "b", "c", "d", "e", "f"].map((name) => sudoSays(found, "alice", `/bin/${name}`));
  assert.equal(answers, [
    "allow own perhaps",
    "none perhaps",
    "allow own perhaps",
    "allow own perhaps",
    "allow own perhaps",
    "none perhaps",
  ]);
  assert.is(sudoSays(await rulesOf("alice node1=/bin/a\n"), "alice", "/bin/a"), "allow own");
});

test("run-as lists: users, groups alone, the default user, oneself", async () => {
  const found = await rulesOf(
    "Defaults runas_default=postgres\nalice ALL=/bin/a, (root) /bin/b, (:ops) /bin/c, () /bin/d, (ALL, !root) /bin/e\n",
  );
  assert.equal(
    ["a", "b", "c", "d", "e"].map((name) => sudoSays(found, "alice", `/bin/${name}`)),
    ["none", "allow own", "none", "none", "none"],
  );
  assert.is(sudoSays(found, "alice", "/bin/a", "postgres"), "allow own");
  assert.is(sudoSays(found, "alice", "/bin/d", "alice"), "allow none");
  assert.is(sudoSays(found, "alice", "/bin/e", "toor"), "allow own");
});

test("no password for one program", async () => {
  const found = await rulesOf(
    "Defaults!/usr/bin/vim !authenticate\nalice ALL=/usr/bin/vim, /usr/bin/less\nbob ALL=ALL\n",
  );
  assert.equal(waysOf(found, "alice"), ["/usr/bin/less own", "/usr/bin/vim none"]);
  assert.equal(waysOf(found, "bob"), ["ALL own"]);
  assert.equal(waysOf(await rulesOf("Defaults!ALL !authenticate\nbob ALL=ALL\n"), "bob"), ["ALL none"]);
});

test("a default user for some only may be root for them", async () => {
  const found = await rulesOf(
    "Defaults runas_default=postgres\nDefaults:alice runas_default=root\nalice ALL=ALL\n",
  );
  assert.is(sudoSays(found, "alice", "/bin/a"), "allow own perhaps");
  assert.is(found.grants[0]?.asRoot.says, "allow");
});

test("commands: arguments, wildcards, directories, patterns, digests", async () => {
  const found = await rulesOf(
    'alice ALL=/bin/a -l, /bin/b "", /usr/*/c, /opt/d/, /bin/e *x, sudoedit /etc/*\n',
  );
  const cases: readonly (readonly [string, string])[] = [
    ["/bin/a -l", "allow own"],
    ["/bin/a", "none"],
    ["/bin/a -l x", "none"],
    ["/bin/b", "allow own"],
    ["/bin/b x", "none"],
    ["/usr/bin/c", "allow own"],
    ["/usr/a/b/c", "none"],
    ["/opt/d/e", "allow own"],
    ["/opt/d/e/f", "none"],
    ["/bin/e a/b x", "allow own"],
    ["sudoedit /etc/x", "allow own"],
    ["sudoedit /etc/x/y", "none"],
  ];
  for (const [command, wanted] of cases) assert.is(sudoSays(found, "alice", command), wanted, command);
  // No pattern of the node is ever compiled.
  assert.is(sudoSays(await rulesOf("alice ALL=^/bin/f$\n"), "alice", "/bin/x"), "allow own perhaps");
});

test("NOTAFTER ends a rule without a word, NOTBEFORE has it wait", async () => {
  const found = await rulesOf(
    "alice ALL=NOTAFTER=20250101000000Z ALL\nbob ALL=NOTBEFORE=20300101000000Z ALL\n",
  );
  assert.equal(waysOf(found, "alice"), []);
  assert.is(mayBecomeRoot(found, personIn(found, "bob"), sudoNow), undefined);
  assert.is(mayBecomeRoot(found, personIn(found, "bob"), Date.UTC(2031, 0, 1))?.by, "all");
  assert.is(mayBecomeRoot(await rulesOf("bob ALL=ALL\n"), personIn(found, "bob"), sudoNow, true), undefined);
});

test.run();
