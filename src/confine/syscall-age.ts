// Since which kernel a system call exists, and which kernels' calls a libseccomp knows by name. Only calls newer than the
// oldest kernel that Kubernetes supports count.
import { kernelAtLeast } from "./reading.js";

/** syscalls(2), by the release that brought them. */
const brought: readonly (readonly [string, readonly string[]])[] = [
  ["5.1", ["io_uring_setup", "io_uring_enter", "io_uring_register", "pidfd_send_signal"]],
  ["5.2", ["open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick"]],
  ["5.3", ["pidfd_open", "clone3"]],
  ["5.6", ["openat2", "pidfd_getfd"]],
  ["5.8", ["faccessat2"]],
  ["5.9", ["close_range"]],
  ["5.10", ["process_madvise"]],
  ["5.11", ["epoll_pwait2"]],
  ["5.12", ["mount_setattr"]],
  ["5.13", ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]],
  ["5.14", ["memfd_secret", "quotactl_fd"]],
  ["5.15", ["process_mrelease"]],
  ["5.16", ["futex_waitv"]],
  ["5.17", ["set_mempolicy_home_node"]],
  ["6.4", ["riscv_hwprobe"]],
  ["6.5", ["cachestat"]],
  ["6.6", ["fchmodat2", "map_shadow_stack"]],
  ["6.7", ["futex_wake", "futex_wait", "futex_requeue"]],
  ["6.8", ["statmount", "listmount", "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules"]],
  ["6.10", ["mseal"]],
  ["6.11", ["uretprobe"]],
  ["6.13", ["setxattrat", "getxattrat", "listxattrat", "removexattrat"]],
  ["6.15", ["open_tree_attr"]],
  ["6.17", ["file_getattr", "file_setattr"]],
  ["6.18", ["uprobe"]],
  ["6.19", ["listns"]],
  ["7.0", ["rseq_slice_yield"]],
];

/** The last kernel whose calls a release of libseccomp knows (its CHANGELOG). */
const known: readonly (readonly [string, string])[] = [
  ["2.6.1", "7.1"],
  ["2.6.0", "6.13"],
  ["2.5.5", "6.7"],
  ["2.5.4", "5.17"],
  ["2.5.3", "5.15"],
  ["2.5.2", "5.14"],
  ["2.5.0", "5.8"],
];

const since: ReadonlyMap<string, string> = new Map(
  brought.flatMap(([release, names]) => names.map((name) => [name, release] as const)),
);

/** The kernel that brought a call; undefined: it is older than 5.1. */
export function broughtBy(name: string): string | undefined {
  return since.get(name);
}

function parts(version: string): readonly number[] {
  return (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);
}

function atLeast(version: string, wanted: string): boolean {
  const [a, b] = [parts(version), parts(wanted)];
  for (const [index, part] of b.entries()) {
    const own = a[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

/** The last kernel whose calls this libseccomp can name; undefined where that is not known. */
export function namedUpTo(libseccomp: string): string | undefined {
  return known.find(([release]) => atLeast(libseccomp, release))?.[1];
}

/** Why a rule for the call does nothing here; undefined where it does something. */
export function tooNew(
  name: string,
  kernel: string | undefined,
  libseccomp: string | undefined,
): string | undefined {
  const release = since.get(name);
  if (release === undefined) return undefined;
  const named = libseccomp === undefined ? undefined : namedUpTo(libseccomp);
  // Distributions bring newer names into older releases; a call of the kernel before that is sure to be known.
  if (named !== undefined && !kernelAtLeast(named, release))
    return `libseccomp ${libseccomp} may not know calls newer than Linux ${named}`;
  return kernel !== undefined && !kernelAtLeast(kernel, release)
    ? `it came with Linux ${release}, and this is ${kernel}`
    : undefined;
}
