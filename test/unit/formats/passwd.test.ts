// passwd, group and shadow as glibc reads them; hashes never come out.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { idOf, parseGroup, parsePasswd, parseShadow, passwordState } from "../../../src/formats/passwd.js";

test("a uid is read as strtoul reads it: 00, +0 and a leading blank are root", () => {
  for (const [field, value] of [
    ["0", 0],
    ["00", 0],
    ["+0", 0],
    [" 0", 0],
    ["\t7", 7],
    ["4294967295", 4294967295],
    ["-0", 0],
  ] as const)
    assert.is(idOf(field), value, JSON.stringify(field));
  for (const field of ["", "x", "-1", "0x0", "1 ", "4294967296", "99999999999999999999", "1e3"])
    assert.is(idOf(field), undefined, JSON.stringify(field));
});

test("what a password field says, never what it holds", () => {
  const state = (field: string) => {
    const { kind, locked, method } = passwordState(field);
    return `${kind}${locked ? " locked" : ""}${method === undefined ? "" : ` ${method}`}`;
  };
  assert.is(state(""), "empty");
  assert.is(state("x"), "shadow");
  assert.is(state("*"), "none");
  assert.is(state("!"), "none locked");
  assert.is(state("!!"), "none locked");
  assert.is(state("!*"), "none locked");
  assert.is(state("$y$j9T$salt$hash"), "hash yescrypt");
  assert.is(state("!$6$salt$hash"), "hash locked sha512");
  assert.is(state("$1$salt$hash"), "hash md5");
  assert.is(state("$2b$10$abcdefghijklmnopqrstuv"), "hash bcrypt");
  assert.is(state("abJnggxhB/yWI"), "hash des");
  assert.is(state("_J9..rasmBYk8r9AiWNc"), "hash bsdi");
  assert.is(state("nonsense"), "hash unknown");
});

test("users keep their order, their line and their odd fields", () => {
  const users = parsePasswd(
    "/etc/passwd",
    "# c\nroot:x:0:0:root:/root:/bin/bash\n\n  toor:x:00:0::/:\nalice::1000:1000:,,,:/home/alice:/bin/sh\nshort:x\n+::::::",
  );
  assert.equal(
    users.map(({ name, uid, shell, password, source }) => [name, uid, shell, password.kind, source.line]),
    [
      ["root", 0, "/bin/bash", "shadow", 2],
      ["toor", 0, "", "shadow", 4],
      ["alice", 1000, "/bin/sh", "empty", 5],
      ["+", undefined, "", "empty", 7],
    ],
  );
});

test("no hash in a source's text", () => {
  const [user] = parsePasswd("/etc/passwd", "a:$6$salt$secrethash:1:1::/:/bin/sh\n");
  const [shadow] = parseShadow("/etc/shadow", "a:$y$j9T$salt$secrethash:19000:0:99999:7:::\n");
  assert.is(user?.source.text, "a:[sha512]:1:1::/:/bin/sh");
  assert.is(shadow?.source.text, "a:[yescrypt]:19000:0:99999:7:::");
  assert.not.match(JSON.stringify([user, shadow]), "secrethash");
});

test("shadow ages are numbers or nothing", () => {
  const [entry] = parseShadow("/etc/shadow", "a:*:19000::-1:x:30:\n");
  assert.is(entry?.changed, 19000);
  assert.is(entry?.minDays, undefined);
  assert.is(entry?.maxDays, -1);
  assert.is(entry?.warnDays, undefined);
  assert.is(entry?.inactiveDays, 30);
  assert.is(entry?.expires, undefined);
});

test("group members are trimmed names", () => {
  const [group] = parseGroup("/etc/group", "sudo:x:27:alice, bob,,\n");
  assert.equal(group?.members, ["alice", "bob"]);
  assert.is(group?.gid, 27);
});

test("hostile lines neither throw nor pollute", () => {
  const users = parsePasswd(
    "/etc/passwd",
    `__proto__:x:1:1:::\n${":".repeat(100_000)}\nconstructor:x:2:2:::\n\0:x:0:0:::`,
  );
  assert.equal(
    users.map(({ name }) => name),
    ["__proto__", "constructor", "\0"],
  );
});

test.run();
