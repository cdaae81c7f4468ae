// System calls with which a container gets at the node or at other containers, and why. Judges no profile.

export interface Danger {
  readonly calls: readonly string[];
  readonly reason: string;
}

/** By what they reach; each call once. The reasons follow the manual pages of section 2. */
export const dangers: readonly Danger[] = [
  {
    calls: ["init_module", "finit_module", "delete_module", "create_module", "query_module"],
    reason: "loads or removes kernel modules",
  },
  { calls: ["kexec_load", "kexec_file_load"], reason: "starts another kernel" },
  { calls: ["reboot"], reason: "stops the node" },
  {
    calls: ["mount", "umount", "umount2", "pivot_root", "move_mount", "open_tree", "mount_setattr"],
    reason: "changes mounts, the way out of many containers",
  },
  {
    calls: ["fsopen", "fsconfig", "fsmount", "fspick", "open_tree_attr"],
    reason: "mounts by the newer interface",
  },
  {
    calls: ["unshare", "setns"],
    reason: "makes or enters namespaces, and with a user namespace gains capabilities",
  },
  { calls: ["bpf"], reason: "loads programs into the kernel" },
  { calls: ["perf_event_open"], reason: "watches the kernel and other processes; a long list of flaws" },
  { calls: ["userfaultfd"], reason: "stops the kernel in the middle of a copy, which exploits build on" },
  {
    calls: ["io_uring_setup", "io_uring_enter", "io_uring_register"],
    reason: "does other calls without this filter seeing them; a long list of flaws",
  },
  { calls: ["keyctl", "add_key", "request_key"], reason: "reaches keys that namespaces do not keep apart" },
  {
    calls: ["ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise"],
    reason: "reads or changes other processes",
  },
  { calls: ["open_by_handle_at"], reason: "opens files outside the container by their number" },
  { calls: ["iopl", "ioperm"], reason: "talks to devices directly" },
  { calls: ["swapon", "swapoff"], reason: "changes the node's swap" },
  { calls: ["acct"], reason: "writes down or hides every process of the node" },
  {
    calls: ["settimeofday", "clock_settime", "clock_settime64", "stime"],
    reason: "sets the clock of the whole node",
  },
  { calls: ["syslog"], reason: "reads the kernel's messages, addresses among them" },
  {
    calls: ["lookup_dcookie", "quotactl", "quotactl_fd", "nfsservctl", "vhangup"],
    reason: "is for administrators",
  },
  { calls: ["sethostname", "setdomainname"], reason: "renames what shares the namespace" },
  { calls: ["chroot"], reason: "helps out of a container that has more than it should" },
  { calls: ["uselib", "vm86", "vm86old", "modify_ldt"], reason: "is old code that nothing new needs" },
  {
    calls: ["move_pages", "migrate_pages", "mbind", "set_mempolicy"],
    reason: "moves memory of other processes or nodes",
  },
];

export const reasonFor: ReadonlyMap<string, string> = new Map(
  dangers.flatMap(({ calls, reason }) => calls.map((call) => [call, reason] as const)),
);
