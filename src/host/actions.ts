// Every program nodeward may start to change the machine, or to judge a change, and every value it writes into the kernel.
// No shell, absolute paths, bounded time. Programs that only read the machine: host/probes.ts.
import { writeFileSync } from "node:fs";
import type { ActionName } from "../core/step.js";
import type { RunResult } from "./host.js";
import { type Environment, type Probe, runRow } from "./probes.js";

/** A value of the running kernel, written where the kernel shows it. */
interface KernelValue {
  readonly kernel: (
    ...args: readonly string[]
  ) => { readonly path: string; readonly text: string } | undefined;
}

const systemctl = ["/usr/bin/systemctl", "/bin/systemctl"];
const sshd = ["/usr/sbin/sshd", "/sbin/sshd"];
const parser = ["/usr/sbin/apparmor_parser", "/sbin/apparmor_parser"];
const ufw = ["/usr/sbin/ufw", "/sbin/ufw"];
/** A unit that is asked to stop gets 90 s before systemd kills it (systemd-system.conf(5), DefaultTimeoutStopSec=). */
const unitLimit = 120_000;

function unit(...words: readonly string[]): Probe {
  return { programs: systemctl, args: (name = "") => [...words, "--", name], timeLimitMs: unitLimit };
}

/** A key of sysctl(8): dots and slashes are swapped where the first separator is a slash; only plain ones are taken. */
function sysctlPath(key: string): string | undefined {
  return /^[a-z0-9_]+(?:\.[a-zA-Z0-9_-]+)+$/.test(key) ? `/proc/sys/${key.replaceAll(".", "/")}` : undefined;
}

/** What a step of a check may ask for. */
const changes = {
  /** Without the cache, which may be stale; written to it anew (apparmor_parser(8)). */
  "load-apparmor-profile": {
    programs: parser,
    args: (file = "") => ["-r", "-T", "-W", "--", file],
    timeLimitMs: 60_000,
  },
  /** What runs under it is unconfined from then on. */
  "unload-apparmor-profile": {
    kernel: (name = "") => ({ path: "/sys/kernel/security/apparmor/.remove", text: name }),
  },
  "load-module": {
    programs: ["/usr/sbin/modprobe", "/sbin/modprobe"],
    args: (name = "") => ["--", name],
    timeLimitMs: 30_000,
  },
  "unload-module": {
    programs: ["/usr/sbin/rmmod", "/sbin/rmmod"],
    args: (name = "") => [name],
    timeLimitMs: 30_000,
  },
  "set-sysctl": {
    kernel: (key = "", value = "") => {
      const path = sysctlPath(key);
      return path === undefined ? undefined : { path, text: `${value}\n` };
    },
  },
  "enable-unit": unit("enable"),
  "disable-unit": unit("disable"),
  "start-unit": unit("start"),
  "stop-unit": unit("stop"),
  /** Asks nobody whether running sessions may be cut (ufw(8)). */
  "enable-ufw": { programs: ufw, args: () => ["--force", "enable"], timeLimitMs: 60_000 },
  /** `ufw disable` would write into its files. */
  "unload-ufw": {
    programs: ["/usr/lib/ufw/ufw-init", "/lib/ufw/ufw-init"],
    args: () => ["force-stop"],
    timeLimitMs: 60_000,
  },
  remount: {
    programs: ["/usr/bin/mount", "/bin/mount"],
    args: (point = "", options = "") => ["-o", `remount,${options}`, "--", point],
    timeLimitMs: 30_000,
  },
  "set-socket-mode": {
    programs: ["/usr/bin/chmod", "/bin/chmod"],
    args: (path = "", mode = "") => ["--", mode, path],
  },
  "set-socket-owner": {
    programs: ["/usr/bin/chown", "/bin/chown"],
    args: (path = "", owner = "") => ["--no-dereference", "--", owner, path],
  },
} satisfies Readonly<Record<ActionName, Probe | KernelValue>>;

/** How a program is made to take up what its files say. */
const reactions = {
  "reload-systemd": { programs: systemctl, args: () => ["daemon-reload"], timeLimitMs: unitLimit },
  "reload-unit": unit("reload"),
  "restart-unit": unit("restart"),
  /** One that ended too often is not started again before (systemctl(1)). */
  "reset-failed-unit": unit("reset-failed"),
  /** auditd.service refuses to be restarted (auditd(8): SIGHUP reads the configuration again). */
  "hang-up-unit": unit("kill", "--signal=HUP"),
  "reload-ufw": { programs: ufw, args: () => ["reload"], timeLimitMs: 60_000 },
  "load-audit-rules": {
    programs: ["/usr/sbin/augenrules", "/sbin/augenrules"],
    args: () => ["--load"],
    timeLimitMs: 30_000,
  },
  /** What Debian's units make before sshd starts; `sshd -t` wants it too. */
  "make-sshd-directory": {
    programs: ["/usr/bin/mkdir", "/bin/mkdir"],
    args: () => ["-p", "-m", "0755", "/run/sshd"],
  },
} satisfies Readonly<Record<string, Probe>>;

