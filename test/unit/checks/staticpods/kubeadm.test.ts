// The static pods that kubeadm writes pass every question: what a control plane needs is expected.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { containment } from "../../../../src/checks/staticpods/containment.js";
import { statusOf, verdictOf } from "../../../support/check.js";

const at = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;

/** As kubeadm 1.34 writes them, but for flags and probes. */
function kubeadm(name: string, mounts: readonly string[]): string {
  const volumes = mounts.map((path, index) => `  - hostPath: {path: ${path}}\n    name: v${index}`);
  const mounted = mounts.map(
    (path, index) =>
      `    - mountPath: ${path}\n      name: v${index}\n      readOnly: ${!/etcd$|exec$/.test(path)}`,
  );
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - name: ${name}
    image: registry.k8s.io/${name}:v1.34.2
    volumeMounts:
${mounted.join("\n")}
  hostNetwork: true
  priorityClassName: system-node-critical
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  volumes:
${volumes.join("\n")}
`;
}

test("a plain kubeadm control plane has what it needs", async () => {
  const authorities = ["/etc/ssl/certs", "/etc/ca-certificates", "/usr/share/ca-certificates"];
  const files = {
    [at("etcd")]: kubeadm("etcd", ["/var/lib/etcd", "/etc/kubernetes/pki/etcd"]),
    [at("kube-apiserver")]: kubeadm("kube-apiserver", ["/etc/kubernetes/pki", ...authorities]),
    [at("kube-controller-manager")]: kubeadm("kube-controller-manager", [
      "/etc/kubernetes/pki",
      "/etc/kubernetes/controller-manager.conf",
      "/usr/libexec/kubernetes/kubelet-plugins/volume/exec",
      ...authorities,
    ]),
    [at("kube-scheduler")]: kubeadm("kube-scheduler", ["/etc/kubernetes/scheduler.conf"]),
  };
  for (const check of containment) assert.is(statusOf(await verdictOf(check, { files })), "pass", check.id);
});

test.run();
