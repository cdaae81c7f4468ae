import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/accounts/pam-faillock.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";
import {
  commonAuth,
  debianPam,
  lockingAccount,
  lockingAuth,
  modulesFolder,
} from "../../../support/pam-files.js";

const conf = "/etc/security/faillock.conf";
const locking = {
  ...debianPam,
  "/etc/pam.d/common-auth": lockingAuth,
  "/etc/pam.d/common-account": lockingAccount,
  [conf]: "deny = 5\nunlock_time = 900\n",
};
const auth = "/etc/pam.d/common-auth";
const account = "/etc/pam.d/common-account";

testCheck(check, {
  passes: [
    { name: "in every service", files: locking },
    { name: "for ever, and fewer tries", files: { ...locking, [conf]: "unlock_time=never\ndeny=3" } },
    {
      name: "told on its own lines",
      files: {
        ...locking,
        [auth]: lockingAuth.replace("preauth", "preauth deny=4 unlock_time=1800"),
        [conf]: "deny=99\n",
      },
    },
    {
      name: "Red Hat's stack",
      files: {
        "/etc/pam.d/sshd": "auth substack password-auth\naccount include password-auth\n",
        "/etc/pam.d/password-auth":
          "auth required pam_env.so\nauth required pam_faillock.so preauth silent\nauth sufficient pam_unix.so\nauth sufficient pam_sss.so\nauth required pam_faillock.so authfail\nauth required pam_deny.so\naccount required pam_faillock.so\naccount required pam_unix.so\n",
        [conf]: "unlock_time = 900\n",
      },
    },
  ],
  fails: [
    {
      name: "Debian's own, repaired",
      files: { ...debianPam, [conf]: "# deny = 3\n" },
      says: /login locks nobody out: no preauth line before the password is asked, no authfail line after it, no account line.*unlock_time 600 by default/,
      fixed: { [auth]: lockingAuth, [account]: lockingAccount, [conf]: "# deny = 3\nunlock_time = 900\n" },
    },
    {
      name: "too many tries, too short",
      files: { ...locking, [conf]: "deny = 10\nunlock_time = 60\n" },
      at: [`${auth}:2`, `${auth}:4`, `${account}:1`, `${conf}:1`, `${conf}:2`],
      says: `pam_faillock has deny 10 by ${conf}:1, not 1 to 5 tries`,
      fixed: { [conf]: "deny = 5\nunlock_time = 900\n" },
    },
    {
      name: "a line of its own says more than the file",
      files: { ...locking, [auth]: lockingAuth.replace("authfail", "authfail deny=50") },
      says: `${auth}:4 has deny=50`,
    },
    {
      name: "the password is asked first",
      files: { ...locking, [auth]: `auth sufficient pam_unix.so\n${lockingAuth}` },
      says: "no preauth line before the password is asked",
    },
  ],
  errors: [
    {
      name: "a stack that includes what is missing",
      files: { ...locking, "/etc/pam.d/su": "@include nothing\n" },
      says: "includes nothing, which is missing",
    },
    {
      name: "the settings stand elsewhere",
      files: {
        ...locking,
        "/etc/pam.d/common-auth": lockingAuth.replace("preauth", "preauth conf=/etc/own.conf"),
      },
      says: /reads another file \(conf=\)/,
    },
    { name: "the settings cannot be read", files: { ...locking, [conf]: { error: "denied" } } },
  ],
  notApplicable: [
    { name: "no service asks for a password", files: { "/etc/pam.d/sshd": "auth required pam_permit.so\n" } },
  ],
});

/** Whatever is not exactly Debian's own is judged and left alone. */
const { [`${modulesFolder}/pam_faillock.so`]: _module, ...withoutModule } = debianPam;
const foreign: Readonly<Record<string, MemoryFiles>> = {
  "the module is missing": withoutModule,
  "another module asks too": {
    ...debianPam,
    [auth]: `auth [success=2 default=ignore] pam_sss.so\n${commonAuth}`,
  },
  "a line goes on": {
    ...debianPam,
    [auth]: commonAuth.replace("pam_unix.so nullok", "pam_unix.so \\\nnullok"),
  },
};
for (const [name, files] of Object.entries(foreign))
  test(`no repair of the stack: ${name}`, async () => {
    const verdict = await verdictOf(check, { files: { ...files, [conf]: "unlock_time=900\n" } });
    assert.is(statusOf(verdict), "fail");
    assert.ok("problems" in verdict && verdict.problems.every(({ fix }) => fix === undefined));
  });

test.run();
