// The ports by which the parts of a cluster speak to each other (kubernetes.io "Ports and Protocols", and each CNI's). Data.

export interface ClusterPort {
  readonly name: string;
  readonly protocol: "tcp" | "udp";
  readonly from: number;
  readonly to: number;
}

function one(name: string, protocol: "tcp" | "udp", from: number, to = from): ClusterPort {
  return { name, protocol, from, to };
}

export const workerPorts: readonly ClusterPort[] = [
  one("the kubelet", "tcp", 10250),
  one("the kubelet's read-only port", "tcp", 10255),
  one("kube-proxy's health", "tcp", 10256),
  one("kube-proxy's metrics", "tcp", 10249),
  one("BGP of calico", "tcp", 179),
  one("calico typha", "tcp", 5473),
  one("cilium's health", "tcp", 4240),
  one("cilium's hubble", "tcp", 4244, 4245),
  one("weave", "tcp", 6783),
  one("weave", "udp", 6783, 6784),
  one("antrea", "tcp", 10349, 10351),
  one("VXLAN", "udp", 4789),
  one("VXLAN of flannel and cilium", "udp", 8472),
  one("GENEVE", "udp", 6081),
];

export const controlPlanePorts: readonly ClusterPort[] = [
  one("the API server", "tcp", 6443),
  one("etcd", "tcp", 2379, 2380),
  one("the controller manager", "tcp", 10257),
  one("the scheduler", "tcp", 10259),
  one("the rke2 supervisor", "tcp", 9345),
];

/** The default --service-node-port-range of the API server. */
export const nodePorts: ClusterPort = one("the range of NodePorts", "tcp", 30000, 32767);
