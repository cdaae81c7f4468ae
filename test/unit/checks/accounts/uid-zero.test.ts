import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/accounts/uid-zero.js";
import { accountNode, passwdFile, rootUser } from "../../../support/account-files.js";
import { testCheck, verdictOf } from "../../../support/check.js";

testCheck(check, {
  passes: [
    { name: "root alone", files: accountNode() },
    {
      name: "another one by agreement",
      files: accountNode({ passwd: [rootUser, "toor:x:0:0::/:/bin/sh"] }),
      params: { expected: ["root", "toor"] },
    },
  ],
  fails: [
    {
      name: "however the zero is written",
      files: accountNode({
        passwd: [
          rootUser,
          "a:x:00:0::/:/bin/sh",
          "b:x:+0:0::/:/bin/sh",
          "  c:x:0:0::/:/bin/sh",
          "d:x: 0:0::/:",
        ],
      }),
      at: [1, 2, 3, 4, 5].map((line) => `${passwdFile}:${line}`),
      says: /a has user id 0.*b has user id 0.*c has user id 0.*d has user id 0/,
    },
  ],
  errors: [
    { name: "a folder in its place", files: accountNode({ more: { [passwdFile]: { kind: "directory" } } }) },
  ],
});

test("a commented line with 0 is told: only some readers skip it", async () => {
  const verdict = await verdictOf(check, {
    files: accountNode({ passwd: [rootUser, "#x:x:0:0::/:/bin/sh"] }),
  });
  assert.match(
    "notes" in verdict ? (verdict.notes ?? []).join() : "",
    /:2 is a comment to glibc, and user #x with id 0/,
  );
});

test.run();
