// patches.kernel-running and patches.reboot-required.
import { test } from "uvu";
import kernelRunning from "../../../../src/checks/patches/kernel-running.js";
import rebootRequired from "../../../../src/checks/patches/reboot-required.js";
import { dpkg } from "../../../support/apt-node.js";
import { testCheck } from "../../../support/check.js";

const osrelease = "/proc/sys/kernel/osrelease";
const runs = (release: string, ...images: readonly string[]) => ({
  [osrelease]: `${release}\n`,
  ...Object.fromEntries(images.map((image) => [`/boot/vmlinuz-${image}`, "MZ"])),
});
const debianImage = (version: string) => dpkg({ name: "linux-image-6.1.0-38-amd64", version });
const procVersion = (build: string) => ({
  "/proc/version": `Linux version 6.1.0-38-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP PREEMPT_DYNAMIC Debian ${build} (2025-08-02)\n`,
});

testCheck(kernelRunning, {
  passes: [
    { name: "the newest", files: runs("6.1.0-38-amd64", "6.1.0-37-amd64", "6.1.0-38-amd64") },
    { name: "9 is older than 38", files: runs("6.1.0-38-amd64", "6.1.0-9-amd64", "6.1.0-38-amd64") },
    {
      name: "another build variant is newer",
      files: runs("6.1.0-38-amd64", "6.1.0-38-amd64", "6.1.0-40-cloud-amd64"),
    },
    { name: "newer than all that are installed", files: runs("6.18.44-custom", "6.1.0-38-amd64") },
    {
      name: "beside its modules",
      files: { [osrelease]: "6.9.0-1.fc40.x86_64\n", "/usr/lib/modules/6.9.0-1.fc40.x86_64/vmlinuz": "MZ" },
    },
    {
      name: "a rescue image does not count",
      files: runs(
        "5.14.0-503.el9.x86_64",
        "5.14.0-503.el9.x86_64",
        "0-rescue-9f",
        "9.0.0.old",
        "9.9.9.dpkg-new",
      ),
    },
    {
      name: "of the same build",
      files: {
        ...runs("6.1.0-38-amd64", "6.1.0-38-amd64"),
        ...debianImage("6.1.147-1"),
        ...procVersion("6.1.147-1"),
      },
    },
    {
      name: "Ubuntu's signature",
      files: {
        ...runs("6.8.0-45-generic", "6.8.0-45-generic"),
        "/proc/version_signature": "Ubuntu 6.8.0-45.45-generic 6.8.12\n",
        ...dpkg({ name: "linux-image-6.8.0-45-generic", version: "6.8.0-45.45" }),
      },
    },
  ],
  fails: [
    {
      name: "a newer one waits",
      files: runs("6.1.0-37-amd64", "6.1.0-37-amd64", "6.1.0-38-amd64"),
      at: [`${osrelease}:1`, "/boot/vmlinuz-6.1.0-38-amd64"],
      says: "kernel 6.1.0-37-amd64 runs, 6.1.0-38-amd64 is installed: reboot",
    },
    {
      name: "the same name, built anew",
      files: {
        ...runs("6.1.0-38-amd64", "6.1.0-38-amd64"),
        ...debianImage("6.1.147-2"),
        ...procVersion("6.1.147-1"),
      },
      at: [`${osrelease}:1`, "/proc/version:1", "/boot/vmlinuz-6.1.0-38-amd64"],
      says: "the running kernel is build 6.1.147-1, 6.1.147-2 of the same name is installed",
    },
    {
      name: "Ubuntu, built anew",
      files: {
        ...runs("6.8.0-45-generic", "6.8.0-45-generic"),
        "/proc/version_signature": "Ubuntu 6.8.0-45.44-generic 6.8.12\n",
        ...dpkg({ name: "linux-image-6.8.0-45-generic", version: "6.8.0-45.45" }),
      },
    },
    {
      name: "/boot is not mounted: the database names it",
      files: { ...runs("6.1.0-37-amd64"), ...debianImage("6.1.147-1") },
      at: [`${osrelease}:1`, "/var/lib/dpkg/status"],
    },
    {
      name: "Red Hat",
      files: runs(
        "5.14.0-427.13.1.el9_4.x86_64",
        "5.14.0-427.13.1.el9_4.x86_64",
        "5.14.0-503.11.1.el9_5.x86_64",
      ),
    },
    {
      name: "the running one is removed",
      files: runs("6.1.0-36-amd64", "6.1.0-38-amd64"),
      says: /none of those installed/,
    },
  ],
  errors: [
    {
      name: "/boot cannot be listed",
      files: { ...runs("6.1.0-38-amd64", "6.1.0-38-amd64"), "/boot": { kind: "directory", error: "denied" } },
    },
    {
      name: "the database cannot be read",
      files: { ...runs("6.1.0-38-amd64", "6.1.0-38-amd64"), "/var/lib/dpkg/status": { error: "denied" } },
    },
    { name: "an empty release", files: runs("", "6.1.0-38-amd64") },
  ],
  notApplicable: [
    { name: "no kernel is installed", files: runs("6.18.44"), says: /comes from outside/ },
    { name: "nothing runs here", files: { "/boot/vmlinuz-6.1.0-38-amd64": "MZ" }, says: /no \/proc/ },
  ],
});

const node = { [osrelease]: "6.1.0-38-amd64\n", ...dpkg({ name: "unattended-upgrades", version: "2.9" }) };
const mark = "/run/reboot-required";

testCheck(rebootRequired, {
  passes: [{ name: "no mark", files: node }],
  fails: [
    {
      name: "marked, with names",
      files: {
        ...node,
        [mark]: "*** System restart required ***\n",
        [`${mark}.pkgs`]: "linux-image-amd64\nlibc6\nlibc6\n",
      },
      at: [mark],
      says: "a reboot is asked for by linux-image-amd64, libc6",
    },
    { name: "marked, nobody noted why", files: { ...node, [mark]: "" }, says: /asked for$/ },
    { name: "marked by hand", files: { [osrelease]: "6.1\n", [mark]: "" } },
  ],
  errors: [
    {
      name: "/run cannot be looked into",
      files: { ...node, "/run": { kind: "directory", error: "denied" } },
    },
    {
      name: "who could set it is not known",
      files: { ...node, "/var/lib/dpkg/status": { error: "denied" } },
    },
  ],
  notApplicable: [
    {
      name: "nothing sets it",
      files: { [osrelease]: "6.1\n", ...dpkg() },
      says: /only the kernel can be compared/,
    },
    { name: "nothing runs here", files: dpkg({ name: "unattended-upgrades", version: "2.9" }) },
  ],
});

test.run();
