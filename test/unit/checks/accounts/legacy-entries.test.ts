import { test } from "uvu";
import check from "../../../../src/checks/accounts/legacy-entries.js";
import {
  accountNode,
  groupFile,
  gshadowFile,
  passwdFile,
  rootUser,
  shadowFile,
} from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: [{ name: "none", files: accountNode() }],
  fails: [
    {
      name: "in each file",
      files: accountNode({
        passwd: [rootUser, "+@admins::0:0:::", "-bob::::::"],
        group: ["root:x:0:", "+:::"],
        shadow: ["root:*:::::::", "+::::::::"],
        gshadow: ["root:*::", "+:::"],
      }),
      at: [`${passwdFile}:2`, `${passwdFile}:3`, `${groupFile}:2`, `${shadowFile}:2`, `${gshadowFile}:2`],
      says: "/etc/passwd:2 takes accounts from NIS (+@admins)",
    },
  ],
  errors: [
    { name: "gshadow cannot be read", files: accountNode({ more: { [gshadowFile]: { error: "denied" } } }) },
  ],
});

test.run();
