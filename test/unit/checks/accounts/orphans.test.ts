import { test } from "uvu";
import check from "../../../../src/checks/accounts/orphans.js";
import { accountNode, aliceUser, passwdFile, rootUser } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const home = { kind: "directory" } as const;
const homes = { "/root": home, "/home/alice": home };

testCheck(check, {
  passes: [
    { name: "groups and homes", files: accountNode({ more: homes }) },
    {
      name: "a service needs no home",
      files: accountNode({ passwd: [rootUser, "a:x:5:1::/nonexistent:/bin/false"], more: homes }),
    },
  ],
  fails: [
    {
      name: "no group, no home, a file for a home",
      files: accountNode({
        passwd: [
          rootUser,
          aliceUser,
          "bob:x:1001:4242::/home/bob:/bin/sh",
          "eve:x:1002:0::/etc/passwd:/bin/sh",
        ],
        more: homes,
      }),
      at: [`${passwdFile}:3`, `${passwdFile}:3`, `${passwdFile}:4`],
      says: /bob has the primary group 4242, which does not exist; bob has no home: \/home\/bob is missing; the home of eve, \/etc\/passwd, is no directory/,
    },
  ],
  errors: [
    {
      name: "homes may not be looked at",
      files: accountNode({ more: { "/root": home, "/home": { ...home, error: "denied" } } }),
      says: "permission denied: /home/alice",
    },
  ],
});

test.run();
