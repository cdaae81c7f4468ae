import { test } from "uvu";
import check from "../../../../src/checks/accounts/shadowed.js";
import { accountNode, groupFile, passwdFile, rootUser } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: [
    {
      name: "x and locks",
      files: accountNode({ passwd: [rootUser, "a:*:5:5::/:/bin/false", "b:!:6:6::/:/bin/false"] }),
    },
  ],
  fails: [
    {
      name: "hashes that everybody reads, and none of them shown",
      files: accountNode({
        passwd: ["root:$6$salt$secret:0:0::/root:/bin/sh"],
        group: ["root:abJnggxhB/yWI:0:"],
      }),
      at: [`${passwdFile}:1`, `${groupFile}:1`],
      says: /^(?!.*secret).*holds the password hash of root; \/etc\/group holds the password hash of group root$/,
    },
  ],
  errors: [
    { name: "group cannot be read", files: accountNode({ more: { [groupFile]: { error: "failed" } } }) },
  ],
});

test.run();
