// RuntimeDefault: the filter that containerd, CRI-O or Docker gives a container without a profile of its own, by the
// runtime's release, the kernel and the container's capabilities. Facts about them, not a profile to install.
import type { Architecture } from "../formats/syscall-table.js";
import type { Action, Argument, Filter, Rule } from "./filter.js";
import { kernelAtLeast } from "./reading.js";
import { allowedEverywhere } from "./runtime-default-names.js";

export const engines = ["containerd", "cri-o", "docker"] as const;
export type EngineName = (typeof engines)[number];

export interface EngineAt {
  readonly engine: EngineName;
  /** `1.7`; undefined: as the newest that is known. */
  readonly version: string | undefined;
}

export interface ContainerAt {
  readonly architecture: Architecture;
  readonly kernel: string | undefined;
  /** With CAP_. */
  readonly capabilities: ReadonlySet<string>;
}

const allow: Action = { name: "ALLOW", code: 0 };
const errno = (code: number): Action => ({ name: "ERRNO", code });
const eperm = 1;
const enosys = 38;

/** All flags of clone(2) that make a namespace, but the one for time. */
const namespaces = 0x7e020000n;
/** Of personality(2): Linux, 32 bits, no address randomisation of either, and the question which is set. */
const personalities = [0n, 8n, 0x20000n, 0x20008n, 0xffffffffn];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Docker and containerd: what a capability opens. */
const byCapability: Readonly<Record<string, readonly string[]>> = {
  CAP_DAC_READ_SEARCH: ["open_by_handle_at"],
  CAP_SYS_ADMIN: words(`bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount
    mount_setattr move_mount name_to_handle_at open_tree perf_event_open quotactl quotactl_fd setdomainname
    sethostname setns syslog umount umount2 unshare`),
  CAP_SYS_BOOT: ["reboot"],
  CAP_SYS_CHROOT: ["chroot"],
  CAP_SYS_MODULE: ["delete_module", "init_module", "finit_module"],
  CAP_SYS_PACCT: ["acct"],
  CAP_SYS_PTRACE: words("kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"),
  CAP_SYS_RAWIO: ["iopl", "ioperm"],
  CAP_SYS_TIME: ["settimeofday", "stime", "clock_settime", "clock_settime64"],
  CAP_SYS_TTY_CONFIG: ["vhangup"],
  CAP_SYS_NICE: ["get_mempolicy", "mbind", "set_mempolicy"],
  CAP_SYSLOG: ["syslog"],
  CAP_BPF: ["bpf"],
  CAP_PERFMON: ["perf_event_open"],
};

const byArchitecture: Readonly<Partial<Record<Architecture, readonly string[]>>> = {
  x86_64: ["arch_prctl", "modify_ldt"],
  x32: ["arch_prctl", "modify_ldt"],
  x86: ["modify_ldt"],
  aarch64: words("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"),
  arm: words("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"),
  riscv64: ["riscv_flush_icache"],
  s390x: ["s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr"],
  ppc64le: ["sync_file_range2", "swapcontext"],
};

/** Calls of one architecture that CRI-O refuses there too. */
const notCrio: ReadonlySet<string> = new Set(["riscv_flush_icache", "swapcontext"]);

/** In Docker and containerd over what is allowed everywhere. */
const mobyMore = words(`futex_waitv io_pgetevents io_pgetevents_time64 vmsplice`);
const pkeys = ["pkey_alloc", "pkey_free", "pkey_mprotect"];
const ioUring = ["io_uring_enter", "io_uring_register", "io_uring_setup"];
/** Calls of Linux 6.x, and name_to_handle_at: with the releases that drop io_uring. */
const mobyNewer =
  words(`cachestat fchmodat2 futex_requeue futex_wait futex_wake getxattrat listmount listxattrat
  map_shadow_stack mseal name_to_handle_at removexattrat riscv_hwprobe setxattrat statmount uretprobe`);
/** CRI-O, over what is allowed everywhere (containers-common); unshare, clone and clone3 it takes out again. */
const crioMore =
  words(`fsconfig fsmount fsopen fspick get_mempolicy keyctl mbind mount mount_setattr move_mount
  name_to_handle_at open_tree pidfd_getfd pivot_root pkey_alloc pkey_free pkey_mprotect process_vm_readv
  process_vm_writev ptrace readdir reboot set_mempolicy sigaction signal sigpending sigsuspend syslog timerfd umount
  umount2 setns futex_waitv cachestat fchmodat2 map_shadow_stack futex_requeue futex_wait futex_wake mseal`);
