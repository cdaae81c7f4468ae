// kmod.sctp and kmod.squashfs: each way in which a module only seems to be blocked, and what must not be blocked.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checksById } from "../../../../src/checks/index.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";
import { kernel, kernelFolder } from "../../../support/kernel-tree.js";

const sctp = checksById.get("kmod.sctp");
const squashfs = checksById.get("kmod.squashfs");
if (sctp === undefined || squashfs === undefined) throw new Error("kmod.sctp and kmod.squashfs are checks");
const block = "install sctp /bin/false\nblacklist sctp\n";

testCheck(sctp, {
  passes: [
    {
      name: "a continued line, tabs, a pattern",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": "install\tsct[op] \\\n\t/usr/bin/false $CMDLINE_OPTS\n blacklist sctp\n",
      },
    },
    {
      name: "blacklisted by the kernel's command line",
      files: {
        ...kernel,
        "/proc/cmdline": "modprobe.blacklist=x,sctp\n",
        "/etc/modprobe.d/a.conf": "install sctp false",
      },
    },
    {
      name: "the first install line counts, later ones do not",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": block,
        "/etc/modprobe.d/b.conf": "install sctp /sbin/modprobe -i sctp",
      },
    },
    {
      name: "a name in /etc hides the vendor's",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": block,
        "/usr/lib/modprobe.d/a.conf": "install sctp /bin/run",
      },
    },
    {
      name: "a link to /dev/null hides the vendor's",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": { link: "/dev/null" },
        "/usr/lib/modprobe.d/a.conf": "install sctp /bin/run",
        "/etc/modprobe.d/b.conf": block,
      },
    },
    {
      name: "an earlier file takes depmod's soft dependencies away",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": `${block}softdep sctp nothing\n`,
        [`${kernelFolder}/modules.softdep`]: "softdep sctp pre: libcrc32c\n",
      },
    },
    {
      name: "soft dependencies that name nothing",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": `${block}softdep sctp  pre: libcrc32c\nsoftdep sctp pre: overlay`,
      },
    },
  ],
  fails: [
    {
      name: "in use: left to a person",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": "",
        "/proc/modules": "sctp 1 2 sctp_diag, Live 0x0\nsctp_diag 1 0 - Live 0x0\n",
      },
      at: ["/proc/modules:1"],
      says: "sctp is loaded, used by sctp_diag; it is left to you: it is in use",
    },
    {
      name: "cannot be unloaded before the next restart",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": block,
        "/proc/modules": "sctp 1 0 [permanent], Live 0x0\n",
      },
      says: "stays until the next restart",
    },
    {
      name: "a loaded module could not be loaded again without it",
      files: {
        ...kernel,
        "/proc/modules": "gtp 1 0 - Live 0x0\n",
        [`${kernelFolder}/modules.dep`]: "kernel/gtp.ko: kernel/sctp.ko.xz\nkernel/sctp.ko.xz:\n",
      },
      says: "gtp cannot be loaded without it",
    },
    {
      name: "asked for at every boot",
      files: { ...kernel, "/etc/modules-load.d/a.conf": "# x\nsctp\n" },
      at: ["/etc/modules-load.d/a.conf:2"],
      says: "/etc/modules-load.d/a.conf:2 asks for it at every boot",
    },
    {
      name: "soft dependencies make modprobe pass over the install line",
      files: { ...kernel, "/etc/modprobe.d/a.conf": `${block}softdep sct* pre: overlay\n` },
      at: ["/etc/modprobe.d/a.conf:1", "/etc/modprobe.d/a.conf:2", "/etc/modprobe.d/a.conf:3"],
      says: "passes over its install line",
    },
    {
      name: "depmod's own list is read among the other files",
      files: {
        ...kernel,
        "/etc/modprobe.d/z.conf": `${block}softdep sctp nothing\n`,
        [`${kernelFolder}/modules.softdep`]: "# x\nsoftdep sctp pre: libcrc32c\n",
      },
      says: "modules.softdep:2 gives sctp soft dependencies",
    },
    {
      name: "a carriage return makes another name of it",
      files: { ...kernel, "/etc/modprobe.d/a.conf": "install sctp /bin/false\r\nblacklist sctp\r\n" },
      at: ["/etc/modprobe.d/a.conf:1"],
      says: "but not blacklisted",
      fixed: { "/etc/modprobe.d/a.conf": "install sctp /bin/false\r\nblacklist sctp\r\n" },
    },
    {
      name: "names on the kernel's command line are compared as they stand",
      files: {
        ...kernel,
        "/proc/cmdline": "modprobe.blacklist=SCTP",
        "/etc/modprobe.d/a.conf": "install sctp false",
      },
      says: "but not blacklisted",
    },
    {
      name: "a pattern that is read first loads it: ours is read before",
      files: { ...kernel, "/usr/lib/modprobe.d/b.conf": "install s* /bin/run\n" },
      at: ["/usr/lib/modprobe.d/b.conf:1"],
      fixed: {
        "/etc/modprobe.d/00-nodeward-sctp.conf":
          "# Written by nodeward (kmod.sctp): modprobe refuses this module.\ninstall sctp /bin/false\nblacklist sctp\n",
      },
    },
    {
      name: "nothing of ours would be read first",
      files: { ...kernel, "/usr/lib/modprobe.d/!.conf": "install s* /bin/run\n" },
      says: "no file of ours in /etc/modprobe.d would be read before /usr/lib/modprobe.d/!.conf",
    },
    {
      name: "our own file, half of it gone, its last line not ended",
      files: { ...kernel, "/etc/modprobe.d/nodeward-sctp.conf": "blacklist sctp" },
      fixed: { "/etc/modprobe.d/nodeward-sctp.conf": "blacklist sctp\ninstall sctp /bin/false\n" },
    },
    {
      name: "a name that modprobe does not read",
      files: { ...kernel, "/etc/modprobe.d/sctp": block },
      says: "nothing keeps sctp",
    },
    {
      name: "more than a program in the install line",
      files: {
        ...kernel,
        "/etc/modprobe.d/a.conf": "blacklist sctp\ninstall sctp /bin/false || insmod sctp.ko\n",
      },
      says: "which may load it",
    },
    {
      name: "the running kernel has no folder of modules, so that nothing proves their absence",
      files: {
        ...kernel,
        "/proc/sys/kernel/osrelease": "6.9.9\n",
        [`${kernelFolder}/modules.dep`]: "kernel/ext4.ko:\n",
      },
      says: "nothing keeps sctp",
    },
  ],
  errors: [
    {
      name: "a directory may not be listed",
      files: { ...kernel, "/run/modprobe.d": { kind: "directory", error: "denied" } },
    },
    {
      name: "a pipe in the place of a file",
      files: { ...kernel, "/etc/modprobe.d/x.conf": { kind: "fifo" } },
    },
  ],
});

