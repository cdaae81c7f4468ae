import { test } from "uvu";
import check from "../../../../src/checks/accounts/password-dates.js";
import { accountNode, shadowFile } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

// 2026-01-01 is day 20454.
testCheck(check, {
  passes: [
    {
      name: "today, and tomorrow for somebody further east",
      files: accountNode({ shadow: ["a:$6$a$b:20454:::::", "b:$6$a$b:20455:::::", "c:*:99999:::::"] }),
    },
    { name: "not told", files: accountNode({ shadow: ["a:$6$a$b::::::"] }) },
  ],
  fails: [
    {
      name: "next year",
      files: accountNode({ shadow: ["a:$6$a$b:20819:::::"] }),
      at: [`${shadowFile}:1`],
      says: "the password of a was changed on 2027-01-01, which is yet to come",
    },
    {
      name: "beyond all calendars",
      files: accountNode({ shadow: ["a:$6$a$b:999999999:::::"] }),
      says: "on day 999999999",
    },
  ],
  errors: [
    { name: "shadow cannot be read", files: accountNode({ more: { [shadowFile]: { error: "denied" } } }) },
  ],
  notApplicable: [{ name: "no shadow", files: { "/etc/passwd": "root:x:0:0::/:/bin/sh\n" } }],
});

test.run();
