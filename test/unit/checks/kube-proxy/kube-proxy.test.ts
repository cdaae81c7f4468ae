// The checks on kube-proxy: as a pod, by hand, inside k3s.
import { test } from "uvu";
import kubeconfig from "../../../../src/checks/kube-proxy/kubeconfig.js";
import metrics from "../../../../src/checks/kube-proxy/metrics.js";
import type { MemoryFiles, MemoryNode } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { process } from "../../../support/kubelet.js";

const unit = "/etc/systemd/system/kube-proxy.service";
const inPod = "/var/lib/kubelet/pods/0a/volumes/kubernetes.io~configmap/kube-proxy/config.conf";
const pod = (text: string): MemoryFiles => ({
  ...process(
    9,
    ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf", "--hostname-override=a"],
    { name: "kube-proxy", nsPids: "\t1" },
  ),
  [inPod]: `apiVersion: kubeproxy.config.k8s.io/v1alpha1\n${text}`,
});
const byHand = (words: string, more: MemoryFiles = {}): MemoryFiles => ({
  [unit]: `[Service]\nExecStart=/usr/bin/kube-proxy ${words}\n`,
  ...more,
});
const k3s: MemoryFiles = {
  "/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n",
  "/var/lib/rancher/k3s/agent/kubeproxy.kubeconfig": { text: "", mode: 0o600 },
};
const none = {
  name: "no kube-proxy",
  files: { "/etc/hostname": "a\n" },
  says: /kube-proxy is not on this node/,
};
/** A line of /proc/net/tcp for a listening socket: 0.0.0.0:10249. */
const listening =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 00000000:2809 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n";

testCheck(metrics, {
  passes: [
    { name: "a pod, not set", files: pod('metricsBindAddress: ""\n') },
    { name: "a pod, loopback", files: pod("metricsBindAddress: 127.0.0.1:10249\n") },
    { name: "by hand, not given", files: byHand("--kubeconfig=/k") },
    { name: "k3s", files: k3s },
  ],
  fails: [
    {
      name: "a pod, everywhere",
      files: pod("metricsBindAddress: 0.0.0.0:10249\n"),
      at: [`${inPod}:2`],
      says: /bound to 0\.0\.0\.0:10249/,
    },
    { name: "a pod, every address of both families", files: pod('metricsBindAddress: ":10249"\n') },
    { name: "by hand", files: byHand("--metrics-bind-address=0.0.0.0"), at: [`${unit}:2`] },
    {
      name: "k3s",
      files: {
        ...k3s,
        "/etc/rancher/k3s/config.yaml": "kube-proxy-arg: [metrics-bind-address=0.0.0.0:10249]\n",
      },
      at: ["/etc/rancher/k3s/config.yaml:1"],
    },
    {
      name: "what listens says otherwise than the setting",
      files: { ...byHand("--v=2"), "/proc/net/tcp": listening, "/proc/1/net/tcp": listening },
      says: /port 10249 listens on/,
    },
  ],
  errors: [
    { name: "its configuration is not to be found", files: { ...pod(""), [inPod]: { error: "denied" } } },
    { name: "a broken configuration", files: pod("a: [\n") },
  ],
  notApplicable: [none],
});

const path = "/var/lib/kube-proxy/kubeconfig";
const own = (node: MemoryNode): MemoryFiles =>
  byHand(`--kubeconfig=${path}`, { [path]: { text: "", ...node } });

testCheck(kubeconfig, {
  passes: [
    { name: "only root", files: own({ mode: 0o600 }) },
    { name: "k3s", files: k3s },
    {
      name: "named in the configuration",
      files: {
        ...byHand("--config=/etc/kp.yaml"),
        "/etc/kp.yaml": `clientConnection: {kubeconfig: ${path}}\n`,
        [path]: { text: "", mode: 0o600 },
      },
    },
  ],
  fails: [
    { name: "everybody reads it", files: own({ mode: 0o644 }), at: [path], fixed: { [path]: "0600" } },
    { name: "somebody owns it", files: own({ mode: 0o600, uid: 1000 }) },
  ],
  errors: [
    {
      name: "the configuration that names it is unreadable",
      files: { ...byHand("--config=/etc/kp.yaml"), "/etc/kp.yaml": { error: "denied" } },
    },
  ],
  notApplicable: [
    none,
    {
      name: "a pod without one of its own",
      files: pod("clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig.conf}\n"),
    },
  ],
  hides: ["/var/lib/kube-proxy"],
});

test.run();
