// The check on the network plugins' configuration files.
import { test } from "uvu";
import check from "../../../../src/checks/kubernetes/cni.js";
import type { MemoryFiles, MemoryNode } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const folder = "/etc/cni/net.d";
const file = `${folder}/10-calico.conflist`;
const node = (inside: MemoryNode, above: MemoryNode = {}): MemoryFiles => ({
  [folder]: { kind: "directory", mode: 0o755, ...above },
  [file]: { text: "{}", mode: 0o600, ...inside },
});

testCheck(check, {
  passes: [
    { name: "only root", files: node({}) },
    {
      name: "k3s",
      files: { "/var/lib/rancher/k3s/agent/etc/cni/net.d/10-flannel.conflist": { text: "{}", mode: 0o600 } },
    },
  ],
  fails: [
    {
      name: "everybody reads",
      files: node({ mode: 0o644 }),
      says: /has mode 0644, more than 0600/,
      fixed: { [file]: "0600" },
    },
    {
      name: "everybody writes the folder",
      files: node({}, { mode: 0o777 }),
      says: /net\.d has mode 0777/,
      fixed: { [folder]: "0755" },
    },
    { name: "somebody owns it", files: node({ uid: 1000 }), says: /belongs to user 1000/ },
    { name: "tighter on request", files: node({}), params: { mode: "0400" } },
  ],
  errors: [
    { name: "a folder that may not be listed", files: { [folder]: { kind: "directory", error: "denied" } } },
  ],
  notApplicable: [{ name: "no plug-in", files: { "/etc/hostname": "a\n" }, says: /no network plug-in/ }],
  hides: [folder],
});

test.run();
