// What Kubernetes and the network plug-in need of the kernel's settings, and what hardening must not take away.
import { test } from "uvu";
import { checksById } from "../../../../src/checks/index.js";
import kubeletDefaults from "../../../../src/checks/sysctl/kubelet-defaults.js";
import forwarding from "../../../../src/checks/sysctl/kubernetes-forwarding.js";
import { testCheck } from "../../../support/check.js";

const node = {
  "/lib/systemd/systemd-sysctl": "",
  "/var/lib/kubelet/config.yaml": "",
  "/proc/sys/kernel/x": "",
  "/proc/sys/net/ipv4/x": "",
};
const ipv4 = "/proc/sys/net/ipv4";
const forwards = {
  ...node,
  [`${ipv4}/ip_forward`]: "1\n",
  [`${ipv4}/conf/all/forwarding`]: "1\n",
  [`${ipv4}/conf/default/forwarding`]: "1\n",
};
const conf = "/etc/sysctl.d/k8s.conf";
const bridge = "/proc/sys/net/bridge/bridge-nf-call-iptables";

testCheck(forwarding, {
  passes: [
    { name: "running and at the next boot", files: { ...forwards, [conf]: "net.ipv4.ip_forward=1\n" } },
    { name: "by the other name", files: { ...forwards, [conf]: "net.ipv4.conf.all.forwarding=1\n" } },
    {
      name: "bridged packets are seen",
      files: { ...forwards, [bridge]: "1\n", [conf]: "net.ipv4.ip_forward=1\n" },
    },
    {
      name: "IPv6 too",
      files: {
        ...forwards,
        "/proc/sys/net/ipv6/conf/all/forwarding": "1\n",
        [conf]: "net.ipv4.ip_forward=1\nnet.ipv6.conf.all.forwarding=1",
      },
      params: { dualStack: true },
    },
  ],
  fails: [
    {
      name: "off at the next boot",
      files: { ...forwards, [conf]: "net.ipv4.ip_forward=0\n" },
      says: `${conf}:1 (systemd-sysctl) sets net.ipv4.ip_forward to 0`,
      fixed: { [conf]: "net.ipv4.ip_forward=1\n" },
    },
    {
      name: "on by the hand of some program",
      files: forwards,
      says: "no file sets it: after the next boot net.ipv4.ip_forward is 0",
    },
    {
      name: "off now",
      files: { ...forwards, [`${ipv4}/ip_forward`]: "0\n", [conf]: "net.ipv4.ip_forward=1\n" },
      says: "net.ipv4.ip_forward is 0 in the running kernel",
    },
    {
      name: "off for interfaces to come, as a guide has it",
      files: { ...forwards, [conf]: "net.ipv4.ip_forward=1\nnet.ipv4.conf.default.forwarding=0\n" },
      fixed: { [conf]: "net.ipv4.ip_forward=1\nnet.ipv4.conf.default.forwarding=1\n" },
    },
    {
      name: "off by its other name",
      files: { ...forwards, [conf]: "net.ipv4.ip_forward=1\nnet.ipv4.conf.all.forwarding=0\n" },
      says: `${conf}:2`,
    },
    {
      name: "bridged packets go past kube-proxy",
      files: { ...forwards, [bridge]: "0\n", [conf]: "net.ipv4.ip_forward=1\n" },
      says: "bridge-nf-call-iptables is 0",
    },
    {
      name: "no IPv6",
      files: {
        ...forwards,
        "/proc/sys/net/ipv6/conf/all/forwarding": "0\n",
        [conf]: "net.ipv4.ip_forward=1\n",
      },
      params: { dualStack: true },
      says: "net.ipv6.conf.all.forwarding is 0",
    },
  ],
  errors: [
    {
      name: "may not be read",
      files: { ...forwards, [`${ipv4}/ip_forward`]: { error: "denied" }, [conf]: "net.ipv4.ip_forward=1" },
    },
  ],
  notApplicable: [
    {
      name: "no Kubernetes here",
      files: { "/proc/sys/kernel/x": "", [conf]: "net.ipv4.ip_forward=0" },
      says: "no part of Kubernetes",
    },
  ],
});

