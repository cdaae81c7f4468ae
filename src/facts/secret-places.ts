// Where secret material lies on a node, beside the keys and kubeconfigs of Kubernetes (certificates.ts). Data: paths and what
// they hold; `~` is the home of every person.

export const secretKinds = [
  "key",
  "kubeconfig",
  "token",
  "encryption",
  "password",
  "cloud",
  "registry",
  "database",
  "socket",
] as const;
export type SecretKind = (typeof secretKinds)[number];

export interface SecretPlace {
  readonly kind: SecretKind;
  /** What is there, in words. */
  readonly what: string;
  /** A `*` may stand in the last part. */
  readonly paths: readonly string[];
  /** Groups whose members are meant to read it. */
  readonly groups?: readonly string[];
}

export const secretPlaces: readonly SecretPlace[] = [
  {
    kind: "password",
    what: "password hashes",
    paths: ["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd"],
    groups: ["shadow"],
  },
  {
    kind: "password",
    what: "passwords in the clear",
    paths: ["~/.netrc", "~/.pgpass", "~/.my.cnf", "~/.git-credentials", "/etc/ppp/chap-secrets"],
  },
  { kind: "key", what: "host key of sshd", paths: ["/etc/ssh/ssh_host_*_key"], groups: ["ssh_keys"] },
  { kind: "key", what: "SSH key", paths: ["~/.ssh/id_*"] },
  {
    kind: "key",
    what: "TLS key",
    paths: ["/etc/ssl/private/*", "/etc/pki/tls/private/*"],
    groups: ["ssl-cert"],
  },
  { kind: "key", what: "VPN key", paths: ["/etc/wireguard/*", "/etc/ipsec.secrets", "/etc/openvpn/*.key"] },
  {
    kind: "password",
    what: "passwords of networks",
    paths: ["/etc/NetworkManager/system-connections/*", "/etc/wpa_supplicant/*.conf"],
  },
  { kind: "key", what: "Kerberos keys", paths: ["/etc/krb5.keytab"] },
  {
    kind: "key",
    what: "time server keys",
    paths: ["/etc/chrony/chrony.keys", "/etc/chrony.keys"],
    groups: ["_chrony", "chrony"],
  },
  {
    kind: "token",
    what: "join token of the cluster",
    paths: [
      "/var/lib/rancher/k3s/server/token",
      "/var/lib/rancher/k3s/server/node-token",
      "/var/lib/rancher/k3s/server/agent-token",
      "/var/lib/rancher/rke2/server/token",
      "/var/lib/rancher/rke2/server/node-token",
      "/etc/systemd/system/k3s.service.env",
      "/etc/systemd/system/k3s-agent.service.env",
    ],
  },
  {
    kind: "token",
    what: "credentials of the cluster",
    paths: ["/var/snap/microk8s/current/credentials/*", "/etc/kubernetes/*.csv"],
  },
  {
    kind: "token",
    what: "Secrets and tokens of the pods here",
    paths: ["/var/lib/kubelet/pods", "/var/snap/microk8s/common/var/lib/kubelet/pods"],
  },
  { kind: "token", what: "token of a vault", paths: ["~/.vault-token"] },
  {
    kind: "encryption",
    what: "keys that encrypt Secrets in etcd",
    paths: [
      "/etc/kubernetes/enc/*",
      "/etc/kubernetes/encryption*",
      "/var/lib/rancher/k3s/server/cred/encryption*",
      "/var/lib/rancher/rke2/server/cred/encryption*",
    ],
  },
  {
    kind: "database",
    what: "etcd's data: every Secret of the cluster",
    paths: ["/var/lib/etcd", "/var/lib/rancher/k3s/server/db", "/var/lib/rancher/rke2/server/db"],
  },
  {
    kind: "cloud",
    what: "cloud credentials",
    paths: [
      "~/.aws/credentials",
      "~/.config/gcloud/application_default_credentials.json",
      "~/.config/gcloud/credentials.db",
      "~/.config/gcloud/legacy_credentials",
      "~/.azure/msal_token_cache.json",
      "~/.azure/accessTokens.json",
      "~/.config/doctl/config.yaml",
      "~/.config/hcloud/cli.toml",
    ],
  },
  {
    kind: "cloud",
    what: "the node's cloud credentials",
    paths: [
      "/etc/kubernetes/azure.json",
      "/etc/kubernetes/cloud-config",
      "/etc/kubernetes/cloud.conf",
      "/etc/kubernetes/vsphere.conf",
    ],
  },
  {
    kind: "cloud",
    what: "what the node was started with, often passwords and tokens",
    paths: [
      "/var/lib/cloud/instance/user-data.txt",
      "/var/lib/cloud/instance/user-data.txt.i",
      "/var/lib/cloud/instance/vendor-data.txt",
    ],
  },
  {
    kind: "registry",
    what: "passwords of image registries",
    paths: [
      "~/.docker/config.json",
      "~/.dockercfg",
      "~/.config/containers/auth.json",
      "/var/lib/kubelet/config.json",
      "/var/lib/kubelet/.dockercfg",
      "/etc/containers/auth.json",
      "/run/containers/0/auth.json",
      "/etc/rancher/k3s/registries.yaml",
      "/etc/rancher/rke2/registries.yaml",
    ],
  },
  { kind: "kubeconfig", what: "kubeconfig", paths: ["~/.kube/config"] },
  {
    kind: "kubeconfig",
    what: "kubeconfig of the network plugin",
    paths: [
      "/etc/cni/net.d/*kubeconfig",
      "/etc/cni/net.d/*.kubeconfig",
      "/etc/cni/net.d/multus.d/*.kubeconfig",
    ],
  },
];
