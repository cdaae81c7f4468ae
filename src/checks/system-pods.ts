// The pods that every cluster runs with more than a plain pod has, and what each needs of the node. Judges nothing.

/** kubeadm's and rke2's own, with the load balancers that kubeadm's guide and Kubespray put before them. */
export const controlPlane = [
  "kube-system/kube-apiserver*",
  "kube-system/kube-controller-manager*",
  "kube-system/kube-scheduler*",
  "kube-system/etcd*",
  "kube-system/cloud-controller-manager*",
  "kube-system/kube-proxy*",
  "kube-system/kube-vip*",
  "kube-system/haproxy*",
  "kube-system/keepalived*",
  "kube-system/nginx-proxy*",
] as const;

/** Writes the node's packet filter. */
export const proxy = ["kube-system/kube-proxy*"] as const;

/** Hold an address of the node. */
export const balancers = ["kube-system/kube-vip*", "kube-system/keepalived*"] as const;

/** Agents of networks: they write the node's routes, filters and CNI configuration. */
export const networkAgents = [
  ...proxy,
  "kube-system/calico-node*",
  "calico-system/calico-node*",
  "calico-system/csi-node-driver*",
  "kube-system/canal*",
  "kube-system/rke2-canal*",
  "kube-system/cilium*",
  "cilium/cilium*",
  "kube-flannel/kube-flannel*",
  "kube-system/kube-flannel*",
  "kube-system/weave-net*",
  "kube-system/aws-node*",
  "kube-system/azure-cni*",
  "kube-system/azure-npm*",
  "kube-system/azure-ip-masq-agent*",
  "kube-system/ip-masq-agent*",
  "kube-system/netd*",
  "kube-system/kindnet*",
  "kube-system/kube-router*",
  "kube-system/antrea-agent*",
  "kube-system/node-local-dns*",
  "kube-system/svclb-*",
  "metallb-system/speaker*",
  "metallb-system/metallb-speaker*",
] as const;

/** Storage drivers mount file systems for other pods. */
export const storageAgents = ["kube-system/*csi*"] as const;

export const controlPlanePaths = [
  "/etc/kubernetes",
  "/etc/ssl",
  "/etc/pki",
  "/etc/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
  "/usr/libexec/kubernetes",
  "/var/lib/etcd",
  "/var/log/kubernetes",
  "/etc/rancher",
  "/var/lib/rancher/rke2",
  "/run/xtables.lock",
  "/lib/modules",
  "/etc/haproxy",
  "/etc/keepalived",
  "/etc/nginx",
] as const;

/** What agents of networks and storage mount beside. */
export const agentPaths = [
  "/usr/lib/modules",
  "/etc/cni",
  "/opt/cni",
  "/run/calico",
  "/var/lib/calico",
  "/var/log/calico",
  "/run/cilium",
  "/run/flannel",
  "/run/netns",
  "/run/aws-node",
  "/run/antrea",
  "/run/openvswitch",
  "/run/nodeagent",
  "/run/kindnet",
  "/sys/fs",
  "/proc/sys/net",
  "/sys/kernel",
  "/var/lib/kubelet/plugins",
  "/var/lib/kubelet/plugins_registry",
  "/var/lib/kubelet/pods",
  "/dev",
] as const;