const defaults = {
  ...node,
  "/proc/sys/vm/overcommit_memory": "1\n",
  "/proc/sys/vm/panic_on_oom": "0\n",
  "/proc/sys/kernel/panic": "10\n",
  "/proc/sys/kernel/panic_on_oops": "1\n",
  "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
  "/proc/sys/kernel/keys/root_maxbytes": "25000000\n",
};

const lines =
  "vm.overcommit_memory=1\nkernel.panic=10\nkernel.panic_on_oops=1\nkernel.keys.root_maxkeys=1000000\n";
const prepared = { ...defaults, [conf]: `${lines}kernel.keys.root_maxbytes=25000000\n` };
const protecting = (value: boolean) => ({
  "/etc/systemd/system/kubelet.service":
    "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml\n",
  "/var/lib/kubelet/config.yaml": `kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nprotectKernelDefaults: ${value}\n`,
});

testCheck(kubeletDefaults, {
  passes: [
    { name: "now and at the next boot", files: prepared },
    { name: "a kubelet that insists", files: { ...prepared, ...protecting(true) } },
  ],
  fails: [
    {
      name: "the kubelet has set them, and no file will",
      files: defaults,
      says: "no file sets it: after the next boot vm.overcommit_memory is",
      fixed: {
        "/etc/sysctl.d/99-zz-nodeward-kernel.panic.conf":
          "# Written by nodeward (sysctl.kernel.panic).\nkernel.panic = 10\n",
      },
    },
    {
      name: "a kubelet that sets them itself",
      files: { ...defaults, ...protecting(false) },
      says: "protectKernelDefaults is off: the kubelet itself sets",
    },
    {
      name: "a kubelet that insists",
      files: { ...defaults, ...protecting(true) },
      says: "protectKernelDefaults is on: the kubelet does not start",
    },
    {
      name: "another guide's value at the next boot",
      files: { ...prepared, "/etc/sysctl.d/z.conf": "kernel.panic=60\n" },
      says: "sets kernel.panic to 60 at the next boot instead of 10",
      fixed: { "/etc/sysctl.d/z.conf": "kernel.panic=10\n" },
    },
    {
      name: "wrong now",
      files: { ...prepared, "/proc/sys/vm/overcommit_memory": "2\n" },
      says: "vm.overcommit_memory is 2",
    },
  ],
  errors: [
    { name: "may not be read", files: { ...prepared, "/proc/sys/kernel/panic": { error: "failed" } } },
  ],
  notApplicable: [{ name: "no kubelet", files: { "/proc/sys/kernel/panic": "0" }, says: "no kubelet" }],
});

const filter = checksById.get("sysctl.net.ipv4.conf.all.rp_filter");
if (filter === undefined) throw new Error("rp_filter");
const proc = `${ipv4}/conf/all/rp_filter`;
const set = (value: string) => ({
  ...node,
  [proc]: `${value}\n`,
  [conf]: `net.ipv4.conf.all.rp_filter=${value}\n`,
});
const cni = (name: string) => ({ [`/etc/cni/net.d/${name}`]: "{}" });

testCheck(filter, {
  passes: [
    { name: "strict", files: set("1") },
    { name: "loose", files: set("2") },
    { name: "none, as Cilium needs it", files: { ...set("0"), ...cni("05-cilium.conflist") } },
  ],
  fails: [
    {
      name: "none",
      files: { ...set("1"), [conf]: "net.ipv4.conf.all.rp_filter=0\n" },
      fixed: { [conf]: "net.ipv4.conf.all.rp_filter=2\n" },
    },
    {
      name: "none with Calico, whose agent refuses 2",
      files: { ...set("1"), [conf]: "net.ipv4.conf.all.rp_filter=0\n", ...cni("10-calico.conflist") },
      fixed: { [conf]: "net.ipv4.conf.all.rp_filter=1\n" },
    },
    {
      name: "an impossible value",
      files: { ...set("1"), [conf]: "net.ipv4.conf.all.rp_filter=3\n", ...cni("05-cilium.conflist") },
    },
  ],
  errors: [
    {
      name: "the plug-in is not to be told",
      files: { ...set("0"), "/etc/cni/net.d": { kind: "directory", error: "denied" } },
    },
  ],
});

test.run();
