// How the machine and its kernel are started, from what /sys, /proc/cmdline and the boot loader's files say.
import { test } from "uvu";
import * as assert from "uvu/assert";
import apparmorCmdline from "../../../../src/checks/boot/apparmor-cmdline.js";
import grubPassword from "../../../../src/checks/boot/grub-password.js";
import iommu from "../../../../src/checks/boot/iommu.js";
import lockdown from "../../../../src/checks/boot/lockdown.js";
import secureBoot from "../../../../src/checks/boot/secure-boot.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";

const sys: MemoryFiles = { "/sys/kernel/x": "" };
const variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const bytes = (...values: readonly number[]) => ({ bytes: Uint8Array.from(values) });

testCheck(secureBoot, {
  passes: [{ name: "on", files: { [variable]: bytes(6, 0, 0, 0, 1) } }],
  fails: [
    { name: "off", files: { [variable]: bytes(22, 0, 0, 0, 0) }, at: [variable], says: "Secure Boot is off" },
    {
      name: "on, with a shim that verifies nothing",
      files: {
        [variable]: bytes(6, 0, 0, 0, 1),
        "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23": bytes(6, 0, 0, 0, 1),
      },
      says: "its validation is off",
    },
    { name: "firmware that cannot", files: { "/sys/firmware/efi/efivars/Boot0000-x": "" }, says: "is off" },
  ],
  errors: [
    {
      name: "variables that cannot be seen",
      files: { "/sys/firmware/efi/efivars": { kind: "directory" } },
      says: "empty or not mounted",
    },
    { name: "not five bytes", files: { [variable]: bytes(1) }, says: "does not hold five bytes" },
    { name: "a value that there is not", files: { [variable]: bytes(0, 0, 0, 0, 200) } },
  ],
  notApplicable: [{ name: "no UEFI", files: sys, says: "not started by UEFI" }],
});

const locked = "/sys/kernel/security/lockdown";
testCheck(lockdown, {
  passes: [
    { name: "integrity", files: { [locked]: "none [integrity] confidentiality\n" } },
    { name: "more than asked for", files: { [locked]: "none integrity [confidentiality]\n" } },
  ],
  fails: [
    {
      name: "none",
      files: { [locked]: "[none] integrity confidentiality\n" },
      at: [locked],
      says: "is none instead of integrity",
    },
    {
      name: "less than the site wants",
      files: { [locked]: "none [integrity] confidentiality\n" },
      params: { least: "confidentiality" },
    },
  ],
  errors: [{ name: "another word", files: { [locked]: "none\n" } }],
  notApplicable: [{ name: "a kernel without", files: sys, says: "no lockdown" }],
});

const groups = "/sys/kernel/iommu_groups";
const virtual = { "/proc/cpuinfo": "flags\t\t: fpu vme hypervisor lahf_lm\n" };
testCheck(iommu, {
  passes: [{ name: "groups", files: { [`${groups}/0/type`]: "DMA\n" } }],
  fails: [
    { name: "none", files: { [groups]: { kind: "directory" } }, at: [groups], says: "the IOMMU is off" },
  ],
  errors: [{ name: "may not be listed", files: { [groups]: { kind: "directory", error: "denied" } } }],
  notApplicable: [
    {
      name: "a virtual machine",
      files: { [groups]: { kind: "directory" }, ...virtual },
      says: "its hypervisor",
    },
    { name: "a kernel without", files: sys, says: "no support" },
  ],
  hides: [groups],
});

