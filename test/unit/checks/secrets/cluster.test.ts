// What lets others into the cluster or the cloud: a join token left behind, a metadata service open to pods.
import { test } from "uvu";
import imdsOpen from "../../../../src/checks/secrets/imds-open.js";
import staleBootstrapToken from "../../../../src/checks/secrets/stale-bootstrap-token.js";
import { testCheck } from "../../../support/check.js";

const joined = { "/var/lib/kubelet/pki/kubelet-client-current.pem": "x" };
const userData = "/var/lib/cloud/instance/user-data.txt";

testCheck(staleBootstrapToken, {
  passes: [
    { name: "gone", files: { ...joined, [userData]: "#cloud-config\nruncmd: []\n" } },
    {
      name: "still needed",
      files: { "/etc/kubernetes/bootstrap-kubelet.conf": "token: abcdef.0123456789abcdef\n" },
    },
  ],
  fails: [
    {
      name: "left in three places, and never shown",
      files: {
        ...joined,
        [userData]: "#!/bin/sh\nkubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef\n",
        "/root/kubeadm-join.yaml": "token: 123456.abcdefabcdefabcd\n",
        "/root/.bash_history": `k3s agent --token K10${"a".repeat(64)}::server:xyz\n`,
      },
      at: ["/root/kubeadm-join.yaml:1", `${userData}:2`, "/root/.bash_history:1"],
      says: /^(?!.*abcdef\.0123).*user-data\.txt:2 holds a token/,
    },
  ],
  errors: [
    { name: "a file cannot be read", files: { ...joined, [userData]: { text: "", error: "denied" } } },
  ],
  hides: ["/var/lib/cloud/instance"],
});

const vendor = "/sys/class/dmi/id/sys_vendor";
const ec2 = { [vendor]: "Amazon EC2\n" };
const saved = (forward: string, nat = "") => ({
  live: true,
  runs: {
    "iptables-save": {
      state: "ok" as const,
      code: 0,
      stdout: `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:CNI - [0:0]\n${forward}COMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n${nat}COMMIT\n`,
      stderr: "",
    },
  },
});

const drop = "-d 169.254.169.254/32 -j DROP\n";
const dev = { "/proc/net/dev": "Inter-|\n face |\n    lo: 0\n  eth0: 0\n  cni0: 0\n" };
const node = { ...ec2, ...dev };

testCheck(imdsOpen, {
  passes: [
    { name: "closed to pods", files: node, host: saved(`-A FORWARD -j CNI\n-A CNI ${drop}`) },
    {
      name: "with all link-local addresses, behind what lets answers through",
      files: node,
      host: saved(
        "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -d 169.254.0.0/16 -j REJECT\n",
      ),
    },
    {
      name: "by the way out",
      files: node,
      host: saved(`-A FORWARD -o cni0 -j ACCEPT\n-A FORWARD -o eth0 ${drop}`),
    },
    {
      name: "from the networks of pods, which are told",
      files: node,
      host: saved(`-A FORWARD -s 10.244.0.0/16 ${drop}-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n`),
      params: { pods: ["10.244.0.0/16"] },
    },
    {
      name: "sent to an agent on the node",
      files: node,
      host: saved(
        "",
        "-A PREROUTING -d 169.254.169.254/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8181\n",
      ),
    },
  ],
  fails: [
    { name: "open", files: node, host: saved(""), says: /metadata service of Amazon EC2; a hop limit/ },
    {
      name: "another address, another port, or everything but it",
      files: node,
      host: saved(
        "-A FORWARD -d 169.254.169.1/32 -j DROP\n-A FORWARD ! -d 169.254.169.254/32 -j DROP\n-A FORWARD -d 169.254.169.254/32 -p tcp -m tcp --dport 8080 -j DROP\n",
      ),
    },
    {
      name: "closed to the node's own programs only, or in a chain nobody enters",
      files: node,
      host: saved(`-A OUTPUT ${drop}-A CNI ${drop}-A INPUT ${drop}`),
    },
    { name: "let through before", files: node, host: saved(`-A FORWARD -j ACCEPT\n-A FORWARD ${drop}`) },
    {
      name: "for other networks than the pods'",
      files: node,
      host: saved(`-A FORWARD -s 10.0.0.0/16 ${drop}`),
      params: { pods: ["10.244.0.0/16"] },
    },
  ],
  errors: [
    {
      name: "for somebody, and who the pods are is not known",
      files: node,
      host: saved(`-A FORWARD -s 10.244.0.0/16 ${drop}`),
      says: /for every pod cannot be told without the networks of pods/,
    },
    {
      name: "by a rule that is not understood",
      files: node,
      host: saved(`-A FORWARD -m set --match-set pods src ${drop}`),
      says: /stop packets to it for some \(iptables-save:6\)/,
    },
    {
      name: "no rules to be had",
      files: node,
      host: { live: true, runs: { "iptables-save": { state: "failed", reason: "late" } } },
    },
    {
      name: "a network plugin that filters by eBPF",
      files: { ...node, "/run/cilium": { kind: "directory" } },
      host: saved(""),
      says: "eBPF",
    },
  ],
  notApplicable: [{ name: "a machine of one's own", files: { [vendor]: "Dell Inc.\n" }, host: saved("") }],
});

test.run();
