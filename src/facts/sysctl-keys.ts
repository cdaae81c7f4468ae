// The kernel settings whose running values are read. A check can only ask for a key that is named here.

const interfaces = ["all", "default"] as const;
const ipv4 = [
  "accept_redirects",
  "secure_redirects",
  "send_redirects",
  "accept_source_route",
  "log_martians",
  "rp_filter",
  "forwarding",
] as const;
const ipv6 = ["accept_redirects", "accept_source_route", "accept_ra", "forwarding"] as const;

type Ipv4Key = `net.ipv4.conf.${(typeof interfaces)[number]}.${(typeof ipv4)[number]}`;
type Ipv6Key = `net.ipv6.conf.${(typeof interfaces)[number]}.${(typeof ipv6)[number]}`;

const single = [
  "dev.tty.ldisc_autoload",
  "fs.protected_fifos",
  "fs.protected_hardlinks",
  "fs.protected_regular",
  "fs.protected_symlinks",
  "fs.suid_dumpable",
  "kernel.core_uses_pid",
  "kernel.dmesg_restrict",
  "kernel.kexec_load_disabled",
  "kernel.keys.root_maxbytes",
  "kernel.keys.root_maxkeys",
  "kernel.kptr_restrict",
  "kernel.panic",
  "kernel.panic_on_oops",
  "kernel.perf_event_paranoid",
  "kernel.randomize_va_space",
  "kernel.sysrq",
  "kernel.unprivileged_bpf_disabled",
  "kernel.yama.ptrace_scope",
  "net.bridge.bridge-nf-call-ip6tables",
  "net.bridge.bridge-nf-call-iptables",
  "net.core.bpf_jit_harden",
  "net.ipv4.icmp_echo_ignore_broadcasts",
  "net.ipv4.icmp_ignore_bogus_error_responses",
  "net.ipv4.ip_forward",
  "net.ipv4.tcp_rfc1337",
  "net.ipv4.tcp_syncookies",
  "kernel.apparmor_restrict_unprivileged_userns",
  "user.max_user_namespaces",
  "vm.mmap_min_addr",
  "vm.overcommit_memory",
  "vm.panic_on_oom",
  "vm.unprivileged_userfaultfd",
] as const;

export type SysctlKey = (typeof single)[number] | Ipv4Key | Ipv6Key;

export const sysctlKeys: readonly SysctlKey[] = [
  ...single,
  ...interfaces.flatMap((name) => ipv4.map((last): SysctlKey => `net.ipv4.conf.${name}.${last}`)),
  ...interfaces.flatMap((name) => ipv6.map((last): SysctlKey => `net.ipv6.conf.${name}.${last}`)),
];
