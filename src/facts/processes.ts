// The running processes, as /proc shows them (proc(5)): who, what, since when. Not their sockets or memory.
import { absent, failed, known } from "../core/fact.js";
import type { Host, Read } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface Process {
  readonly pid: number;
  readonly ppid: number;
  /** The kernel's name of it, at most 15 characters; any process can choose its own. */
  readonly comm: string;
  /** The command line, word by word; empty for kernel threads and zombies. */
  readonly args: readonly string[];
  /** Real and effective user id. */
  readonly uid: number;
  readonly euid: number;
  readonly gid: number;
  /** Hexadecimal masks of capabilities(7). */
  readonly capEff: bigint;
  readonly capBnd: bigint;
  readonly noNewPrivs: boolean;
  /** 0 off, 1 strict, 2 filter; undefined on a kernel without seccomp. */
  readonly seccomp: number | undefined;
  /** Process ids in this and inner pid namespaces: more than one for what runs in a container. */
  readonly nsPids: number;
  readonly kernelThread: boolean;
  /** It has ended, and nobody has asked how: it holds nothing any more. */
  readonly zombie: boolean;
}

export interface Processes {
  readonly all: readonly Process[];
  /** Processes that could not be read (gone meanwhile, or not permitted), and why. */
  readonly unread: readonly string[];
  byPid(pid: number): Process | undefined;
  /** Processes whose program (the first word's last part, or the kernel's name where that is not cut) is `name`. */
  named(name: string): readonly Process[];
}

/** Processes looked at; a node has a few hundred to a few thousand. */
const processLimit = 100_000;
/** Characters of a name that the kernel keeps (TASK_COMM_LEN, prctl(2) PR_SET_NAME). */
const commLimit = 15;
/** Kernel ticks a second as user space sees them (sysconf(3) _SC_CLK_TCK): 100 on every Linux that runs Node. */
const ticksPerSecond = 100;

function field(status: string, name: string): string {
  const start = status.startsWith(`${name}:`) ? 0 : status.indexOf(`\n${name}:`);
  if (start < 0) return "";
  const from = status.indexOf(":", start) + 1;
  const end = status.indexOf("\n", from);
  return status.slice(from, end < 0 ? undefined : end).trim();
}

function mask(text: string): bigint {
  return /^[0-9a-f]{1,16}$/.test(text) ? BigInt(`0x${text}`) : 0n;
}

/** Words are ended by NUL; a process that rewrote its title (setproctitle) has one word with spaces. */
export function commandLine(text: string): readonly string[] {
  if (text === "") return [];
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0");
}

/** A process that has ended since the listing is none: neither its file is there nor the process behind it. */
function gone(read: Read): boolean {
  return read.state === "absent" || (read.state === "failed" && read.reason.endsWith("the process is gone"));
}

async function one(host: Host, pid: number): Promise<Process | string | undefined> {
  const folder = `/proc/${pid}`;
  const status = await host.read(`${folder}/status`);
  if (gone(status)) return undefined;
  if (status.state !== "ok") return status.reason;
  const ppid = Number(field(status.text, "PPid"));
  // kthreadd is process 2 and the parent of every kernel thread; they have no command line.
  const kernelThread = field(status.text, "Kthread") === "1" || ppid === 2 || (pid === 2 && ppid === 0);
  const cmdline = kernelThread ? undefined : await host.read(`${folder}/cmdline`);
  if (cmdline !== undefined && gone(cmdline)) return undefined;
  if (cmdline !== undefined && cmdline.state !== "ok") return cmdline.reason;
  const uids = field(status.text, "Uid").split(/\s+/).map(Number);
  const gids = field(status.text, "Gid").split(/\s+/).map(Number);
  const seccomp = field(status.text, "Seccomp");
  return {
    pid,
    ppid,
    comm: field(status.text, "Name"),
    args: commandLine(cmdline?.text ?? ""),
    uid: uids[0] ?? 0,
    euid: uids[1] ?? 0,
    gid: gids[0] ?? 0,
    capEff: mask(field(status.text, "CapEff")),
    capBnd: mask(field(status.text, "CapBnd")),
    noNewPrivs: field(status.text, "NoNewPrivs") === "1",
    seccomp: seccomp === "" ? undefined : Number(seccomp),
    nsPids: field(status.text, "NSpid").split(/\s+/).length,
    kernelThread,
    zombie: /^[ZX]/.test(field(status.text, "State")),
  };
}

/** When a process started, in milliseconds since the epoch (proc_pid_stat(5) field 22, btime of proc_stat(5)). */
export async function startedMs(host: Host, pid: number): Promise<number | undefined> {
  const [boot, ticks] = await Promise.all([host.read("/proc/stat"), startedTicks(host, pid)]);
  if (boot.state !== "ok" || ticks === undefined) return undefined;
  const seconds = Number(/^btime (\d+)$/m.exec(boot.text)?.[1] ?? Number.NaN);
  const started = seconds * 1000 + (ticks * 1000) / ticksPerSecond;
  return Number.isNaN(started) ? undefined : started;
}

/** The same in clock ticks since boot, as runtimes write it down. */
export async function startedTicks(host: Host, pid: number): Promise<number | undefined> {
  const stat = await host.read(`/proc/${pid}/stat`);
  if (stat.state !== "ok") return undefined;
  // The name in parentheses may hold any character; what follows are numbers.
  const fields = stat.text.slice(stat.text.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[19] ?? Number.NaN);
  return Number.isNaN(ticks) ? undefined : ticks;
}

function programOf({ args, comm }: Process): string {
  const first = args[0] ?? comm;
  return first.slice(first.lastIndexOf("/") + 1);
}

/**
 * The kernel cuts its name at 15 characters. Where the command line still has the whole of it, that decides:
 * `systemd-journald` is not `systemd-journal-remote`.
 */
function isNamed(running: Process, name: string): boolean {
  const program = programOf(running);
  if (program === name) return true;
  if (running.comm !== name.slice(0, commLimit)) return false;
  const [first] = running.args;
  return name.length <= commLimit || first === undefined || !program.startsWith(running.comm);
}

export const processes: FactSource<Processes> = {
  title: "the running processes (/proc/PID/status, cmdline)",
  async gather(host) {
    const listing = await host.list("/proc");
    const unseen = "running processes cannot be seen: no /proc";
    if (listing.state === "absent") return absent(unseen);
    if (listing.state !== "ok") return failed(listing.reason);
    const pids = listing.entries
      .filter(({ name }) => /^[1-9]\d{0,9}$/.test(name))
      .map(({ name }) => Number(name));
    if (pids.length === 0) return absent(unseen);
    if (pids.length > processLimit) return failed(`more than ${processLimit} processes`);
    const found = await Promise.all(pids.map((pid) => one(host, pid)));
    const all = found.filter((running) => typeof running === "object");
    const byPid = new Map(all.map((running) => [running.pid, running]));
    return known({
      all,
      unread: found.filter((reason) => typeof reason === "string"),
      byPid: (pid: number) => byPid.get(pid),
      named: (name: string) => all.filter((running) => isNamed(running, name)),
    });
  },
};
