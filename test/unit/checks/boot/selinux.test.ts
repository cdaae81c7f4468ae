// boot.selinux: the running mode, the configured one, the policy, and words of the command line.
import { test } from "uvu";
import selinux from "../../../../src/checks/boot/selinux.js";
import { testCheck } from "../../../support/check.js";

const config = "/etc/selinux/config";
const enforce = "/sys/fs/selinux/enforce";
const apparmor = "/sys/module/apparmor/parameters/enabled";
const good = "# x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n";
const node = { [config]: good, [enforce]: "1" };
const entry = "/boot/loader/entries/x.conf";

testCheck(selinux, {
  passes: [
    { name: "enforcing", files: node },
    { name: "in any case", files: { ...node, [config]: "SELINUX=Enforcing  \nSELINUXTYPE=mls\n" } },
    { name: "an image", files: { [config]: good } },
  ],
  fails: [
    {
      name: "permissive until the next boot",
      files: { ...node, [enforce]: "0" },
      at: [enforce, `${config}:2`, `${config}:3`],
      says: /^SELinux is permissive in the running kernel$/,
    },
    {
      name: "permissive from the next boot on",
      files: {
        ...node,
        [config]:
          " SELINUX=enforcing\nselinux=enforcing\nSELINUX=none\nSELINUX=permissive\nSELINUX=enforcing\nSELINUXTYPE=minimum\n",
      },
      says: "SELinux is configured as permissive; SELinux has the policy minimum (SELINUXTYPE)",
    },
    {
      name: "switched off",
      files: { [config]: "SELINUX=disabled\nSELINUXTYPE=targeted\n", "/sys/fs/ext4/x": "" },
      says: /disabled in the running kernel; SELinux is configured as disabled/,
    },
    {
      name: "by the boot loader",
      files: { ...node, [entry]: "title x\nlinux /vmlinuz\noptions root=/dev/sda enforcing=0\n" },
      says: /`enforcing=0` on the kernel's command line lets everything pass/,
    },
  ],
  errors: [
    { name: "the mode cannot be read", files: { ...node, [enforce]: { error: "denied" } } },
    { name: "nor the file", files: { ...node, [config]: { error: "failed" } } },
  ],
  notApplicable: [
    { name: "no SELinux", files: { "/sys/fs/ext4/x": "" }, says: "neither" },
    {
      name: "AppArmor instead",
      files: { [config]: "SELINUX=disabled\n", "/sys/fs/ext4/x": "", [apparmor]: "Y\n" },
      says: "AppArmor",
    },
  ],
});

test.run();
