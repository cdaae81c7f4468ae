import { test } from "uvu";
import defaultRouted from "../../../../src/checks/ufw/default-routed.js";
import kubernetesPorts from "../../../../src/checks/ufw/kubernetes-ports.js";
import type { RunResult } from "../../../../src/host/host.js";
import type { MemoryFiles, MemoryOptions } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { kernelOf, ufwFiles, userRules } from "../../../support/ufw.js";

const user = "/etc/ufw/user.rules";
const user6 = "/etc/ufw/user6.rules";
const defaults = "/etc/default/ufw";
const worker: MemoryFiles = { "/var/lib/kubelet": { kind: "directory" } };
const control: MemoryFiles = { "/etc/kubernetes/manifests/kube-apiserver.yaml": "" };
const kubelet = { protocol: "tcp", dport: "10250" };
const none = { name: "ufw is not installed", files: worker };
const denied: MemoryOptions = {
  live: true,
  runs: {
    "iptables-save": { state: "ok", code: 4, stdout: "", stderr: "Permission denied" },
    "ip6tables-save": { state: "ok", code: 4, stdout: "", stderr: "Permission denied" },
  },
};

function kernel(v4: string, v6 = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"): MemoryOptions {
  const answer = (stdout: string): RunResult => ({ state: "ok", code: 0, stdout, stderr: "" });
  return { live: true, runs: { "iptables-save": answer(v4), "ip6tables-save": answer(v6) } };
}

testCheck(kubernetesPorts, {
  passes: [
    { name: "nothing is open", files: { ...ufwFiles(), ...worker } },
    {
      name: "the kubelet for a private network",
      files: { ...ufwFiles({ v4: [{ ...kubelet, src: "10.0.0.0/8" }], v6: [] }), ...worker },
    },
    {
      name: "the networks of the cluster",
      files: { ...ufwFiles({ v4: [{ ...kubelet, src: "198.51.100.0/24" }], v6: [] }), ...control },
      params: { networks: ["198.51.100.0/24"] },
    },
    {
      name: "etcd's ports on a worker are nobody's",
      files: { ...ufwFiles({ v4: [{ protocol: "tcp", dport: "2379" }] }), ...worker },
    },
  ],
  fails: [
    {
      name: "the kubelet for everybody",
      files: { ...ufwFiles({ v4: [kubelet] }), ...worker },
      at: [`${user}:5`, `${user6}:5`],
      says: /the kubelet \(10250\/tcp\) is open to anywhere over IPv4 by \/etc\/ufw\/user\.rules:5/,
    },
    {
      name: "the same, with the networks to keep",
      files: { ...ufwFiles({ v4: [kubelet, { protocol: "tcp", dport: "22" }], v6: [] }), ...worker },
      params: { networks: ["10.0.0.0/8", "192.168.0.0/16"] },
      fixed: {
        [user]: userRules([
          { ...kubelet, src: "10.0.0.0/8" },
          { ...kubelet, src: "192.168.0.0/16" },
          { protocol: "tcp", dport: "22" },
        ]),
      },
    },
    {
      name: "etcd and the API server on a control plane",
      files: {
        ...ufwFiles({
          v4: [
            { protocol: "tcp", dport: "2379:2380" },
            { protocol: "tcp", dport: "6443" },
          ],
          v6: [],
        }),
        ...control,
      },
      says: /the API server \(6443\/tcp\).*etcd \(2379-2380\/tcp\)/,
    },
    {
      name: "a network that is none of the cluster's",
      files: { ...ufwFiles({ v4: [{ ...kubelet, src: "10.0.0.0/8" }], v6: [] }), ...worker },
      params: { networks: ["10.1.0.0/16"] },
      says: /is open to 10\.0\.0\.0\/16, /,
    },
    {
      name: "everything open: no rule to narrow",
      files: { ...ufwFiles({ input: "ACCEPT" }), ...worker },
      params: { networks: ["10.0.0.0/8"] },
      says: /open to anywhere except 10\.0\.0\.0\/8, 127\.0\.0\.0\/8 over IPv4 by \/etc\/default\/ufw:2/,
    },
  ],
  errors: [
    { name: "rules may not be read", files: { ...ufwFiles(), ...worker, [user]: { error: "denied" } } },
    { name: "a rules file is a pipe", files: { ...ufwFiles(), ...worker, [user]: { kind: "fifo" } } },
  ],
  notApplicable: [none, { name: "not a node", files: ufwFiles() }],
});

