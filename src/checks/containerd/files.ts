// containerd.files.*: the owners and modes of what containerd trusts.
import { runtimeFileChecks, usualRow } from "../runtime-file.js";

export const files = runtimeFileChecks("containerd", [
  usualRow("containerd", "config"),
  usualRow("containerd", "drop-ins"),
  usualRow("containerd", "directory"),
  usualRow("containerd", "service"),
  {
    group: "registries",
    title: "containerd's registry configuration is root's alone, and its keys closed",
    why: "Who changes a hosts.toml sends pulls to another registry; who reads a client's key pulls and pushes as this node.",
    severity: "medium",
    mode: 0o644,
    keys: 0o600,
  },
  usualRow("containerd", "state"),
  usualRow("containerd", "programs"),
]);