/** What CRI-O refuses with EPERM rather than ENOSYS is refused all the same, and is not told apart here. */

/** `1.7` is at least `1.7`; a version that is not known counts as the newest. */
function since(version: string | undefined, wanted: string): boolean {
  return version === undefined || kernelAtLeast(version, wanted);
}

function rule(names: readonly string[], args: readonly Argument[] = [], action = allow): Rule {
  return { names, action, args, line: 0 };
}

function equal(index: number, value: bigint): Argument {
  return { index, op: "EQ", value, valueTwo: 0n };
}

/** clone(2) without new namespaces; its flags are the second argument on s390. */
function cloneRules({ architecture, capabilities }: ContainerAt): readonly Rule[] {
  if (capabilities.has("CAP_SYS_ADMIN")) return [rule(["clone", "clone3", "unshare", "setns"])];
  const index = architecture === "s390x" ? 1 : 0;
  return [
    rule(["clone"], [{ index, op: "MASKED_EQ", value: namespaces, valueTwo: 0n }]),
    rule(["clone3"], [], errno(enosys)),
  ];
}

function capabilityRules({ capabilities }: ContainerAt): readonly Rule[] {
  const names = Object.entries(byCapability).flatMap(([one, calls]) => (capabilities.has(one) ? calls : []));
  return names.length === 0 ? [] : [rule(names)];
}

/** Address families that Docker lets through from 28 on: none of DECnet, ATM, IrDA, CAIF, AF_ALG, AF_VSOCK and their like. */
const families = [
  ...Array.from({ length: 12 }, (_, family) => family),
  ...words("13 14 15 16 17 18 21 22 24 26 27 28 29 30 31 32 33 35 36 39 41 42 43 44 45").map(Number),
];
const vsock = 40n;

/** socket(2), by release: whole, all but AF_VSOCK, or some families. */
function socketRules({ engine, version }: EngineAt, { capabilities }: ContainerAt): readonly Rule[] {
  if (engine === "cri-o") {
    if (capabilities.has("CAP_AUDIT_WRITE")) return [rule(["socket"])];
    const not = (index: number, value: bigint): Argument => ({ index, op: "NE", value, valueTwo: 0n });
    // Not NETLINK_AUDIT of AF_NETLINK.
    return [rule(["socket"], [not(2, 9n)]), rule(["socket"], [not(0, 16n)])];
  }
  if (engine === "docker" && since(version, "28.0"))
    return families.map((family) => rule(["socket"], [equal(0, BigInt(family))]));
  return since(version, engine === "docker" ? "23.0" : "1.7")
    ? [rule(["socket"], [{ index: 0, op: "NE", value: vsock, valueTwo: 0n }])]
    : [rule(["socket"])];
}

function mobyRules(at: EngineAt, container: ContainerAt): readonly Rule[] {
  const newer = since(at.version, at.engine === "docker" ? "25.0" : "2.0");
  const { kernel } = container;
  const traced = kernel === undefined || kernelAtLeast(kernel, "4.8");
  return [
    rule([
      ...allowedEverywhere,
      ...mobyMore,
      ...(newer ? mobyNewer : ioUring),
      ...(newer || at.engine === "containerd" ? pkeys : []),
    ]),
    ...(traced ? [rule(newer ? ["ptrace", "process_vm_readv", "process_vm_writev"] : ["ptrace"])] : []),
  ];
}

/** The capabilities of an ordinary pod, as containerd and CRI-O give them. */
export const ordinaryCapabilities: ReadonlySet<string> = new Set(
  words(`AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID
    SYS_CHROOT`).map((name) => `CAP_${name}`),
);

export function runtimeDefault(at: EngineAt, container: ContainerAt): Filter {
  const { architecture } = container;
  const own = at.engine === "cri-o" ? [rule([...allowedEverywhere, ...crioMore])] : mobyRules(at, container);
  return {
    otherwise: errno(at.engine === "cri-o" ? enosys : eperm),
    architectures:
      architecture === "x86_64"
        ? ["x86_64", "x86", "x32"]
        : architecture === "aarch64"
          ? ["aarch64", "arm"]
          : [],
    rules: [
      ...own,
      ...socketRules(at, container),
      ...personalities.map((value) => rule(["personality"], [equal(0, value)])),
      rule(
        (byArchitecture[architecture] ?? []).filter((name) => at.engine !== "cri-o" || !notCrio.has(name)),
      ),
      ...capabilityRules(container),
      ...cloneRules(container),
    ],
  };
}
