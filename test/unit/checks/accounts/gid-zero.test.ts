import { test } from "uvu";
import check from "../../../../src/checks/accounts/gid-zero.js";
import { accountNode, groupFile, passwdFile, rootUser } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: [
    {
      name: "root, and what Red Hat puts there",
      files: accountNode({ passwd: [rootUser, "sync:x:5:0::/sbin:/bin/sync"] }),
    },
  ],
  fails: [
    {
      name: "a user, a member and another group",
      files: accountNode({
        passwd: [rootUser, "bob:x:1001:0::/:"],
        group: ["root:x:0:alice", "wheel2:x:00:"],
      }),
      at: [`${groupFile}:1`, `${groupFile}:2`, `${passwdFile}:1`.replace(":1", ":2")],
      says: "group wheel2 has id 0; bob has the primary group 0; alice is a member of group root",
    },
  ],
  errors: [
    { name: "group cannot be read", files: accountNode({ more: { [groupFile]: { error: "denied" } } }) },
  ],
});

test.run();
