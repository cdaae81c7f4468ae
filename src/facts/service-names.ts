// What a port of a Kubernetes node is usually for: our own table first, then the node's /etc/services. A name, not a proof.
import { parseServices } from "../formats/services.js";
import type { Host } from "../host/host.js";

/** Ports that services(5) does not know, or knows by an older name. */
const ofNodes: Readonly<Record<string, string>> = {
  "179/tcp": "bgp (CNI)",
  "2375/tcp": "docker API",
  "2376/tcp": "docker API over TLS",
  "2379/tcp": "etcd clients",
  "2380/tcp": "etcd peers",
  "4240/tcp": "cilium health",
  "4244/tcp": "cilium hubble",
  "4789/udp": "VXLAN",
  "5473/tcp": "calico typha",
  "6081/udp": "GENEVE",
  "6443/tcp": "Kubernetes API",
  "6783/tcp": "weave",
  "8472/udp": "VXLAN (flannel, cilium)",
  "9099/tcp": "calico health",
  "9100/tcp": "node exporter",
  "9345/tcp": "rke2 supervisor",
  "10248/tcp": "kubelet health",
  "10249/tcp": "kube-proxy metrics",
  "10250/tcp": "kubelet API",
  "10255/tcp": "kubelet read-only port",
  "10256/tcp": "kube-proxy health",
  "10257/tcp": "kube-controller-manager",
  "10259/tcp": "kube-scheduler",
  "16443/tcp": "Kubernetes API (microk8s)",
  "25000/tcp": "microk8s cluster agent",
  "51820/udp": "WireGuard",
  "51871/udp": "WireGuard (cilium)",
};

export type ServiceName = (port: number, protocol: string) => string | undefined;

/** A reader of names; a node without /etc/services has our own table alone. */
export async function serviceNames(host: Host): Promise<ServiceName> {
  const read = await host.read("/etc/services");
  const known = read.state === "ok" ? parseServices(read.text) : new Map<string, string>();
  return (port, protocol) => {
    const key = `${port}/${protocol}`;
    return Object.hasOwn(ofNodes, key) ? ofNodes[key] : known.get(key);
  };
}
