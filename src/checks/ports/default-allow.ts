// The listening sockets of an ordinary Kubernetes node, worker or control plane: the default of ports.unexpected. Data.
import type { Allowed } from "./expectation.js";

function row(proto: string, ports: string, ...processes: readonly string[]): readonly Allowed[] {
  return ports
    .split(" ")
    .map((port) => (port.includes("-") ? port : Number(port)))
    .flatMap((port) => processes.map((process) => ({ port, proto, process })));
}

/** Distributions that run the kubelet, the proxy or the whole control plane in one process. */
const all = ["k3s", "k3s-server", "k3s-agent", "kubelite"];

export const defaultAllow: readonly Allowed[] = [
  row("tcp", "22", "sshd", "ssh.socket", "sshd.socket"),
  // The node's own clients: addresses (DHCP), time.
  row("udp", "68 546", "dhclient", "dhcpcd", "systemd-networkd", "NetworkManager"),
  row("udp", "123", "chronyd", "ntpd", "systemd-timesyncd"),
  // Kubernetes.
  row("tcp", "10250", "kubelet", ...all),
  row("tcp", "10256 30000-32767", "kube-proxy", ...all),
  row("udp", "30000-32767", "kube-proxy", ...all),
  row("tcp", "6443", "kube-apiserver", ...all),
  row("tcp", "2379 2380", "etcd", ...all),
  row("tcp", "10257", "kube-controller-manager", "kube-controller", ...all),
  row("tcp", "10259", "kube-scheduler", ...all),
  row("tcp", "9345", "rke2"),
  row("tcp", "16443 19001 25000", "kubelite", "k8s-dqlite", "cluster-agent", "python3*"),
  // CNI agents: routes, tunnels, health of their own network.
  row("tcp", "179", "bird", "calico-node", "kube-router", "cilium-agent"),
  row("tcp", "5473", "calico-typha"),
  row("tcp", "4240 4244", "cilium-agent"),
  row("tcp", "6783", "weaver"),
  row("udp", "6783 6784", "weaver", "kernel"),
  row("tcp", "10349-10351", "antrea-agent", "antrea-controller"),
  row("udp", "4789 8472 6081 51820 51821 51871", "kernel"),
].flat();
