// What audit rules have to record on a node, by family: files to watch and system calls. Data; covered or not: audit-cover.ts.

export interface Watch {
  readonly path: string;
  /** Letters of auditctl(8) -p. */
  readonly perm: "wa" | "x";
}

export interface Calls {
  readonly names: readonly string[];
  /** Comparisons that belong to the rule, such as `exit=-EACCES`; one rule for each of several. */
  readonly where?: readonly string[];
}

export interface AuditFamily {
  readonly watches: readonly Watch[];
  readonly calls: readonly Calls[];
  /**
   * Rules may be limited to people who logged in (auid). `only`: ours are, for the kubelet and the runtime do the same
   * all the time.
   */
  readonly people: "no" | "accepted" | "only";
}

/** System calls that only older architectures have: naming one elsewhere keeps auditctl from loading the rules. */
export const oldCalls: ReadonlySet<string> = new Set(
  "open creat chmod chown lchown rename unlink".split(" "),
);

function watch(perm: Watch["perm"], ...paths: readonly string[]): readonly Watch[] {
  return paths.map((path) => ({ path, perm }));
}

const none = { watches: [], calls: [], people: "no" } as const;

export const auditFamilies = {
  identity: {
    ...none,
    watches: watch(
      "wa",
      "/etc/passwd",
      "/etc/group",
      "/etc/shadow",
      "/etc/gshadow",
      "/etc/security/opasswd",
      "/etc/nsswitch.conf",
      "/etc/pam.conf",
      "/etc/pam.d",
    ),
  },
  sudo: { ...none, watches: watch("wa", "/etc/sudoers", "/etc/sudoers.d", "/var/log/sudo.log") },
  modules: {
    ...none,
    watches: watch("x", "/usr/bin/kmod"),
    calls: [{ names: ["init_module", "finit_module", "delete_module"] }],
    people: "accepted",
  },
  time: {
    ...none,
    watches: watch("wa", "/etc/localtime"),
    calls: [{ names: ["adjtimex", "settimeofday"] }, { names: ["clock_settime"], where: ["a0=0"] }],
  },
  mounts: { ...none, calls: [{ names: ["mount"] }], people: "only" },
  kubelet: {
    ...none,
    watches: watch(
      "wa",
      "/etc/kubernetes",
      "/var/lib/kubelet/config.yaml",
      "/var/lib/kubelet/kubeadm-flags.env",
      "/var/lib/kubelet/pki",
      "/etc/default/kubelet",
      "/etc/sysconfig/kubelet",
      "/etc/cni/net.d",
      "/opt/cni/bin",
      "/usr/bin/kubelet",
      "/usr/local/bin/kubelet",
      "/etc/rancher",
    ),
  },
  containerd: {
    ...none,
    watches: watch(
      "wa",
      "/etc/containerd",
      "/etc/crio",
      "/etc/docker",
      "/etc/crictl.yaml",
      "/usr/bin/containerd",
      "/usr/local/bin/containerd",
      "/usr/bin/runc",
      "/usr/sbin/runc",
      "/usr/local/sbin/runc",
      "/usr/bin/crio",
      "/usr/bin/crun",
      "/usr/bin/dockerd",
    ),
  },
  nodeward: {
    ...none,
    watches: watch("wa", "/etc/nodeward", "/var/lib/nodeward", "/usr/bin/nodeward", "/usr/lib/nodeward"),
  },
  network: {
    ...none,
    watches: watch(
      "wa",
      "/etc/issue",
      "/etc/issue.net",
      "/etc/hosts",
      "/etc/hostname",
      "/etc/network",
      "/etc/netplan",
      "/etc/NetworkManager",
      "/etc/sysconfig/network",
    ),
    calls: [{ names: ["sethostname", "setdomainname"] }],
  },
  access: {
    ...none,
    calls: [
      { names: ["creat", "open", "openat", "truncate", "ftruncate"], where: ["exit=-EACCES", "exit=-EPERM"] },
    ],
    people: "only",
  },
  permissions: {
    ...none,
    calls: [
      { names: ["chmod", "fchmod", "fchmodat"] },
      { names: ["chown", "fchown", "lchown", "fchownat"] },
      { names: ["setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"] },
    ],
    people: "only",
  },
  deletion: {
    ...none,
    calls: [{ names: ["unlink", "unlinkat", "rename", "renameat", "renameat2"] }],
    people: "only",
  },
  sessions: { ...none, watches: watch("wa", "/run/utmp", "/var/log/wtmp", "/var/log/btmp") },
  logins: { ...none, watches: watch("wa", "/var/log/lastlog", "/run/faillock", "/var/run/faillock") },
  confinement: { ...none, watches: watch("wa", "/etc/apparmor", "/etc/apparmor.d", "/etc/selinux") },
  programs: {
    ...none,
    watches: watch("x", "/usr/bin/chcon", "/usr/bin/setfacl", "/usr/bin/chacl", "/usr/sbin/usermod"),
    people: "only",
  },
  "user-emulation": { ...none, calls: [{ names: ["execve"], where: ["euid!=uid"] }], people: "only" },
} as const satisfies Readonly<Record<string, AuditFamily>>;

export type AuditFamilyName = keyof typeof auditFamilies;

/** Every path that a family watches. */
export const watchedPaths: readonly string[] = [
  ...new Set(Object.values(auditFamilies).flatMap((family) => family.watches.map(({ path }) => path))),
];
