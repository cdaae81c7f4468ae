// crio.files.*: the owners and modes of what CRI-O trusts.
import { runtimeFileChecks, usualRow } from "../runtime-file.js";

export const files = runtimeFileChecks("crio", [
  usualRow("CRI-O", "config"),
  usualRow("CRI-O", "drop-ins"),
  usualRow("CRI-O", "directory"),
  usualRow("CRI-O", "service"),
  usualRow("CRI-O", "environment"),
  {
    group: "registries",
    title: "The registries' configuration is root's alone, and its keys closed",
    why: "Who changes it sends pulls to another registry, or takes TLS away from one.",
    severity: "medium",
    mode: 0o644,
    keys: 0o600,
  },
  {
    group: "policy",
    title: "The policy of images, storage and system calls is root's alone to change",
    why: "It decides which signatures an image needs and which system calls a container may make.",
    severity: "high",
    mode: 0o644,
  },
  {
    group: "hooks",
    title: "Hooks that run with every container are root's alone to change",
    why: "A hook runs as root on the node, outside the container, whenever one starts.",
    severity: "critical",
    mode: 0o755,
  },
  {
    group: "credentials",
    title: "The registry credentials that CRI-O uses are root's alone to read",
    why: "Who reads them pulls and pushes as this node.",
    severity: "high",
    mode: 0o600,
  },
  usualRow("CRI-O", "state"),
  usualRow("CRI-O", "programs"),
]);
