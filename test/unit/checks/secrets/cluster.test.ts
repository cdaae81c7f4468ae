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
const saved = (forward: string) => ({
  live: true,
  runs: {
    "iptables-save": {
      state: "ok" as const,
      code: 0,
      stdout: `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:CNI - [0:0]\n${forward}COMMIT\n`,
      stderr: "",
    },
  },
});

testCheck(imdsOpen, {
  passes: [
    {
      name: "closed to pods",
      files: ec2,
      host: saved("-A FORWARD -j CNI\n-A CNI -d 169.254.169.254/32 -j DROP\n"),
    },
    {
      name: "with all link-local addresses",
      files: ec2,
      host: saved("-A FORWARD -d 169.254.0.0/16 -j REJECT\n"),
    },
  ],
  fails: [
    { name: "open", files: ec2, host: saved(""), says: /metadata service of Amazon EC2; a hop limit/ },
    {
      name: "another address, or everything but it",
      files: ec2,
      host: saved("-A FORWARD -d 169.254.169.1/32 -j DROP\n-A FORWARD ! -d 169.254.169.254/32 -j DROP\n"),
    },
  ],
  errors: [
    {
      name: "no rules to be had",
      files: ec2,
      host: { live: true, runs: { "iptables-save": { state: "failed", reason: "late" } } },
    },
    {
      name: "a network plugin that filters by eBPF",
      files: { ...ec2, "/run/cilium": { kind: "directory" } },
      host: saved(""),
      says: "eBPF",
    },
  ],
  notApplicable: [{ name: "a machine of one's own", files: { [vendor]: "Dell Inc.\n" }, host: saved("") }],
});

test.run();
