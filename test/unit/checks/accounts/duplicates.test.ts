import { test } from "uvu";
import check from "../../../../src/checks/accounts/duplicates.js";
import { accountNode, groupFile, passwdFile, rootUser, shadowFile } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: [
    { name: "each once", files: accountNode() },
    { name: "several lines of NIS", files: accountNode({ passwd: [rootUser, "+::::::", "+::::::"] }) },
  ],
  fails: [
    {
      name: "names and numbers of users and groups",
      files: accountNode({
        passwd: ["a:x:5:5::/:", "a:x:6:6::/:", "b:x:05:5::/:"],
        group: ["g:x:7:", "h:x:7:", "g:x:8:"],
        shadow: ["a:!:::::::", "a:*:::::::"],
      }),
      at: [
        ...[1, 2, 3].map((line) => `${passwdFile}:${line}`),
        ...[1, 3, 2].map((line) => `${groupFile}:${line}`),
        ...[1, 2].map((line) => `${shadowFile}:${line}`),
      ],
      says: /user a stands 2 times.*user id 5 stands 2 times in \/etc\/passwd: a, b; group g stands 2.*group id 7 .*: g, h; user a stands 2 times in \/etc\/shadow/,
    },
  ],
  errors: [
    { name: "shadow cannot be read", files: accountNode({ more: { [shadowFile]: { error: "denied" } } }) },
  ],
});

test.run();
