import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/accounts/home-permissions.js";
import { accountNode, aliceUser, passwdFile, rootUser } from "../../../support/account-files.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";

const root = { kind: "directory", mode: 0o700 } as const;
const alice = { kind: "directory", mode: 0o750, uid: 1000, gid: 1000 } as const;
const node = (home: object) => accountNode({ more: { "/root": root, "/home/alice": { ...alice, ...home } } });

testCheck(check, {
  passes: [
    { name: "0750 and 0700", files: node({}) },
    { name: "a home that is missing is another check's", files: accountNode({ more: { "/root": root } }) },
    { name: "a set-group-id home", files: node({ mode: 0o2750 }) },
    { name: "open by agreement", files: node({ mode: 0o755 }), params: { mode: "0755" } },
  ],
  fails: [
    {
      name: "open to others",
      files: node({ mode: 0o755 }),
      at: [`${passwdFile}:3`],
      says: "the home of alice, /home/alice, has mode 0755, more than 0750",
      fixed: { "/home/alice": "0750" },
    },
    {
      name: "somebody else's",
      files: node({ uid: 0, gid: 0 }),
      says: "belongs to user 0",
      fixed: { "/home/alice": "0750" },
    },
  ],
  errors: [
    {
      name: "may not be looked at",
      files: accountNode({ more: { "/root": root, "/home": { kind: "directory", error: "denied" } } }),
    },
  ],
  hides: ["/home"],
});

test("a directory of the system is never closed", async () => {
  const passwd = [rootUser, aliceUser.replace("/home/alice", "/usr/local/x")];
  const verdict = await verdictOf(check, {
    files: accountNode({
      passwd,
      more: { "/root": root, "/usr/local/x": { kind: "directory", mode: 0o755 } },
    }),
  });
  assert.is(statusOf(verdict), "fail");
  assert.equal("problems" in verdict ? verdict.problems.map(({ fix }) => fix) : [], [undefined]);
});

test.run();
