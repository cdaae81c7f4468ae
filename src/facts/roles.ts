// What this machine is to Kubernetes: worker, control plane, and the kubelet's version. Not how it is configured.
import { known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import { kubeletVersion } from "./kubelet-version.js";
import type { FactSource } from "./source.js";

export type Role = "control-plane" | "worker";

export interface Roles {
  /** Empty where no part of Kubernetes is found. */
  readonly roles: readonly Role[];
  /** Such as `1.34.2`; null when it cannot be told. */
  readonly kubeletVersion: string | null;
}

/** Files and folders that only a control plane has, by distribution. */
const controlPlaneMarks = [
  "/etc/kubernetes/manifests/kube-apiserver.yaml",
  "/etc/kubernetes/manifests/kube-apiserver.manifest",
  "/etc/kubernetes/manifests/kube-apiserver-pod.yaml",
  "/var/lib/rancher/k3s/server/db",
  "/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml",
  "/var/snap/microk8s/current/args/kube-apiserver",
  "/etc/systemd/system/kube-apiserver.service",
  "/usr/lib/systemd/system/kube-apiserver.service",
  "/lib/systemd/system/kube-apiserver.service",
];

const nodeMarks = [
  "/var/lib/kubelet",
  "/etc/kubernetes",
  "/var/lib/rancher/k3s",
  "/var/lib/rancher/rke2",
  "/var/snap/microk8s/current/args/kubelet",
];

async function anyOf(host: Host, paths: readonly string[]): Promise<boolean> {
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  // A path that may not be looked at is there.
  return stats.some(({ state }) => state === "ok");
}

export const roles: FactSource<Roles> = {
  title: "the node's role in the cluster (static pods, units and data directories)",
  async gather(host, ask) {
    const [control, node, version] = await Promise.all([
      anyOf(host, controlPlaneMarks),
      anyOf(host, nodeMarks),
      ask(kubeletVersion),
    ]);
    const found: Role[] = control ? ["control-plane"] : node ? ["worker"] : [];
    return known({ roles: found, kubeletVersion: version.state === "known" ? version.value.text : null });
  },
};
