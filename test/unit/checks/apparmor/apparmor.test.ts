// apparmor.*: the kernel, the policy on disk, the loaded profiles, processes beside theirs.
import { test } from "uvu";
import complain from "../../../../src/checks/apparmor/complain.js";
import disabledLinks from "../../../../src/checks/apparmor/disabled-links.js";
import kernel from "../../../../src/checks/apparmor/kernel.js";
import unconfined from "../../../../src/checks/apparmor/unconfined.js";
import userns from "../../../../src/checks/apparmor/unprivileged-userns.js";
import { installed } from "../../../support/apparmor-node.js";
import { testCheck } from "../../../support/check.js";

const enabled = "/sys/module/apparmor/parameters/enabled";
const list = "/sys/kernel/security/apparmor/profiles";
const folder = "/etc/apparmor.d";
const policy = "/sys/kernel/security/apparmor/policy/profiles";
const directory = { kind: "directory" } as const;

testCheck(kernel, {
  passes: [{ name: "on", files: { [enabled]: "Y\n" } }],
  fails: [{ name: "off", files: { [enabled]: "N\n" }, at: [enabled], says: /AppArmor is off/ }],
  errors: [{ name: "a word no kernel says", files: { [enabled]: "perhaps\n" } }],
  notApplicable: [
    { name: "built without", files: { "/sys/fs/ext4/x": "" }, says: /this kernel has no AppArmor/ },
    {
      name: "SELinux instead",
      files: {
        [enabled]: "N\n",
        "/sys/fs/selinux/enforce": "1",
        "/etc/selinux/config": "SELINUX=enforcing\n",
      },
      says: /SELinux confines/,
    },
  ],
});

const chronyd = "/usr/sbin/chronyd flags=(attach_disconnected) {\n  /etc/chrony/{,**} r,\n}\n";
testCheck(disabledLinks, {
  passes: [
    { name: "none", files: { [`${folder}/usr.sbin.chronyd`]: chronyd } },
    {
      name: "as Ubuntu ships it",
      files: {
        "/etc/os-release": "ID=ubuntu\nVERSION_ID=22.04\n",
        [`${folder}/usr.sbin.rsyslogd`]: chronyd,
        [`${folder}/disable/usr.sbin.rsyslogd`]: { link: "/etc/apparmor.d/usr.sbin.rsyslogd" },
      },
    },
    {
      name: "named by the site",
      files: { [`${folder}/a`]: chronyd, [`${folder}/disable/a`]: "" },
      params: { allow: ["a"] },
    },
    {
      name: "a link for what is not installed",
      files: { [`${folder}/a`]: chronyd, [`${folder}/disable/b`]: { link: "/etc/apparmor.d/b" } },
    },
  ],
  fails: [
    {
      name: "a link",
      files: {
        [`${folder}/usr.sbin.chronyd`]: chronyd,
        [`${folder}/disable/usr.sbin.chronyd`]: { link: "/etc/apparmor.d/usr.sbin.chronyd" },
      },
      at: [`${folder}/disable/usr.sbin.chronyd`],
      says: /usr\.sbin\.chronyd is not loaded at boot/,
    },
    {
      name: "what Ubuntu ships, on Debian",
      files: {
        "/etc/os-release": "ID=debian\nVERSION_ID=12\n",
        [`${folder}/usr.sbin.rsyslogd`]: chronyd,
        [`${folder}/disable/usr.sbin.rsyslogd`]: { link: "/etc/apparmor.d/usr.sbin.rsyslogd" },
      },
      at: [`${folder}/disable/usr.sbin.rsyslogd`],
    },
    {
      name: "an empty file does it too",
      files: { [`${folder}/a`]: chronyd, [`${folder}/disable/a`]: "" },
      at: [`${folder}/disable/a`],
    },
  ],
  errors: [
    {
      name: "the folder of links cannot be searched",
      files: { [`${folder}/a`]: chronyd, [`${folder}/disable`]: { ...directory, error: "denied" } },
    },
  ],
  notApplicable: [{ name: "no policy", files: { [enabled]: "Y" }, says: /no AppArmor policy is installed/ }],
  hides: [folder],
});

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

function running(pid: number, label: string, exe: string) {
  return {
    [`/proc/${pid}/status`]: `Name:\tx\nPPid:\t1\nState:\tS\nUid:\t0\t0\t0\t0\n`,
    [`/proc/${pid}/cmdline`]: `${exe}\0`,
    [`/proc/${pid}/attr/current`]: label,
    [`/proc/${pid}/exe`]: { link: exe },
  };
}
const kernelThread = { "/proc/2/status": "Name:\tkthreadd\nPPid:\t0\nUid:\t0\t0\t0\t0\n" };
const confined = running(50, "/usr/sbin/chronyd (enforce)\n", "/usr/sbin/chronyd");
testCheck(unconfined, {
  passes: [
    {
      name: "under its profile",
      files: { ...enforcing, ...confined, ...kernelThread, ...running(51, "unconfined\n", "/usr/bin/x") },
    },
    {
      name: "meant to confine nothing",
      files: {
        ...enforcing,
        [list]: "/usr/bin/x (unconfined)\n",
        ...running(51, "unconfined\n", "/usr/bin/x"),
      },
    },
  ],
  fails: [
    {
      name: "by the profile's name",
      files: { ...enforcing, ...running(50, "unconfined\n", "/usr/sbin/chronyd (deleted)") },
      at: ["/proc/50/attr/current"],
      says: /process 50 \(\/usr\/sbin\/chronyd\) runs unconfined beside the profile \/usr\/sbin\/chronyd/,
    },
    {
      name: "by what the kernel attaches it to",
      files: {
        ...enforcing,
        [`${policy}/lsb_release.1/name`]: "lsb_release\n",
        [`${policy}/lsb_release.1/attach`]: "/{,usr/}bin/lsb*\n",
        ...running(50, "unconfined\n", "/usr/bin/lsb_release"),
      },
      says: /beside the profile lsb_release/,
    },
  ],
  errors: [
    {
      name: "a label that may not be read",
      files: { ...enforcing, ...confined, "/proc/50/attr/current": { error: "denied" } },
    },
    {
      name: "an attachment that cannot be followed",
      files: {
        ...enforcing,
        ...confined,
        [`${policy}/lsb_release.1/name`]: "lsb_release\n",
        [`${policy}/lsb_release.1/attach`]: "/{a\n",
      },
      says: /the programs of the profile lsb_release cannot be told/,
    },
  ],
  notApplicable: [
    { name: "off", files: { [enabled]: "N\n" } },
    { name: "an image", files: enforcing, says: /processes cannot be seen/ },
  ],
});

const systemd = { "/proc/sys/kernel/ostype": "Linux\n", "/usr/lib/systemd/systemd-sysctl": "x" };
const key = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
const set = "kernel.apparmor_restrict_unprivileged_userns = 1\n";
testCheck(userns, {
  passes: [{ name: "set", files: { ...systemd, [key]: "1\n", "/etc/sysctl.d/a.conf": set } }],
  fails: [
    {
      name: "off",
      files: { ...systemd, [key]: "0\n", "/etc/sysctl.d/a.conf": set.replace("1", "0") },
      says: /is 0 in the running kernel/,
    },
  ],
  errors: [
    { name: "denied", files: { ...systemd, [key]: { error: "denied" }, "/etc/sysctl.d/a.conf": set } },
  ],
  notApplicable: [{ name: "a kernel without", files: systemd, says: /this kernel has no/ }],
});

test.run();
