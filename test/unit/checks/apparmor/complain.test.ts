// apparmor.complain: which complaining profiles concern the node.
import { test } from "uvu";
import complain from "../../../../src/checks/apparmor/complain.js";
import { installed, shipped } from "../../../support/apparmor-node.js";
import { testCheck } from "../../../support/check.js";

const enabled = "/sys/module/apparmor/parameters/enabled";
const list = "/sys/kernel/security/apparmor/profiles";
const folder = "/etc/apparmor.d";
const chronyd = "/usr/sbin/chronyd flags=(attach_disconnected) {\n  /etc/chrony/{,**} r,\n}\n";

const enforcing = { [enabled]: "Y\n", [list]: "/usr/sbin/chronyd (enforce)\nlsb_release (enforce)\n" };
testCheck(complain, {
  passes: [
    { name: "all enforced", files: { ...enforcing, [`${folder}/usr.sbin.chronyd`]: chronyd } },
    { name: "an image", files: { [`${folder}/usr.sbin.chronyd`]: chronyd } },
    {
      name: "a desktop program that is not installed, and what is only entered from it",
      files: {
        ...enforcing,
        [list]: "plasmashell (complain)\nplasmashell//engine (complain)\n",
        [`${folder}/plasmashell`]:
          "profile plasmashell /usr/bin/plasma{,shell}[0-9] flags=(complain) {\n  profile engine flags=(complain) {\n}\n}\n",
      },
    },
    {
      name: "entered by name, from a package, with nothing under it",
      files: {
        ...enforcing,
        [`${folder}/unprivileged_userns`]: "profile unprivileged_userns flags=(complain) {\n}\n",
        "/var/lib/dpkg/status":
          "Package: apparmor\nStatus: install ok installed\nArchitecture: amd64\nVersion: 4.1.0\n",
        "/var/lib/dpkg/info/apparmor.list": "/.\n/etc/apparmor.d/unprivileged_userns\n",
      },
    },
    {
      name: "for watching pods, where the kernel has no AppArmor and the site allows another",
      files: {
        "/sys/module": { kind: "directory" },
        [`${folder}/nodeward-audit`]: shipped("nodeward-audit"),
      },
      params: { allow: ["web"] },
    },
    {
      name: "named by the site",
      files: { ...enforcing, [list]: "web (complain)\n" },
      params: { allow: ["w*"] },
    },
    {
      name: "complains on purpose",
      files: installed(),
    },
    {
      name: "complains, and is disabled",
      files: {
        ...enforcing,
        [`${folder}/a`]: "profile a flags=(complain) {\n}\n",
        [`${folder}/disable/a`]: { link: "../a" },
      },
    },
  ],
  fails: [
    {
      name: "in the kernel",
      files: { ...enforcing, [list]: "a (enforce)\n/usr/bin/b c (x) (complain)\n", "/usr/bin/b c (x)": "" },
      at: [`${list}:2`],
      says: /the profile \/usr\/bin\/b c \(x\) is loaded in complain mode/,
    },
    {
      name: "by a flag, of a child too",
      files: {
        ...enforcing,
        "/usr/bin/a": "",
        [`${folder}/a`]:
          "# profile z flags=(complain) {\nprofile a /usr/bin/a flags=(attach_disconnected, complain) {\n  /x r,\n  profile b flags=(complain) {\n  }\n}\n",
      },
      at: [`${folder}/a:2`, `${folder}/a:4`],
      says: /the profile a has the flag complain; the profile a\/\/b has/,
    },
    {
      name: "by a link",
      files: {
        ...enforcing,
        "/usr/sbin/chronyd": "",
        [`${folder}/a`]: chronyd,
        [`${folder}/force-complain/a`]: { link: "../a" },
      },
      at: [`${folder}/force-complain/a`],
    },
    {
      name: "entered by name, and nobody's package brought it",
      files: { ...enforcing, [`${folder}/a`]: "profile a flags=(complain) {\n}\n" },
      at: [`${folder}/a:1`],
    },
    {
      name: "a program among those of a pattern",
      files: {
        ...enforcing,
        "/usr/sbin/unix_chkpwd": "",
        [`${folder}/a`]: "profile u /{,usr/}{,s}bin/unix_chk* flags=(complain) {\n}\n",
      },
      at: [`${folder}/a:1`],
    },
    {
      name: "programs that cannot be told",
      files: { ...enforcing, [`${folder}/a`]: "profile u @{bin}/x flags=(complain) {\n}\n" },
      at: [`${folder}/a:1`],
    },
    {
      name: "a process is under it",
      files: {
        ...enforcing,
        [list]: "u (complain)\n",
        [`${folder}/a`]: "profile u /usr/bin/gone flags=(complain) {\n}\n",
        "/proc/9/status": "Name:\tx\nPPid:\t1\nState:\tS\nUid:\t0\t0\t0\t0\n",
        "/proc/9/cmdline": "x\0",
        "/proc/9/attr/current": "u (complain)\n",
      },
      at: [`${list}:1`, `${folder}/a:1`],
      says: /the profile u is loaded in complain mode, with 1 process under it/,
    },
  ],
  errors: [
    { name: "the list may not be read", files: { [enabled]: "Y\n", [list]: { error: "denied" } } },
    { name: "securityfs is not mounted", files: { [enabled]: "Y\n" }, says: /securityfs/ },
    { name: "no list", files: { [enabled]: "Y\n", [list]: "nonsense\n" }, says: /:1: is no profile/ },
    { name: "half a file", files: { ...enforcing, [`${folder}/a`]: "profile a {\n" }, says: /not closed/ },
  ],
  notApplicable: [{ name: "off, and no policy", files: { [enabled]: "N\n" }, says: /AppArmor is off/ }],
});

test.run();
