// Debian's PAM stacks as it installs them, for tests.
import type { MemoryFiles } from "../../src/host/memory.js";

export const commonAuth = `# header
auth	[success=1 default=ignore]	pam_unix.so nullok
# here's the fallback if no module succeeds
auth	requisite			pam_deny.so
auth	required			pam_permit.so
auth	optional			pam_cap.so
`;
export const commonAccount = `account	[success=1 new_authtok_reqd=done default=ignore]	pam_unix.so
account	requisite			pam_deny.so
account	required			pam_permit.so
`;
export const commonPassword = `password	requisite			pam_pwquality.so retry=3
password	[success=1 default=ignore]	pam_unix.so obscure use_authtok try_first_pass yescrypt
password	requisite			pam_deny.so
password	required			pam_permit.so
`;

export const modulesFolder = "/usr/lib/x86_64-linux-gnu/security";

export const debianPam: MemoryFiles = {
  "/etc/pam.d/common-auth": commonAuth,
  "/etc/pam.d/common-account": commonAccount,
  "/etc/pam.d/common-password": commonPassword,
  "/etc/pam.d/login": "@include common-auth\n@include common-account\n@include common-password\n",
  "/etc/pam.d/sshd": "@include common-auth\naccount required pam_nologin.so\n@include common-account\n",
  "/etc/pam.d/su": "auth sufficient pam_rootok.so\n@include common-auth\n@include common-account\n",
  "/etc/pam.d/passwd": "@include common-password\n",
  [`${modulesFolder}/pam_faillock.so`]: "",
  [`${modulesFolder}/pam_unix.so`]: "",
};

/** common-auth and common-account with pam_faillock. */
export const lockingAuth = `# header
auth requisite pam_faillock.so preauth
auth	[success=2 default=ignore]	pam_unix.so nullok
auth [default=die] pam_faillock.so authfail
# here's the fallback if no module succeeds
auth	requisite			pam_deny.so
auth	required			pam_permit.so
auth	optional			pam_cap.so
`;
export const lockingAccount = `account required pam_faillock.so\n${commonAccount}`;