const route = (src: string, dst = "0.0.0.0/0") => ({ routed: true, src, dst });
const podRules = [route("10.244.0.0/16"), route("0.0.0.0/0", "10.244.0.0/16")];
const calico =
  "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:cali-FORWARD - [0:0]\n-A FORWARD -j cali-FORWARD\nCOMMIT\n";

testCheck(defaultRouted, {
  passes: [
    { name: "denied on a machine without pods", files: ufwFiles() },
    { name: "denied, with route rules", files: { ...ufwFiles({ v4: podRules, v6: [] }), ...worker } },
    {
      name: "denied, with route rules for the pods that are named",
      files: { ...ufwFiles({ v4: podRules, v6: [] }), ...worker },
      params: { "pod-networks": ["10.244.0.0/16"] },
    },
    {
      name: "denied, and the CNI has its own chains",
      files: { ...ufwFiles(), ...worker },
      host: kernel(calico),
    },
    {
      name: "denied, and before.rules lets pods through",
      files: {
        ...ufwFiles({
          before:
            "*filter\n:ufw-before-input - [0:0]\n:ufw-before-forward - [0:0]\n-A ufw-before-forward -s 10.244.0.0/16 -j ACCEPT\nCOMMIT\n",
        }),
        ...worker,
      },
    },
    {
      name: "allowed where that is expected",
      files: { ...ufwFiles({ forward: "ACCEPT" }), ...worker },
      params: { expected: "allow" },
    },
  ],
  fails: [
    {
      name: "allowed on a machine without pods",
      files: ufwFiles({ forward: "ACCEPT" }),
      at: [`${defaults}:4`],
      fixed: { [defaults]: String(ufwFiles()[defaults]) },
    },
    {
      name: "allowed on a node: closing needs the pods' networks",
      files: { ...ufwFiles({ forward: "ACCEPT" }), ...worker },
      says: /DEFAULT_FORWARD_POLICY is ACCEPT: deny is expected/,
    },
    {
      name: "allowed on a node, the pods' network known",
      files: { ...ufwFiles({ forward: "ACCEPT" }), ...worker },
      params: { "pod-networks": ["10.244.0.0/16"] },
      fixed: { [defaults]: String(ufwFiles()[defaults]), [user]: userRules(podRules) },
    },
    {
      name: "denied on a node, and nothing lets pods through",
      files: { ...ufwFiles(), ...worker },
      host: { live: true, runs: kernelOf() },
      says: /neither ufw nor the CNI lets those of pods through/,
    },
    {
      name: "denied, the rules for one pod network are missing",
      files: { ...ufwFiles({ v4: [route("10.244.0.0/16")], v6: [] }), ...worker },
      params: { "pod-networks": ["10.244.0.0/16"] },
      says: /no rule lets those of 10\.244\.0\.0\/16 through/,
      fixed: { [user]: userRules([route("0.0.0.0/0", "10.244.0.0/16"), route("10.244.0.0/16")]) },
    },
    { name: "in lower case", files: ufwFiles({ forward: "drop" }), says: /iptables knows no such policy/ },
  ],
  errors: [
    {
      name: "denied on a node, and the kernel may not be asked",
      files: { ...ufwFiles(), ...worker },
      host: denied,
      says: /whether the CNI's own rules let the packets of pods through/,
    },
    { name: "a variable", files: { ...ufwFiles(), [defaults]: "DEFAULT_FORWARD_POLICY=$P\n" } },
  ],
  notApplicable: [none],
});

test.run();
