import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/accounts/password-ageing.js";
import { accountNode, loginDefsFile, shadowFile } from "../../../support/account-files.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";

const good = "PASS_MAX_DAYS 365\nPASS_MIN_DAYS\t1\nPASS_WARN_AGE 7\n";
const keys = ["root:*:20000:0:99999:7:::", "alice:!:20000:0:90:7:::"];

testCheck(check, {
  passes: [
    { name: "login.defs and every password", files: accountNode({ loginDefs: good }) },
    {
      name: "who has no password does not age",
      files: accountNode({ loginDefs: good, shadow: ["root:*:1::::::"] }),
    },
    {
      name: "longer by agreement",
      files: accountNode({ loginDefs: good.replace("365", "700") }),
      params: { max: 700 },
    },
  ],
  fails: [
    {
      name: "defaults of the distribution",
      files: accountNode({
        loginDefs: "# PASS_MAX_DAYS 90\nPASS_MAX_DAYS\t99999 # x\nPASS_WARN_AGE 7\nPASS_MIN_DAYS 0",
      }),
      at: [2, 4, 3].map((line) => `${loginDefsFile}:${line}`),
      says: "a new password must be changed after 99999 # x days",
      fixed: { [loginDefsFile]: "# PASS_MAX_DAYS 90\nPASS_MAX_DAYS\t365\nPASS_WARN_AGE 7\nPASS_MIN_DAYS 1" },
    },
    {
      name: "nothing set",
      files: accountNode({ loginDefs: "UMASK 027" }),
      fixed: { [loginDefsFile]: "UMASK 027\nPASS_MAX_DAYS 365\nPASS_MIN_DAYS 1\nPASS_WARN_AGE 7" },
    },
  ],
  errors: [
    {
      name: "shadow cannot be read",
      files: accountNode({ loginDefs: good, more: { [shadowFile]: { error: "denied" } } }),
    },
  ],
});

test("existing passwords are judged and never aged by a repair; accounts with keys alone are warned of", async () => {
  const verdict = await verdictOf(check, {
    files: accountNode({ loginDefs: good, shadow: [...keys, "bob:$6$a$b:20000:0:99999:7:::"] }),
  });
  assert.is(statusOf(verdict), "fail");
  if (!("problems" in verdict)) return;
  assert.equal(
    verdict.problems.map(({ message, fix }) => [message, fix]),
    [
      ["the password of bob must be changed after 99999 days, not after 1 to 365", undefined],
      ["the password of bob can be changed again after 0 days, not after 1 or more", undefined],
    ],
  );
  assert.equal(verdict.notes, [
    "alice has no password and an age limit of 90 days: a login by key stops when it is over",
  ]);
});

test.run();
