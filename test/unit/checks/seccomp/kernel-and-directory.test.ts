import { test } from "uvu";
import directory from "../../../../src/checks/seccomp/directory.js";
import kernel from "../../../../src/checks/seccomp/kernel.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { folder, node } from "../../../support/seccomp-node.js";

const actions = "/proc/sys/kernel/seccomp/actions_avail";
const release = { "/proc/sys/kernel/osrelease": "6.1.0-1-amd64\n" };

testCheck(kernel, {
  passes: [
    {
      name: "all actions",
      files: { [actions]: "kill_process kill_thread trap errno user_notif trace log allow\n" },
    },
    {
      name: "an image, by the kernel's configuration",
      files: { "/boot/config-6.1.0-1-amd64": "CONFIG_SECCOMP=y\nCONFIG_SECCOMP_FILTER=y\n" },
    },
  ],
  notApplicable: [
    { name: "a part of /proc alone", files: release },
    { name: "a configuration cut short", files: { "/boot/config-6.1.0-1-amd64": "CONFIG_X=y\n" } },
  ],
  fails: [
    {
      name: "no log",
      files: { [actions]: "kill_process kill_thread trap errno allow\n" },
      says: "log",
      at: [actions],
    },
    { name: "no filters", files: release, host: { live: true }, says: "lists no seccomp actions" },
    {
      name: "built without",
      files: { ...release, "/boot/config-6.1.0-1-amd64": "CONFIG_X=y\n# CONFIG_SECCOMP_FILTER is not set\n" },
      says: "CONFIG_SECCOMP_FILTER",
      at: ["/boot/config-6.1.0-1-amd64:2"],
    },
  ],
});

const directoryNode = (mode: number, uid = 0): MemoryFiles =>
  node({ [folder]: { kind: "directory", mode, uid } });

testCheck(directory, {
  passes: [
    { name: "0755", files: node() },
    {
      name: "0700 with a sub-folder",
      files: node({
        [folder]: { kind: "directory", mode: 0o700 },
        [`${folder}/x`]: { kind: "directory", mode: 0o750 },
      }),
    },
  ],
  fails: [
    {
      name: "writable by all",
      files: directoryNode(0o777),
      says: "mode 0777",
      fixed: { [folder]: "0755" },
      at: [folder],
    },
    { name: "another's", files: directoryNode(0o755, 1000), says: "1000:0" },
    {
      name: "a sub-folder of a group",
      files: node({ [`${folder}/x`]: { kind: "directory", mode: 0o775 } }),
      fixed: { [`${folder}/x`]: "0755" },
      at: [folder, `${folder}/x`],
    },
    {
      name: "not there",
      files: Object.fromEntries(Object.entries(node()).filter(([path]) => path !== folder)),
      says: "does not exist",
    },
    {
      name: "a way to it",
      files: node({ "/var/lib/kubelet": { kind: "directory", mode: 0o777 } }),
      says: "/var/lib/kubelet can be written",
    },
  ],
  errors: [
    {
      name: "not to be looked at",
      files: node({
        [folder]: { kind: "directory", error: "denied" },
        "/var/lib/kubelet": { kind: "directory", error: "denied" },
      }),
    },
  ],
  hides: ["/var/lib/kubelet", folder],
});

test.run();
