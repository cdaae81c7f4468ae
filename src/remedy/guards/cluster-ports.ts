// The ports by which a node is met by the rest of the cluster, and those at which it meets it. Data for the firewall's guard.
import { type ClusterPort, controlPlanePorts, workerPorts } from "../../checks/ufw/cluster-ports.js";

/** Nobody but the kubelet's own node, and no one, misses these from outside. */
const local = new Set([10255, 10249, 10256, 10257, 10259]);

/** What others must reach: the kubelet, the API server, etcd, the tunnels and agents of network plug-ins. */
export const clusterPorts: readonly ClusterPort[] = [
  ...[...workerPorts, ...controlPlanePorts].filter(({ from }) => !local.has(from)),
  { name: "WireGuard of calico, cilium and flannel", protocol: "udp", from: 51820, to: 51821 },
  { name: "WireGuard of cilium", protocol: "udp", from: 51871, to: 51871 },
];

export interface OutwardPort {
  readonly name: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** What a node asks of others, on a control plane the other members of etcd and all kubelets too. */
export function outwardPorts(control: boolean): readonly OutwardPort[] {
  const all: readonly OutwardPort[] = [
    { name: "DNS", protocol: "udp", port: 53 },
    { name: "the API server", protocol: "tcp", port: 6443 },
    { name: "the registry", protocol: "tcp", port: 443 },
  ];
  const more: readonly OutwardPort[] = [
    { name: "the kubelets", protocol: "tcp", port: 10250 },
    { name: "etcd", protocol: "tcp", port: 2379 },
    { name: "etcd's peers", protocol: "tcp", port: 2380 },
  ];
  return control ? [...all, ...more] : all;
}
