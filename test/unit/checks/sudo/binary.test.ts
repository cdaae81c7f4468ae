// Is the sudo program judged by owner, mode, release, and by what its distribution took back?
import { test } from "uvu";
import binary from "../../../../src/checks/sudo/binary.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { dpkg, withSudoers } from "../../../support/sudo-node.js";

const rule = "root ALL=(ALL) ALL\n";

function node(id: string, version: string, sudo: string, name = "sudo"): MemoryFiles {
  return {
    ...withSudoers(rule),
    "/etc/os-release": `ID=${id}\nVERSION_ID="${version}"\n`,
    "/var/lib/dpkg/status": dpkg([name, sudo]),
  };
}

const rust = {
  "/usr/bin/sudo": { link: "/usr/lib/cargo/bin/sudo" },
  "/usr/lib/cargo/bin/sudo": { mode: 0o4755 },
};

testCheck(binary, {
  passes: [
    { name: "Debian 12", files: node("debian", "12", "1.9.13p3-1+deb12u4") },
    { name: "Debian 13", files: node("debian", "13", "1.9.16p2-3+deb13u2") },
    { name: "Ubuntu 24.04", files: node("ubuntu", "24.04", "1.9.15p5-3ubuntu5.24.04.1") },
    { name: "a release without known flaws on any system", files: node("arch", "", "1.9.17p2-1") },
    { name: "sudo-rs", files: { ...node("ubuntu", "26.04", "0.2.13-0ubuntu1", "sudo-rs"), ...rust } },
  ],
  fails: [
    {
      name: "not set-uid",
      files: { ...withSudoers(rule), "/usr/bin/sudo": { mode: 0o755 } },
      says: /not set-uid/,
    },
    { name: "not root's", files: { ...withSudoers(rule), "/usr/bin/sudo": { mode: 0o4755, uid: 5 } } },
    {
      name: "writable",
      files: { ...withSudoers(rule), "/usr/bin/sudo": { mode: 0o4775 } },
      says: /04775|4775/,
    },
    {
      name: "without the correction",
      files: node("debian", "12", "1.9.13p3-1+deb12u1"),
      says: /CVE-2025-32462/,
    },
    {
      name: "Ubuntu without it",
      files: node("ubuntu", "24.04", "1.9.15p5-3ubuntu5"),
      says: /CVE-2025-32463/,
    },
    {
      name: "older than the floor",
      files: node("ubuntu", "20.04", "1.8.31-1ubuntu1.5"),
      says: /older than 1\.9\.5p2/,
    },
    {
      name: "older than what a site asks",
      files: node("debian", "12", "1.9.13p3-1+deb12u4"),
      params: { floor: "1.9.16" },
    },
    {
      name: "sudo-rs with a flaw",
      files: { ...node("ubuntu", "25.10", "0.2.8-1ubuntu5", "sudo-rs"), ...rust },
      says: /CVE-2025-64517/,
    },
  ],
  errors: [
    {
      name: "no package names it",
      files: { ...withSudoers(rule), "/var/lib/dpkg/status": dpkg(["bash", "5"]) },
    },
    {
      name: "a distribution we do not know",
      files: node("wolfi", "1", "1.9.15p5-1"),
      says: /only its distribution can say/,
    },
    {
      name: "the program may not be looked at",
      files: { ...withSudoers(rule), "/usr/bin": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "not installed", files: { "/etc/hostname": "x" } }],
});

test.run();
