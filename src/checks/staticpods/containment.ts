// staticpods.*: what the manifests of static pods ask of the node, and which of it a control plane needs.
import { containmentChecks } from "../containment.js";
import { defineCheck } from "../define.js";

/** kubeadm's and rke2's own, with the load balancers that kubeadm's guide and Kubespray put before them. */
const controlPlane = [
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
];
/** Writes the node's packet filter. */
const proxy = ["kube-system/kube-proxy*"];
/** Hold an address of the node. */
const balancers = ["kube-system/kube-vip*", "kube-system/keepalived*"];

export const containment = containmentChecks(
  {
    domain: "staticpods",
    subject: "static pod",
    place: "In its manifest",
    expected: {
      privileged: proxy,
      "host-network": controlPlane,
      "sensitive-hostpath": controlPlane,
      capabilities: [...proxy, ...balancers],
      "seccomp-unconfined": proxy,
      "apparmor-unconfined": proxy,
      "run-as-root": controlPlane,
      "writable-root": controlPlane,
      "proc-unmasked": proxy,
    },
    paths: [
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
    ],
    // What the baseline of the Pod Security Standards lets a pod add.
    capabilities: [
      "AUDIT_WRITE",
      "CHOWN",
      "DAC_OVERRIDE",
      "FOWNER",
      "FSETID",
      "KILL",
      "MKNOD",
      "NET_BIND_SERVICE",
      "SETFCAP",
      "SETGID",
      "SETPCAP",
      "SETUID",
      "SYS_CHROOT",
    ],
  },
  ({ judge, ...spec }) =>
    defineCheck({
      ...spec,
      needs: ["staticPodContainers"],
      evaluate: ({ staticPodContainers }, params) => judge(staticPodContainers, params),
    }),
);
