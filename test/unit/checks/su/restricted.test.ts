// Is su limited where PAM asks pam_wheel before anything lets the caller in?
import { test } from "uvu";
import restricted from "../../../../src/checks/su/restricted.js";
import { testCheck } from "../../../support/check.js";

const su = "/etc/pam.d/su";
const common = {
  "/etc/pam.d/common-auth":
    "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n",
};
const wheel = "auth required pam_wheel.so use_uid";
const rest = "@include common-auth\n";

function files(text: string) {
  return { [su]: text, ...common };
}

testCheck(restricted, {
  passes: [
    { name: "after pam_rootok", files: files(`auth sufficient pam_rootok.so\n${wheel}\n${rest}`) },
    { name: "with a group", files: files(`${wheel} group=admins\n${rest}`), params: { group: "admins" } },
    {
      name: "a table of answers",
      files: files(`auth [success=ok default=die] pam_wheel.so use_uid debug\n${rest}`),
    },
    {
      name: "by its whole path, continued",
      files: files(`AUTH REQUISITE \\\n /lib/security/pam_wheel.so use_uid\n${rest}`),
    },
    {
      name: "from an include",
      files: { ...files(`auth include limits\n${rest}`), "/etc/pam.d/limits": `${wheel}\n` },
    },
    {
      name: "su-l takes it from su",
      files: { ...files(`${wheel}\n${rest}`), "/etc/pam.d/su-l": "auth include su\n" },
    },
  ],
  fails: [
    {
      name: "commented out, as Debian ships it",
      files: files(`auth       sufficient pam_rootok.so\n# auth       required   pam_wheel.so\n${rest}`),
      at: [`${su}:1`],
      fixed: {
        [su]: `auth       sufficient pam_rootok.so\n${wheel}\n# auth       required   pam_wheel.so\n${rest}`,
      },
    },
    { name: "no line of its own", files: files(rest), fixed: { [su]: `${wheel}\n${rest}` } },
    {
      name: "with the group of a site",
      files: files(`auth sufficient pam_rootok.so\n${wheel}\n`),
      params: { group: "admins" },
      fixed: { [su]: `auth sufficient pam_rootok.so\n${wheel} group=admins\n${wheel}\n` },
    },
    { name: "without use_uid", files: files(`auth required pam_wheel.so\n${rest}`) },
    {
      name: "only lets its group in unasked",
      files: files(`auth sufficient pam_wheel.so trust use_uid\n${rest}`),
    },
    { name: "turned round", files: files(`auth required pam_wheel.so deny use_uid group=x\n${rest}`) },
    {
      name: "its refusal does not count",
      files: files(`auth [default=ignore] pam_wheel.so use_uid\n${rest}`),
    },
    {
      name: "asked too late",
      files: files(`auth sufficient pam_unix.so\n${wheel}\n`),
      says: /before pam_wheel/,
    },
    {
      name: "jumped over",
      files: files(`auth [success=1 default=ignore] pam_unix.so\n${wheel}\nauth required pam_permit.so\n`),
      says: /before pam_wheel/,
    },
    {
      name: "su-l of its own",
      files: { ...files(`${wheel}\n`), "/etc/pam.d/su-l": "auth required pam_unix.so\n" },
    },
  ],
  errors: [
    { name: "su may not be read", files: { ...files(wheel), [su]: { error: "denied" } } },
    {
      name: "an include may not be read",
      files: { [su]: `${wheel}\nauth include x\n`, "/etc/pam.d/x": { error: "denied" } },
    },
  ],
  notApplicable: [{ name: "no su", files: { "/etc/pam.d/login": "auth required pam_unix.so\n" } }],
});

test.run();
