import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/accounts/empty-password.js";
import { accountNode, passwdFile, rootUser, shadowFile } from "../../../support/account-files.js";
import { testCheck, verdictOf } from "../../../support/check.js";

testCheck(check, {
  passes: [
    { name: "hashes and locks", files: accountNode() },
    {
      name: "a line of NIS is no account",
      files: accountNode({ passwd: [rootUser, "+::::::"], shadow: ["root:!::::::", "+::::::::"] }),
    },
  ],
  fails: [
    {
      name: "in passwd, although shadow has a hash",
      files: accountNode({
        passwd: [rootUser, "bob::1001:1001::/home/bob:"],
        shadow: ["root:*:::::::", "bob:$6$a$b:::::::"],
      }),
      at: [`${passwdFile}:2`],
      says: "bob has an empty password in /etc/passwd and logs in without one, although shadow has a password for it",
      fixed: { [passwdFile]: `${rootUser}\nbob:x:1001:1001::/home/bob:\n` },
    },
    {
      name: "in shadow",
      files: accountNode({ shadow: ["root::20000::::::", "alice:!:::::::"] }),
      at: [`${shadowFile}:1`],
      says: "root has an empty password",
      fixed: { [shadowFile]: "root:!:20000::::::\nalice:!:::::::\n" },
    },
  ],
  errors: [
    {
      name: "shadow cannot be read",
      files: accountNode({ more: { [shadowFile]: { error: "denied" } } }),
      says: "permission denied: /etc/shadow",
    },
  ],
});

test("an empty password in shadow is locked, in both files both", async () => {
  const fixOf = async (passwd: string) => {
    const verdict = await verdictOf(check, {
      files: accountNode({ passwd: [passwd], shadow: ["root::::::::"] }),
    });
    return "problems" in verdict ? verdict.problems.flatMap(({ fix }) => fix ?? []) : [];
  };
  const lock = {
    kind: "edit",
    file: shadowFile,
    edits: [{ span: { start: 5, end: 5 }, text: "!" }],
  };
  assert.equal(await fixOf(rootUser), [lock]);
  assert.equal(await fixOf("root::0:0::/root:/bin/sh"), [
    { kind: "edit", file: passwdFile, edits: [{ span: { start: 5, end: 5 }, text: "x" }] },
    lock,
  ]);
});

test.run();
