import { test } from "uvu";
import check from "../../../../src/checks/accounts/umask.js";
import { accountNode, loginDefsFile } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const profile = "/etc/profile";
const node = (loginDefs: string, more: object = {}) => accountNode({ loginDefs, more: { ...more } });

testCheck(check, {
  passes: [
    { name: "027 and 077", files: node("UMASK 077\n", { [profile]: "umask 027\n" }) },
    { name: "no login script at all", files: node("UMASK 0027\n") },
    { name: "another mask by agreement", files: node("UMASK 022\n"), params: { mask: "022" } },
  ],
  fails: [
    {
      name: "022",
      files: node("UMASK\t\t022\nX y\n"),
      at: [`${loginDefsFile}:1`],
      says: "/etc/login.defs:1 sets UMASK 022",
      fixed: { [loginDefsFile]: "UMASK\t\t027\nX y\n" },
    },
    { name: "not set", files: node("X y\n"), fixed: { [loginDefsFile]: "X y\nUMASK 027\n" } },
    {
      name: "a login script after it",
      files: node("UMASK 027\n", {
        "/etc/profile.d/x.sh": "umask 0022 # all\n",
        "/root/.bashrc": "umask 022",
      }),
      at: [`${loginDefsFile}:1`, "/etc/profile.d/x.sh:1", "/root/.bashrc:1"],
      says: "/etc/profile.d/x.sh:1 sets umask 0022, whatever login.defs says",
      fixed: { "/etc/profile.d/x.sh": "umask 027 # all\n", "/root/.bashrc": "umask 027" },
    },
  ],
  errors: [
    {
      name: "a weak one under a condition",
      files: node("UMASK 027\n", { [profile]: 'if [ "$UID" -gt 199 ]; then umask 002; fi\n' }),
    },

    {
      name: "a login script cannot be read",
      files: node("UMASK 027\n", { [profile]: { text: "", error: "denied" } }),
    },
  ],
  notApplicable: [{ name: "no login.defs", files: { [profile]: "" } }],
});

test.run();
