// A worker node as `kubeadm join` leaves it: kubelet, its files and certificates, a CNI configuration. Neither good nor bad.
import type { Bed } from "../bed.js";
import { kubeletPackage } from "./kubelet-package.js";
import { type Files, lay } from "./lay.js";
import { type Authority, authority, clientUse } from "./pki.js";

export const paths = {
  config: "/var/lib/kubelet/config.yaml",
  flags: "/var/lib/kubelet/kubeadm-flags.env",
  extra: "/etc/default/kubelet",
  kubeconfig: "/etc/kubernetes/kubelet.conf",
  ca: "/etc/kubernetes/pki/ca.crt",
  cni: "/etc/cni/net.d/10-calico.conflist",
  client: "/var/lib/kubelet/pki/kubelet-client-2026-11-01-10-00-00.pem",
  current: "/var/lib/kubelet/pki/kubelet-client-current.pem",
} as const;

/** As kubeadm writes it, with what an administrator would add in \`more\`. */
export function kubeletConfig(more = ""): string {
  return `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: ${paths.ca}
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
healthzBindAddress: 127.0.0.1
healthzPort: 10248
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
${more}`;
}

/** A kubeconfig that names its client certificate by file, or holds it. */
export function kubeconfig(ca: string, user: string, credentials: string): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(ca).toString("base64")}
    server: https://10.99.0.1:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
preferences: {}
users:
- name: ${user}
  user:
${credentials}`;
}

const conflist = `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [{"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.244.0.0/24"}}]
}
`;

/** What lies on a worker, but for the kubelet's package. */
export async function workerFiles(ca: Authority): Promise<Files> {
  const client = await ca.issue("/O=system:nodes/CN=system:node:bed", clientUse);
  const named = [`client-certificate: ${paths.current}`, `client-key: ${paths.current}`];
  const credentials = named.map((line) => `    ${line}\n`).join("");
  return {
    [paths.config]: kubeletConfig(),
    [paths.flags]: 'KUBELET_KUBEADM_ARGS="--node-ip=127.0.0.1"\n',
    [paths.kubeconfig]: { text: kubeconfig(ca.certificate, "system:node:bed", credentials), mode: 0o600 },
    [paths.ca]: ca.certificate,
    [paths.cni]: { text: conflist, mode: 0o600 },
    [paths.client]: { text: client.certificate + client.key, mode: 0o600 },
    [paths.current]: { link: paths.client },
  };
}

/** Makes the bed a worker and starts its kubelet; answers the cluster's authority. */
export async function makeWorker(bed: Bed): Promise<Authority> {
  const ca = await authority("kubernetes");
  await lay(bed, { ...(await workerFiles(ca)), "/root/kubelet.deb": { text: await kubeletPackage() } });
  await bed.sh(`
mkdir -p /etc/kubernetes/manifests
# The timers of apt may be at work.
tried=0
until dpkg -i /root/kubelet.deb >/dev/null; do
  tried=$((tried + 1))
  [ $tried -lt 60 ]
  sleep 2
done
rm /root/kubelet.deb
apt-mark hold kubelet containerd runc >/dev/null
systemctl daemon-reload
systemctl enable --now -q kubelet.service
`);
  await kubeletAnswers(bed);
  return ca;
}

/** Waits until the kubelet says that it is well. */
export async function kubeletAnswers(bed: Bed): Promise<void> {
  const ask =
    'fetch("http://127.0.0.1:10248/healthz").then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))';
  await bed.sh(`for i in $(seq 60); do /usr/local/bin/node -e '${ask}' && exit 0; sleep 0.3; done
systemctl status kubelet.service --no-pager; journalctl -u kubelet --no-pager | tail -20; exit 1`);
}
