// Settings of the kernel itself, of file systems and of memory: what they should be and why. Data; judged in rule.ts.
import { atLeast, exactly, type SettingRow } from "./setting-row.js";

/** What the system request key may do: keyboard control, sync, remount read-only, restart (sysrq.rst). */
const sysrqAllowed = 4 | 16 | 32 | 128;

const links = "Programs of root's that write into /tmp have been led by planted files to overwrite others.";

const kernel: readonly SettingRow[] = [
  {
    ...exactly(1),
    key: "kernel.dmesg_restrict",
    severity: "medium",
    title: "The kernel's messages are read by root alone",
    why: "They tell addresses and devices that spare the author of an exploit the guessing.",
  },
  {
    ...atLeast(1),
    key: "kernel.kptr_restrict",
    severity: "medium",
    title: "The kernel's addresses are hidden",
    why: "With the address of a function an exploit of the kernel works at the first try.",
  },
  {
    ...exactly(2),
    key: "kernel.randomize_va_space",
    severity: "high",
    title: "Programs get random addresses, heap included",
    why: "Without it every overflow can be aimed.",
  },
  {
    ...atLeast(1),
    key: "kernel.yama.ptrace_scope",
    severity: "medium",
    title: "A process traces only its own children",
    why: "Who gets into one program of a user reads the keys and passwords of all others.",
    absence: "this kernel was built without Yama, so that every process may trace the others of its user",
    breaks: "`gdb -p` and `strace -p` by users other than root.",
  },
  {
    // 2 can be taken back without a restart, 1 cannot.
    ...atLeast(1, 2),
    key: "kernel.unprivileged_bpf_disabled",
    severity: "high",
    title: "Only privileged processes load BPF programs",
    why: "The verifier of BPF has let unprivileged programs take over the kernel more than once.",
  },
  {
    ...exactly(1, 0),
    key: "kernel.kexec_load_disabled",
    severity: "low",
    risk: "reboot",
    title: "No other kernel can be loaded beside the running one",
    why: "With kexec root starts a kernel of its own, past Secure Boot and lockdown.",
    breaks:
      "kdump, where it loads its kernel after this is set; it cannot be taken back before the next restart.",
  },
  {
    ...atLeast(2, 2, 2),
    key: "kernel.perf_event_paranoid",
    severity: "medium",
    title: "Users do not profile the kernel",
    why: "Performance counters leak what other processes and the kernel do.",
  },
  {
    wants: "0, or no more than 4, 16, 32 and 128 together",
    accepts: (value) => value >= 0 && (value & ~sysrqAllowed) === 0,
    set: 176,
    key: "kernel.sysrq",
    severity: "low",
    title: "The system request key can do no more than sync, remount and restart",
    why: "Who reaches a console, a serial or an out-of-band one too, could dump memory or kill every process.",
  },
  {
    ...exactly(1, 0),
    key: "kernel.core_uses_pid",
    severity: "low",
    title: "Core dumps carry the number of their process",
    why: "Otherwise one crash overwrites the evidence of another.",
  },
];

const files: readonly SettingRow[] = [
  {
    ...exactly(0, 0),
    key: "fs.suid_dumpable",
    severity: "medium",
    title: "Programs that gain rights leave no core dump",
    why: "The memory of a set-user-id program holds what its caller may not read.",
  },
  {
    ...exactly(1, 0),
    key: "fs.protected_hardlinks",
    severity: "medium",
    title: "Users make hard links only to files that they may write",
    why: links,
  },
  {
    ...exactly(1, 0),
    key: "fs.protected_symlinks",
    severity: "medium",
    title: "Links in shared directories are followed by their owner alone",
    why: links,
  },
  {
    ...atLeast(1, 2, 0),
    key: "fs.protected_fifos",
    severity: "low",
    title: "Pipes of others in shared directories are not opened by mistake",
    why: links,
  },
  {
    ...atLeast(1, 2, 0),
    key: "fs.protected_regular",
    severity: "low",
    title: "Files of others in shared directories are not opened by mistake",
    why: links,
  },
];

const memory: readonly SettingRow[] = [
  {
    ...exactly(0),
    key: "vm.unprivileged_userfaultfd",
    severity: "low",
    title: "Users do not stop the kernel at page faults",
    why: "Exploits of races in the kernel use it to win them every time.",
  },
  {
    ...atLeast(65536),
    key: "vm.mmap_min_addr",
    severity: "medium",
    title: "The lowest memory cannot be mapped",
    why: "A null pointer in the kernel would lead into memory that the attacker filled.",
  },
  {
    ...exactly(0),
    key: "dev.tty.ldisc_autoload",
    severity: "medium",
    title: "Users do not load line disciplines",
    why: "Old line disciplines that nobody uses have made any local user root.",
  },
  {
    ...exactly(2, 0),
    key: "net.core.bpf_jit_harden",
    severity: "low",
    title: "Constants in compiled BPF programs are blinded, for all users",
    why: "Otherwise a BPF program smuggles machine code of the attacker's choice into the kernel's memory.",
    breaks: "Some per cent of the speed of network plug-ins that work with BPF (Cilium, Calico's BPF mode).",
  },
];

export const kernelRows: readonly SettingRow[] = [...kernel, ...files, ...memory];
