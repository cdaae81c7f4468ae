// Control-plane nodes made of values: kubeadm-like static pods with chosen flags, for tests.
import type { MemoryFiles } from "../../src/host/memory.js";
import { selfSigned } from "./certificates.js";

export type FlagValues = Readonly<Record<string, string | undefined>>;

const pki = "/etc/kubernetes/pki";

/** Flags of a hardened control plane, as an administrator would leave them. */
export const hardened: Readonly<Record<string, FlagValues>> = {
  "kube-apiserver": {
    "anonymous-auth": "false",
    "audit-log-maxage": "30",
    "audit-log-maxbackup": "10",
    "audit-log-maxsize": "100",
    "audit-log-path": "/var/log/kubernetes/audit.log",
    "audit-policy-file": "/etc/kubernetes/audit-policy.yaml",
    "authorization-mode": "Node,RBAC",
    "client-ca-file": `${pki}/ca.crt`,
    "enable-admission-plugins":
      "NodeRestriction,AlwaysPullImages,EventRateLimit,ImagePolicyWebhook,DenyServiceExternalIPs",
    "encryption-provider-config": "/etc/kubernetes/encryption.yaml",
    "etcd-cafile": `${pki}/etcd/ca.crt`,
    "etcd-certfile": `${pki}/apiserver-etcd-client.crt`,
    "etcd-keyfile": `${pki}/apiserver-etcd-client.key`,
    "etcd-servers": "https://127.0.0.1:2379",
    "kubelet-certificate-authority": `${pki}/ca.crt`,
    "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
    "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
    profiling: "false",
    "secure-port": "6443",
    "service-account-extend-token-expiration": "false",
    "service-account-key-file": `${pki}/sa.pub`,
    "tls-cert-file": `${pki}/apiserver.crt`,
    "tls-cipher-suites": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "tls-private-key-file": `${pki}/apiserver.key`,
  },
  "kube-controller-manager": {
    "bind-address": "127.0.0.1",
    profiling: "false",
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/sa.key`,
    "use-service-account-credentials": "true",
  },
  "kube-scheduler": { "bind-address": "127.0.0.1", profiling: "false" },
  etcd: {
    "cert-file": `${pki}/etcd/server.crt`,
    "client-cert-auth": "true",
    "data-dir": "/var/lib/etcd",
    "key-file": `${pki}/etcd/server.key`,
    "listen-client-urls": "https://127.0.0.1:2379,https://192.0.2.10:2379",
    "listen-metrics-urls": "http://127.0.0.1:2381",
    "listen-peer-urls": "https://192.0.2.10:2380",
    "peer-cert-file": `${pki}/etcd/peer.crt`,
    "peer-client-cert-auth": "true",
    "peer-key-file": `${pki}/etcd/peer.key`,
    "trusted-ca-file": `${pki}/etcd/ca.crt`,
  },
};

export const manifestPath = (component: string): string => `/etc/kubernetes/manifests/${component}.yaml`;

/** A manifest with hardened flags, changed by `flags`: undefined takes one away. Line of flag n: 10 + n. */
export function manifest(component: string, flags: FlagValues = {}, version = "1.34.2"): string {
  const all = { ...hardened[component], ...flags };
  const words = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`    - --${name}=${value}`],
  );
  const folders = ["/etc/kubernetes", "/var/lib/etcd", "/var/log/kubernetes"];
  return [
    "apiVersion: v1",
    "kind: Pod",
    "metadata:",
    `  name: ${component}`,
    "  namespace: kube-system",
    "spec:",
    "  containers:",
    `  - name: ${component}`,
    "    command:",
    `    - ${component}`,
    ...words,
    `    image: registry.k8s.io/${component}:v${version}`,
    "    volumeMounts:",
    ...folders.map((path) => `    - {name: ${path.replaceAll("/", "-").slice(1)}, mountPath: ${path}}`),
    "  hostNetwork: true",
    "  volumes:",
    ...folders.map((path) => `  - {name: ${path.replaceAll("/", "-").slice(1)}, hostPath: {path: ${path}}}`),
    "",
  ].join("\n");
}

export const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  resources:
  - {group: "", resources: [secrets, configmaps]}
- level: RequestResponse
`;

export const encryptionConfig = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - secretbox: {keys: [{name: k, secret: ${Buffer.alloc(32, 7).toString("base64")}}]}
  - identity: {}
`;

/** A kubeadm-like control plane; `flags` by component, `files` on top. */
export function controlPlaneNode(
  flags: Readonly<Record<string, FlagValues>> = {},
  files: MemoryFiles = {},
  version?: string,
): MemoryFiles {
  const manifests = Object.keys(hardened).map((name) => [
    manifestPath(name),
    { text: manifest(name, flags[name], version), mode: 0o600 },
  ]);
  return {
    "/etc/passwd":
      "root:x:0:0::/root:/bin/sh\netcd:x:998:998::/:/usr/sbin/nologin\nalice:x:1000:1000::/home/alice:/bin/sh\n",
    "/etc/kubernetes/audit-policy.yaml": auditPolicy,
    "/etc/kubernetes/encryption.yaml": { text: encryptionConfig, mode: 0o600 },
    "/etc/kubernetes/pki/ca.crt": selfSigned({ subject: "/CN=kubernetes" }).certificate,
    "/etc/kubernetes/pki/ca.key": { text: selfSigned({ subject: "/CN=kubernetes" }).key, mode: 0o600 },
    "/etc/kubernetes/pki/etcd/ca.crt": selfSigned({ subject: "/CN=etcd-ca" }).certificate,
    "/var/lib/etcd": { kind: "directory", mode: 0o700 },
    ...Object.fromEntries(manifests),
    ...files,
  };
}
