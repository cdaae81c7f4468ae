// Where static pods are found, and that those which kubeadm writes pass every question.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { containment } from "../../../../src/checks/staticpods/containment.js";
import { statusOf, verdictOf } from "../../../support/check.js";
import { config, configured } from "../../../support/kubelet.js";

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

const bare = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - name: main\n    image: x\n    securityContext: {privileged: true}\n`;
const privileged = containment.find(({ id }) => id === "staticpods.privileged");

test("manifests are looked for where the kubelet is told to, be it a folder or a file", async () => {
  assert.ok(privileged);
  if (privileged === undefined) return;
  for (const path of ["/opt/pods/", "/opt/pods"]) {
    const files = { ...configured(`staticPodPath: ${path}\n`), "/opt/pods/a": bare("hidden") };
    const verdict = await verdictOf(privileged, { files });
    assert.is(statusOf(verdict), "fail", path);
  }
  const one = { ...configured("staticPodPath: /opt/one.yaml\n"), "/opt/one.yaml": bare("single") };
  assert.is(statusOf(await verdictOf(privileged, { files: one })), "fail");
});

test("pods from an address, or from a place that is not known, leave the question open", async () => {
  assert.ok(privileged);
  if (privileged === undefined) return;
  const safe = { [at("web")]: bare("web").replace("true", "false") };
  const url = { ...safe, ...configured("staticPodURL: http://192.0.2.1/pods\n") };
  assert.is(statusOf(await verdictOf(privileged, { files: url })), "error");
  const unread = { ...safe, ...configured(""), [config]: { error: "denied" as const } };
  assert.is(statusOf(await verdictOf(privileged, { files: unread })), "error");
});

test.run();
