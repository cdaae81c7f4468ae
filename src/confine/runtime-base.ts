// The system calls that the runtime itself makes under the filter, between loading it and the container's program. Seen with
// strace on runc and crun; a profile without them starts nothing.

export const lowRuntimes = ["runc", "crun"] as const;
export type LowRuntime = (typeof lowRuntimes)[number];

export interface LowRuntimeAt {
  readonly name: LowRuntime;
  /** `1.1.5`; undefined: not known, and all that any release needs is asked for. */
  readonly version: string | undefined;
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Without no_new_privs the filter is loaded before the user and the capabilities are set; with it, last of all. */
const needed: Readonly<
  Record<LowRuntime, Readonly<Record<"privileged" | "noNewPrivileges", readonly string[]>>>
> = {
  runc: {
    privileged:
      words(`capget capset chdir close execve fstat fstatfs getcwd getdents64 getppid newfstatat openat prctl
      read setgid setgroups setuid write`),
    noNewPrivileges: words("close execve fstat fstatfs getdents64 openat write"),
  },
  crun: {
    privileged: words("capset execve prctl rt_sigaction rt_sigprocmask setresgid setresuid write"),
    noNewPrivileges: ["execve"],
  },
};

/** Go's own, of its watching thread and of threads it makes: a start without them succeeds or fails by chance. */
const goRuntime = words(
  `clone epoll_pwait futex getpid gettid madvise mmap mprotect munmap nanosleep rseq rt_sigprocmask rt_sigreturn
  sched_yield set_robust_list sigaltstack tgkill`,
);

/** What later releases turn to first, and every program to end. */
const sensible = words("close_range exit exit_group faccessat2 fcntl openat2 statx");

/** Whatever the runtime does not start without. */
export function neededBy({ name, version }: LowRuntimeAt, noNewPrivileges: boolean): readonly string[] {
  const own = needed[name][noNewPrivileges ? "noNewPrivileges" : "privileged"];
  if (name !== "runc") return own;
  const statx = version === undefined || !/^1\.[01]\./.test(version);
  return statx ? [...own, "statx"] : own;
}

/** What the runtime may call as well, by chance or in a later release. */
export function wantedBy({ name }: LowRuntimeAt): readonly string[] {
  return name === "runc" ? [...goRuntime, ...sensible] : sensible;
}

/** Everything that either runtime needs, for a profile that is to start under both. */
export const baseCalls: readonly string[] = [
  ...new Set([
    ...lowRuntimes.flatMap((name) => [...needed[name].privileged, ...needed[name].noNewPrivileges]),
    ...goRuntime,
    ...sensible,
  ]),
].sort();
