// Password quality, history, pam_unix itself, and the list of shells.
import { test } from "uvu";
import nologinShells from "../../../../src/checks/accounts/nologin-shells.js";
import pwhistory from "../../../../src/checks/accounts/pam-pwhistory.js";
import pwquality from "../../../../src/checks/accounts/pam-pwquality.js";
import unix from "../../../../src/checks/accounts/pam-unix.js";
import { testCheck } from "../../../support/check.js";
import { commonPassword, debianPam } from "../../../support/pam-files.js";

const conf = "/etc/security/pwquality.conf";
const password = "/etc/pam.d/common-password";
const strong = "minlen = 14\ndifok = 2\nmaxrepeat = 3\nmaxsequence = 3\nminclass = 3\nenforce_for_root\n";
const quality = { ...debianPam, [conf]: strong };
const noService = [
  { name: "no passwords are changed here", files: { "/etc/pam.d/sshd": "auth required pam_permit.so\n" } },
];
const loop = {
  name: "a stack that leads back to itself",
  files: { ...quality, "/etc/pam.d/passwd": "@include passwd\n@include common-password\n" },
};

testCheck(pwquality, {
  passes: [
    { name: "the file", files: quality },
    {
      name: "a drop-in, and credits in the place of classes",
      files: {
        ...quality,
        [conf]: strong.replace("minclass = 3\n", ""),
        [`${conf}.d/50.conf`]: "dcredit=-1\nucredit=-1\nocredit = -2 # x\n",
      },
    },
    {
      name: "told on its own line",
      files: {
        ...quality,
        [password]: commonPassword.replace("retry=3", "retry=3 minlen=16"),
        [conf]: strong.replace("14", "8"),
      },
    },
  ],
  fails: [
    {
      name: "as installed",
      files: { ...debianPam, [conf]: "# minlen = 8\nmaxrepeat=0\n" },
      at: [`${password}:1`],
      says: /minlen 8 by default, not 14; .*difok 1 by default.*maxrepeat 0 by \/etc\/security\/pwquality.conf:2.*minclass 0.*enforce_for_root is not set/,
      fixed: {
        [conf]:
          "# minlen = 8\nmaxrepeat = 3\nminlen = 14\ndifok = 2\nmaxsequence = 3\nminclass = 3\nenforce_for_root\n",
      },
    },
    {
      name: "not installed",
      files: { ...quality, [password]: commonPassword.replace(/.*pwquality.*\n/, "") },
      says: "passwd takes any password",
    },
    {
      name: "its own line says less",
      files: { ...quality, [password]: commonPassword.replace("retry=3", "minlen=6") },
      says: "minlen 6 by /etc/pam.d/common-password:1",
    },
    {
      name: "only warns",
      files: { ...quality, [conf]: `${strong}enforcing = 0\n` },
      fixed: { [conf]: `${strong}enforcing = 1\n` },
    },
  ],
  errors: [
    loop,
    {
      name: "another module judges",
      files: { ...quality, [password]: commonPassword.replace("pam_pwquality", "pam_passwdqc") },
      says: "by another module",
    },
    { name: "a drop-in cannot be read", files: { ...quality, [`${conf}.d/50.conf`]: { error: "denied" } } },
  ],
  notApplicable: noService,
});

const status = (version: string) => ({
  "/var/lib/dpkg/status": `Package: libpam-modules\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`,
});
const history = (line: string) => ({ ...debianPam, [password]: `${line}\n${commonPassword}` });

