// Where the certificates, keys and kubeconfigs of Kubernetes lie: each distribution's folders, and the files that the kubelet's
// settings and the control plane's flags name. Reads none of them.
import { controlPlane } from "./control-plane.js";
import { kubelet } from "./kubelet.js";
import type { Ask } from "./source.js";

interface Folder {
  readonly path: string;
  /** Levels below it that are looked at. */
  readonly depth: number;
}

/** kubeadm, kubespray, AKS, kops, the hard way, OpenShift, k3s, rke2, microk8s, etcd by hand. */
export const folders: readonly Folder[] = [
  { path: "/etc/kubernetes/pki", depth: 2 },
  { path: "/etc/kubernetes/ssl", depth: 2 },
  { path: "/etc/kubernetes/certs", depth: 1 },
  { path: "/etc/kubernetes/static-pod-resources", depth: 4 },
  { path: "/etc/ssl/etcd/ssl", depth: 0 },
  { path: "/etc/etcd", depth: 1 },
  { path: "/srv/kubernetes", depth: 2 },
  { path: "/var/lib/kubernetes", depth: 0 },
  { path: "/var/lib/kubelet/pki", depth: 0 },
  { path: "/var/lib/rancher/k3s/server/tls", depth: 2 },
  { path: "/var/lib/rancher/k3s/agent", depth: 0 },
  { path: "/var/lib/rancher/rke2/server/tls", depth: 2 },
  { path: "/var/lib/rancher/rke2/agent", depth: 0 },
  { path: "/var/snap/microk8s/current/certs", depth: 0 },
];

export const kubeconfigFolders: readonly (readonly [string, RegExp])[] = [
  ["/etc/kubernetes", /\.(?:conf|kubeconfig)$|^kubeconfig$/],
  ["/var/lib/kubelet", /kubeconfig/],
  ["/var/lib/rancher/k3s/agent", /\.kubeconfig$/],
  ["/var/lib/rancher/k3s/server/cred", /\.kubeconfig$/],
  ["/var/lib/rancher/rke2/agent", /\.kubeconfig$/],
  ["/var/lib/rancher/rke2/server/cred", /\.kubeconfig$/],
  ["/etc/rancher/k3s", /^k3s\.yaml$/],
  ["/etc/rancher/rke2", /^rke2\.yaml$/],
  ["/var/snap/microk8s/current/credentials", /\.config$/],
  ["/root/.kube", /^config$/],
];

const settings = ["tlsCertFile", "tlsPrivateKeyFile", "authentication.x509.clientCAFile"] as const;
/** `--tls-cert-file`, `--etcd-cafile`, `--peer-trusted-ca-file`, `--kubelet-client-key`, … */
const flagNames = /(?:cert|key|ca)-?file$|^kubelet-client-(?:certificate|key)$|certificate-authority$/;

/** As they are written; one that is relative, or a container's own, leads nowhere here. */
export async function certificatePaths(ask: Ask): Promise<readonly string[]> {
  const [node, plane] = await Promise.all([ask(kubelet), ask(controlPlane)]);
  const ofKubelet =
    node.state === "known"
      ? node.value.views.flatMap(({ view }) =>
          settings.flatMap((path) => {
            const { value } = view.setting(path);
            return typeof value === "string" ? [value] : [];
          }),
        )
      : [];
  const ofPlane =
    plane.state === "known"
      ? plane.value.components.flatMap(({ flags, environment }) =>
          [...flags, ...environment]
            .filter(({ name }) => flagNames.test(name))
            .flatMap(({ value }) => value.split(",")),
        )
      : [];
  return [...new Set([...ofKubelet, ...ofPlane])].filter((path) => path.startsWith("/"));
}