const grub = "/boot/grub/grub.cfg";
const superusers = 'set superusers="root"\n';
const hashed = `${superusers}password_pbkdf2 root grub.pbkdf2.sha512.10000.AB\n`;
const entry = "menuentry 'Debian' --unrestricted {\n linux /vmlinuz ro\n}\n";
const red = `if [ -n "\${GRUB2_PASSWORD}" ]; then\n set superusers="root"\n password_pbkdf2 root \${GRUB2_PASSWORD}\nfi\n`;
testCheck(grubPassword, {
  passes: [
    { name: "a hash", files: { [grub]: hashed + entry } },
    {
      name: "in a file that is taken in",
      files: { [grub]: superusers, "/boot/grub/custom.cfg": "password_pbkdf2 root x\n" },
    },
    {
      name: "Red Hat's",
      files: { "/boot/grub2/grub.cfg": red, "/boot/grub2/user.cfg": "GRUB2_PASSWORD=grub.pbkdf2.x\n" },
    },
  ],
  fails: [
    {
      name: "without superusers, on the EFI partition",
      files: { "/boot/efi/EFI/redhat/grub.cfg": entry },
      says: "names no superusers",
    },
    { name: "no superusers", files: { [grub]: entry }, at: [grub], says: "names no superusers" },
    { name: "no password", files: { [grub]: superusers }, at: [`${grub}:1`], says: "have no password" },
    {
      name: "another's password",
      files: { [grub]: `${superusers}password_pbkdf2 eve x\n` },
      says: "have no password",
    },
    {
      name: "in clear",
      files: { [grub]: `${superusers}password root hunter2\n` },
      at: [`${grub}:1`, `${grub}:2`],
      says: "stands in clear",
    },
    {
      name: "Red Hat's menu without the variable",
      files: { "/boot/grub2/grub.cfg": red },
      says: "have no password",
    },
  ],
  errors: [
    {
      name: "a file that is taken in may not be read",
      files: { [grub]: hashed, "/boot/grub/custom.cfg": { error: "denied" } },
    },
  ],
  notApplicable: [
    { name: "another boot loader", files: { "/boot/loader/entries/a.conf": "" }, says: "no grub.cfg" },
  ],
});

test("an entry that waits for the password is told, and no password is", async () => {
  const files = { [grub]: `${hashed}${entry}menuentry 'Old' {\n linux /vmlinuz\n}\n` };
  const verdict = await verdictOf(grubPassword, { files });
  assert.is(statusOf(verdict), "pass");
  assert.match(JSON.stringify(verdict), `${grub}:6 asks for the password`);
  assert.not.match(JSON.stringify(verdict), "sha512");
});

const parameter = "/sys/module/apparmor/parameters/enabled";
const on = { [parameter]: "Y\n", "/proc/cmdline": "ro quiet\n" };
testCheck(apparmorCmdline, {
  passes: [
    { name: "not left out", files: on },
    {
      name: "asked for, now and next",
      files: {
        ...on,
        "/proc/cmdline": "apparmor=1 security=apparmor",
        [grub]: "linux /v apparmor=1 security=apparmor\n",
      },
    },
    {
      name: "in the list, which beats security=",
      files: { ...on, "/proc/cmdline": "lsm=lockdown,apparmor security=selinux" },
    },
    { name: "the last word counts", files: { ...on, "/proc/cmdline": "apparmor=0 apparmor=1" } },
  ],
  fails: [
    {
      name: "off now",
      files: { ...on, [parameter]: "N\n", "/proc/cmdline": "apparmor=0" },
      at: ["/proc/cmdline:1", parameter],
      says: "`apparmor=0` on the kernel's command line leaves AppArmor out of the running kernel",
    },
    {
      name: "off at the next boot",
      files: { ...on, [grub]: "x\n linux /v security=selinux\n" },
      at: ["/proc/cmdline:1", `${grub}:2`, parameter],
      says: `at the next boot (${grub}:2)`,
    },
    {
      name: "not in the list",
      files: { ...on, "/boot/loader/entries/a.conf": "options ro lsm=lockdown,yama\n" },
      says: "lsm=lockdown,yama",
    },
    {
      name: "off without a word",
      files: { ...on, [parameter]: "N\n" },
      says: "no word on its command line turns it on",
    },
  ],
  errors: [
    { name: "the menu may not be read", files: { ...on, [grub]: { error: "denied" } } },
    { name: "the command line may not be read", files: { ...on, "/proc/cmdline": { error: "failed" } } },
  ],
  notApplicable: [
    {
      name: "SELinux's distributions",
      files: { ...on, "/etc/os-release": 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' },
      says: "SELinux",
    },
    { name: "no command line", files: sys, says: "no kernel command line" },
  ],
});

test.run();
