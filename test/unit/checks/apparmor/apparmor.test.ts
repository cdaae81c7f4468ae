// apparmor.*: the kernel, the policy on disk, the loaded profiles, processes beside theirs.
import { test } from "uvu";
import disabledLinks from "../../../../src/checks/apparmor/disabled-links.js";
import kernel from "../../../../src/checks/apparmor/kernel.js";
import unconfined from "../../../../src/checks/apparmor/unconfined.js";
import userns from "../../../../src/checks/apparmor/unprivileged-userns.js";
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