testCheck(squashfs, {
  passes: [
    { name: "blocked", files: { ...kernel, "/etc/modprobe.d/a.conf": block.replaceAll("sctp", "squashfs") } },
  ],
  fails: [
    {
      name: "a mounted image: left to a person",
      files: {
        ...kernel,
        "/proc/1/mountinfo":
          "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 20 7:0 / /snap/x ro - squashfs /dev/loop0 ro\n",
      },
      says: "/snap/x is mounted from it",
    },
    {
      name: "fstab mounts one at the next boot",
      files: { ...kernel, "/etc/fstab": "/x.img /x squashfs loop 0 0\n" },
      says: "/etc/fstab:1 mounts /x from it",
    },
    {
      name: "snapd is installed",
      files: {
        ...kernel,
        "/var/lib/dpkg/status":
          "Package: snapd\nStatus: install ok installed\nVersion: 2.63\nArchitecture: amd64\n",
      },
      says: "snaps are squashfs images",
    },
  ],
});

test("a module that the kernel itself refuses is told", async () => {
  const files = { ...kernel, "/proc/cmdline": "module-blacklist=a,sctp", "/etc/modprobe.d/a.conf": block };
  const verdict = await verdictOf(sctp, { files });
  assert.is(statusOf(verdict), "pass");
  assert.ok("notes" in verdict && verdict.notes?.[0]?.includes("module-blacklist=a,sctp"));
});

test.run();