/** What puts a change back by itself. */
const switches = {
  /** A timer that nobody's session or process takes with it (systemd-run(1)). */
  "arm-timer": {
    programs: ["/usr/bin/systemd-run", "/bin/systemd-run"],
    args: (name = "", seconds = "", ...command) => [
      "--quiet",
      "--collect",
      `--unit=${name}`,
      `--on-active=${seconds}`,
      "--timer-property=AccuracySec=100ms",
      "--",
      ...command,
    ],
    timeLimitMs: 10_000,
  },
  /** A run that hangs while its time is over. */
  "kill-process": { programs: ["/usr/bin/kill", "/bin/kill"], args: (pid = "") => ["-KILL", pid] },
} satisfies Readonly<Record<string, Probe>>;

/** A validator on a busy machine: one that is only slow must not have a good change put back. */
const judgeLimit = 10_000;

/** Is what the files say what the program would take? */
const validators = {
  /** One file, not yet in its place: neither owner nor mode is looked at (visudo(8)). */
  "check-sudoers-file": {
    programs: ["/usr/sbin/visudo"],
    args: (file = "") => ["-c", "-f", file],
    timeLimitMs: judgeLimit,
  },
  "check-sudoers": { programs: ["/usr/sbin/visudo"], args: () => ["-c"], timeLimitMs: judgeLimit },
  "check-sshd": { programs: sshd, args: () => ["-t"], timeLimitMs: judgeLimit },
  /** Compiles, loads nothing, reads no cache. */
  "check-apparmor": { programs: parser, args: (file = "") => ["-Q", "-K", "--", file], timeLimitMs: 60_000 },
  "check-fstab": {
    programs: ["/usr/bin/findmnt", "/bin/findmnt"],
    args: () => ["--verify"],
    timeLimitMs: judgeLimit,
  },
  "check-ufw-rules": {
    programs: ["/usr/sbin/iptables-restore", "/sbin/iptables-restore"],
    args: (file = "") => ["--noflush", "--test", file],
    timeLimitMs: judgeLimit,
  },
  "check-ufw-rules6": {
    programs: ["/usr/sbin/ip6tables-restore", "/sbin/ip6tables-restore"],
    args: (file = "") => ["--noflush", "--test", file],
    timeLimitMs: judgeLimit,
  },
  /** The unit alone: what others have wrong is not this change's (systemd-analyze(1)). */
  "check-unit": {
    programs: ["/usr/bin/systemd-analyze"],
    args: (name = "") => ["verify", "--man=no", "--recursive-errors=no", name],
    timeLimitMs: 20_000,
  },
  /** A session of root's by PAM that does nothing: its stacks load, and its account is let in (su(1)). */
  "check-login": {
    programs: ["/usr/bin/su", "/bin/su"],
    args: () => ["--shell=/bin/true", "root"],
    timeLimitMs: 20_000,
  },
} satisfies Readonly<Record<string, Probe>>;

export const actions = { ...changes, ...reactions, ...switches, ...validators };
export type HostAction = keyof typeof actions;

/** Does it only judge, and change nothing? */
export function isJudge(name: HostAction): boolean {
  return Object.hasOwn(validators, name);
}

export function isAction(name: string): name is HostAction {
  return Object.hasOwn(actions, name);
}

/** The command of an action as people would type it. */
export function commandOf(name: HostAction, args: readonly string[]): string {
  const row: Probe | KernelValue = actions[name];
  if ("kernel" in row) {
    const value = row.kernel(...args);
    return value === undefined ? name : `echo ${value.text.trim()} > ${value.path}`;
  }
  return [row.programs[0] ?? name, ...row.args(...args)].join(" ");
}

/** The door for changing the running machine, given to who repairs it and to nobody else. */
export type Act = (name: HostAction, ...args: readonly string[]) => Promise<RunResult>;

function writeKernel(row: KernelValue, name: string, args: readonly string[]): RunResult {
  const value = row.kernel(...args);
  if (value === undefined)
    return { state: "failed", reason: `${name}: not a name that is written: ${args[0]}` };
  try {
    // One write, whole: the kernel takes each write for a value.
    writeFileSync(value.path, value.text, { flag: "r+" });
    return { state: "ok", code: 0, stdout: "", stderr: "" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { state: "failed", reason: `${value.path}: ${reason}` };
  }
}

export function liveAct(environment: Environment): Act {
  return async (name, ...args) => {
    const row: Probe | KernelValue = actions[name];
    return "kernel" in row ? writeKernel(row, name, args) : await runRow(environment, row, args);
  };
}
