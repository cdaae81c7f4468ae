// Who set up the kubelet here, and so who owns its settings and where they are changed. Reads marks, no settings.
import type { Host } from "../host/host.js";
import { platform } from "./platform.js";
import { rancher } from "./rancher.js";
import type { Ask } from "./source.js";

export type LayoutName =
  | "k3s"
  | "rke2"
  | "microk8s"
  | "talos"
  | "bottlerocket"
  | "openshift"
  | "eks-al2023"
  | "eks-al2"
  | "gke"
  | "aks"
  | "kubeadm"
  | "plain";

export interface Layout {
  readonly name: LayoutName;
  /** As in a sentence: "on EKS (AL2023)". */
  readonly title: string;
  /** Where a setting is changed for good, as an instruction; empty where it is the file that sets it. */
  readonly change: string;
  /** Folders and files that are the operator's to edit here; undefined: whatever the distribution did not ship. */
  readonly operators?: readonly string[];
}

const layouts: Readonly<Record<LayoutName, Omit<Layout, "name">>> = {
  k3s: {
    title: "k3s",
    change: "set it under kubelet-arg in /etc/rancher/k3s/config.yaml and restart k3s",
    operators: ["/etc/rancher/k3s/"],
  },
  rke2: {
    title: "rke2",
    change: "set it under kubelet-arg in /etc/rancher/rke2/config.yaml and restart rke2",
    operators: ["/etc/rancher/rke2/"],
  },
  microk8s: {
    title: "microk8s",
    change:
      "set it in /var/snap/microk8s/current/args/kubelet and run `snap restart microk8s.daemon-kubelite`",
    operators: ["/var/snap/microk8s/current/args/"],
  },
  talos: {
    title: "Talos",
    change:
      "set it under machine.kubelet.extraConfig or extraArgs of the machine configuration with `talosctl patch`",
    operators: [],
  },
  bottlerocket: {
    title: "Bottlerocket",
    change: "set it under settings.kubernetes with `apiclient set` or in the user data",
    operators: [],
  },
  openshift: {
    title: "OpenShift",
    change: "set it in a KubeletConfig object; the machine-config operator undoes local edits",
    operators: [],
  },
  "eks-al2023": {
    title: "EKS (AL2023)",
    change:
      "set it under spec.kubelet.config of the NodeConfig in the user data; nodeadm writes the files anew",
    operators: [],
  },
  "eks-al2": {
    title: "EKS (AL2)",
    change: "set it in the launch template's user data as well: a new node starts without this edit",
  },
  gke: {
    title: "GKE",
    change:
      "set it in the node pool's node system configuration; the node's files are written anew at every start",
    operators: [],
  },
  aks: {
    title: "AKS",
    change:
      "set it in the node pool's kubelet configuration; the node's files are written anew with every image",
    operators: [],
  },
  kubeadm: { title: "kubeadm", change: "" },
  plain: { title: "this node", change: "" },
};

/** Files that only one of them leaves, most telling first. */
const marks: readonly (readonly [LayoutName, readonly string[]])[] = [
  ["microk8s", ["/var/snap/microk8s/current/args/kubelet"]],
  ["openshift", ["/etc/machine-config-daemon/currentconfig", "/etc/openshift/kubelet.conf.d"]],
  ["eks-al2023", ["/etc/eks/kubelet/environment", "/etc/eks/nodeadm"]],
  ["eks-al2", ["/etc/eks/bootstrap.sh", "/etc/kubernetes/kubelet/kubelet-config.json"]],
  ["gke", ["/home/kubernetes/kubelet-config.yaml", "/home/kubernetes/bin"]],
  ["aks", ["/etc/default/kubeletconfig.json", "/opt/azure/containers"]],
  [
    "kubeadm",
    [
      "/var/lib/kubelet/kubeadm-flags.env",
      "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
      "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
      "/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
    ],
  ],
];

function layout(name: LayoutName): Layout {
  return { name, ...layouts[name] };
}

export async function layoutOf(host: Host, ask: Ask): Promise<Layout> {
  const [os, ranch] = await Promise.all([ask(platform), ask(rancher)]);
  if (ranch.state === "known") return layout(ranch.value.product);
  if (os.state === "known" && os.value.id === "talos") return layout("talos");
  if (os.state === "known" && os.value.id === "bottlerocket") return layout("bottlerocket");
  for (const [name, paths] of marks) {
    const stats = await Promise.all(paths.map((path) => host.stat(path)));
    if (stats.some(({ state }) => state === "ok" || state === "denied")) return layout(name);
  }
  return layout("plain");
}

/** May an edit of `file` be proposed: is it the operator's, and will it last? */
export function isOperators(file: string, { operators }: Layout): boolean {
  if (operators !== undefined) return operators.some((folder) => file.startsWith(folder));
  return !/^(?:\/usr\/(?!local\/)|\/lib\/|\/run\/|\/proc\/|\/snap\/)/.test(file) && file.startsWith("/");
}
