import { test } from "uvu";
import check from "../../../../src/checks/accounts/root-locked.js";
import { accountNode, shadowFile } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: ["*", "!", "!!", "!$6$a$b"].map((field) => ({
    name: field,
    files: accountNode({ shadow: [`root:${field}:1::::::`] }),
  })),
  fails: [
    {
      name: "a password",
      files: accountNode({ shadow: ["root:$6$a$b:1::::::"] }),
      at: [`${shadowFile}:1`],
      says: "root can log in with a password",
    },
    { name: "none at all", files: accountNode({ shadow: ["root::1::::::"] }) },
  ],
  errors: [
    { name: "no line for root", files: accountNode({ shadow: ["a:*:1::::::"] }), says: "no line for root" },
  ],
  notApplicable: [{ name: "no shadow", files: { "/etc/passwd": "root:x:0:0::/:/bin/sh\n" } }],
});

test.run();
