// What the kernel is known to keep below /proc (proc(5)), so that it is read in fewer system calls. Makes none itself.

/** Whether /proc is the kernel's own, with nothing mounted over the directories of processes (proc_pid_mountinfo(5)). */
export function hasProcesses(mountinfo: string): boolean {
  const mounts = mountinfo.split("\n").map((line) => line.split(" "));
  if (mounts.some((fields) => /^\/proc\/[1-9]/.test(fields[4] ?? ""))) return false;
  const last = mounts.findLast((fields) => fields[4] === "/proc");
  return last?.[last.indexOf("-") + 1] === "proc";
}

/** A link whose text, `apparmorfs:[N]`, is no path: only the kernel itself can follow it (apparmorfs.c, policy_get_link). */
export const policyDoor = "/sys/kernel/security/apparmor/policy";

/** Files that the kernel makes whole for one read(2). */
const madeWhole = /^\/proc\/(?:[1-9]\d*\/(?:cmdline|status)$|sys\/)/;

/** Is what a read gave the end of the file? Asks again where it cannot be told. */
export function isEnd(path: string, size: number, total: number, count: number, asked: number): boolean {
  // All that there was when it was opened, and less than was asked for (read(2)).
  return count < asked && (total === size || (size === 0 && madeWhole.test(path)));
}

const ofProcess = /^\/proc\/[1-9]\d*$/;
/** Files and directories that every process has, and links (proc(5)). */
const entriesOfProcess = new Set([
  "attr/apparmor/current",
  "attr/current",
  "cgroup",
  "cmdline",
  "environ",
  "fd",
  "mountinfo",
  "stat",
  "status",
]);
const linksOfProcess = /^(?:exe|ns\/[a-z_]+)$/;

/** What is left of the path, where the kernel has no links on the way to it; such directories need not be held. */
export function insideProcess(here: string, pending: readonly string[], follow: boolean): string | undefined {
  if (!ofProcess.test(here)) return undefined;
  const path = pending.length === 1 ? pending[0] : [...pending].reverse().join("/");
  return path !== undefined && (entriesOfProcess.has(path) || (!follow && linksOfProcess.test(path)))
    ? path
    : undefined;
}