testCheck(pwhistory, {
  passes: [
    {
      name: "24, for root too",
      files: history("password requisite pam_pwhistory.so remember=24 enforce_for_root use_authtok"),
    },
    {
      name: "by its file",
      files: {
        ...history("password required pam_pwhistory.so"),
        "/etc/security/pwhistory.conf": "remember = 24\nenforce_for_root\n",
        ...status("1.7.0-5"),
      },
    },
    {
      name: "fewer by agreement",
      files: history("password required pam_pwhistory.so enforce_for_root"),
      params: { remember: 10 },
    },
  ],
  fails: [
    { name: "none", files: debianPam, says: "no pam_pwhistory in /etc/pam.d/passwd" },
    {
      name: "few, and not for root",
      files: history("password required pam_pwhistory.so remember=5"),
      at: [`${password}:1`],
      says: "remembers 5 passwords, not 24; /etc/pam.d/common-password:1 lets root",
    },
    {
      name: "a file that this release does not read",
      files: {
        ...history("password required pam_pwhistory.so"),
        "/etc/security/pwhistory.conf": "remember = 24\nenforce_for_root\n",
        ...status("1.5.2-6+deb12u1"),
      },
      says: /common-password:1, by default, remembers 10 passwords, not 24; .*no enforce_for_root/,
    },
    {
      name: "few by its file",
      files: {
        ...history("password required pam_pwhistory.so"),
        "/etc/security/pwhistory.conf": "remember = 5\nenforce_for_root\n",
      },
      says: "/etc/security/pwhistory.conf:1 remembers 5 passwords, not 24",
    },
    {
      name: "another password than the one that was judged",
      files: {
        ...debianPam,
        [password]: commonPassword.replace(
          "\n",
          "\npassword required pam_pwhistory.so remember=24 enforce_for_root\n",
        ),
      },
      says: "common-password:2 does not insist on the password that was judged before it (use_authtok)",
    },
    {
      name: "too late",
      files: {
        ...debianPam,
        [password]: `${commonPassword}password required pam_pwhistory.so remember=24 enforce_for_root\n`,
      },
      says: "comes after pam_unix",
    },
  ],
  errors: [
    {
      ...loop,
      files: {
        ...history("password required pam_pwhistory.so remember=24 enforce_for_root"),
        "/etc/pam.d/passwd": "@include passwd\n@include common-password\n",
      },
    },
    { name: "another file", files: history("password required pam_pwhistory.so conf=/x"), says: "conf=" },
    {
      name: "its file cannot be read",
      files: {
        ...history("password required pam_pwhistory.so"),
        "/etc/security/pwhistory.conf": { error: "denied" },
      },
    },
  ],
  notApplicable: noService,
});

const auth = "/etc/pam.d/common-auth";
const strict = { ...debianPam, [auth]: "auth required pam_unix.so\n" };

testCheck(unix, {
  passes: [
    { name: "yescrypt, no nullok", files: strict },
    {
      name: "pam_permit where a wrong password does not come",
      files: { ...strict, "/etc/pam.d/su": "auth required pam_unix.so\nauth sufficient pam_permit.so\n" },
    },
    {
      name: "pam_permit that ends nothing",
      files: { ...strict, "/etc/pam.d/su": "auth required pam_permit.so\nauth required pam_unix.so\n" },
    },
  ],
  fails: [
    {
      name: "pam_permit before the password",
      files: { ...strict, "/etc/pam.d/su": "auth sufficient pam_permit.so\nauth required pam_unix.so\n" },
      says: "/etc/pam.d/su:1 lets in whoever comes to it without a password (pam_permit)",
    },
    {
      name: "pam_permit alone, by a table, behind what refuses nobody",
      files: {
        "/etc/pam.d/sshd": "auth required pam_env.so\nauth [success=done default=ignore] pam_permit.so\n",
      },
      says: "/etc/pam.d/sshd:2 lets in whoever comes to it",
    },
    {
      name: "pam_permit behind a password that need not be right",
      files: { "/etc/pam.d/login": "auth sufficient pam_unix.so\nauth sufficient pam_permit.so\n" },
      says: "/etc/pam.d/login:2 lets in whoever comes to it",
    },
    {
      name: "another password than the one that was judged",
      files: { ...strict, [password]: commonPassword.replace("use_authtok ", "") },
      says: `${password}:2 does not insist on the password that was judged (use_authtok)`,
    },
    { name: "nullok", files: debianPam, says: `${auth}:2 lets accounts in that have no password (nullok)` },
    {
      name: "md5 and remember",
      files: { ...strict, [password]: "password required pam_unix.so md5 remember=5\n" },
      says: `${password}:1 hashes new passwords with md5; ${password}:1 keeps former passwords`,
    },
  ],
  errors: [
    {
      name: "a stack that leads back to itself",
      files: { ...strict, "/etc/pam.d/su": "@include su\nauth required pam_unix.so\n" },
    },
  ],
  notApplicable: [{ name: "no local passwords", files: { "/etc/pam.d/sshd": "auth required pam_sss.so\n" } }],
});

testCheck(nologinShells, {
  passes: [{ name: "shells", files: { "/etc/shells": "# /usr/sbin/nologin\n/bin/sh\n/bin/bash\n" } }],
  fails: [
    {
      name: "nologin twice, the last line without its end",
      files: { "/etc/shells": "/bin/sh\n/sbin/nologin # x\n/usr/sbin/nologin" },
      at: ["/etc/shells:2", "/etc/shells:3"],
      fixed: { "/etc/shells": "/bin/sh\n" },
    },
  ],
  errors: [{ name: "a folder in its place", files: { "/etc/shells": { kind: "directory" } } }],
});

test.run();
