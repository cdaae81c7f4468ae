// Every program nodeward may start to read the machine: the whole answer to "what does this root process execute?".
// No shell, absolute paths, fixed environment, bounded time and output. Programs that change things: host/actions.ts.
import { accessSync, constants } from "node:fs";
import type { RunResult } from "./host.js";
import type { KnownDigests } from "./known-digests.js";
import { timeLimitMs } from "./limits.js";
import { patience } from "./patience.js";

/** A program that may be started. */
export interface Probe {
  /** Absolute paths, tried in order. */
  readonly programs: readonly string[];
  readonly args: (...args: readonly string[]) => readonly string[];
  readonly timeLimitMs?: number;
  readonly outputLimit?: number;
  /** It prints bytes, not text: one character each. */
  readonly binary?: true;
}

export const probes = {
  /** The compiled-in defaults of the installed sshd, algorithm lists included: an empty configuration, printed (sshd(8) -T). */
  "sshd-defaults": { programs: ["/usr/sbin/sshd", "/sbin/sshd"], args: () => ["-T", "-f", "/dev/null"] },
  /** The names of a kind of algorithm that the installed OpenSSH knows (ssh(1) -Q). */
  "ssh-query": { programs: ["/usr/bin/ssh"], args: (kind = "help") => ["-Q", kind] },
  /** The audit rules that the kernel has (auditctl(8) -l). */
  "audit-rules": { programs: ["/usr/sbin/auditctl", "/sbin/auditctl"], args: () => ["-l"] },
  /** Whether the kernel audits, and whether events were lost (auditctl(8) -s). */
  "audit-status": { programs: ["/usr/sbin/auditctl", "/sbin/auditctl"], args: () => ["-s"] },
  /** What sshd logged last, messages alone: by which method each session was let in (journalctl(1)). */
  "ssh-accepted": {
    programs: ["/usr/bin/journalctl", "/bin/journalctl"],
    args: () => ["-q", "--no-pager", "-o", "cat", "-n", "20000", "-t", "sshd", "-t", "sshd-session"],
    timeLimitMs: 5000,
    outputLimit: 16 * 1024 * 1024,
  },
  /** Every unit that systemd has loaded, with its state now (systemctl(1)). */
  "unit-states": {
    programs: ["/usr/bin/systemctl", "/bin/systemctl"],
    args: () => ["list-units", "--all", "--plain", "--no-legend", "--full", "--no-pager"],
    // A busy manager answers late; an emulated node takes some seconds.
    timeLimitMs: 10_000,
  },
  /** Whether a unit starts at boot: enabled, disabled, masked, static… (systemctl(1) is-enabled). */
  "unit-enabled": {
    programs: ["/usr/bin/systemctl", "/bin/systemctl"],
    args: (unit = "") => ["is-enabled", "--", unit],
  },
  /** Whether a unit runs: active, inactive, failed… (systemctl(1) is-active). */
  "unit-active": {
    programs: ["/usr/bin/systemctl", "/bin/systemctl"],
    args: (unit = "") => ["is-active", "--", unit],
    timeLimitMs: 10_000,
  },
  /** Which methods sshd of this machine offers: a login that tries none is refused with their names (ssh(1)). */
  "ssh-methods": {
    programs: ["/usr/bin/ssh"],
    args: (port = "22", address = "127.0.0.1") => [
      ...[
        "-F",
        "/dev/null",
        "-o",
        "BatchMode=yes",
        "-o",
        "PreferredAuthentications=none",
        "-o",
        "ConnectTimeout=5",
      ],
      ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"],
      ...["-p", port, "--", `root@${address}`, "true"],
    ],
    timeLimitMs: 10_000,
  },
  /** The names of the profiles in a file, a line each (apparmor_parser(8) -N). */
  "apparmor-names": {
    programs: ["/usr/sbin/apparmor_parser", "/sbin/apparmor_parser"],
    args: (file = "") => ["-N", "--", file],
  },
  /** Whether the parser takes a file: compiled, neither loaded nor kept (apparmor_parser(8) -Q -K). */
  "apparmor-checked": {
    programs: ["/usr/sbin/apparmor_parser", "/sbin/apparmor_parser"],
    args: (file = "") => ["-Q", "-K", "--", file],
    timeLimitMs: 60_000,
  },
  /** What a file is for the kernel, compiled without the cache; nothing is loaded (apparmor_parser(8) -S). */
  "apparmor-compiled": {
    programs: ["/usr/sbin/apparmor_parser", "/sbin/apparmor_parser"],
    args: (file = "") => ["-K", "-S", "--", file],
    timeLimitMs: 30_000,
    outputLimit: 16 * 1024 * 1024,
    binary: true,
  },
  /** Every installed package: name, epoch:version-release, architecture, source package, tab-separated (rpm(8)). */
  "rpm-packages": {
    programs: ["/usr/bin/rpm"],
    args: () => ["-qa", "--qf", "%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n"],
    timeLimitMs: 10_000,
    outputLimit: 16 * 1024 * 1024,
  },
  /** What rpm recorded of the files of some packages: digest and path, two blanks between (rpm(8), query format). */
  "rpm-digests": {
    programs: ["/usr/bin/rpm"],
    args: (...names) => ["-q", "--qf", "[%{FILEDIGESTS}  %{FILENAMES}\\n]", "--", ...names],
    timeLimitMs: 10_000,
    outputLimit: 16 * 1024 * 1024,
  },
  /** The access lists of some files, none printed for a file that has only a mode (getfacl(1)). */
  "access-lists": {
    programs: ["/usr/bin/getfacl"],
    args: (...paths) => ["--absolute-names", "--skip-base", "--", ...paths],
  },
  /** The file capabilities of some files, none printed for a file without (getcap(8)). */
  "file-capabilities": {
    programs: ["/usr/sbin/getcap", "/sbin/getcap", "/usr/bin/getcap"],
    args: (...paths) => paths,
    timeLimitMs: 20_000,
  },
  /** The package each of some files came with, one line a file (rpm(8) -qf). */
  "rpm-owners": {
    programs: ["/usr/bin/rpm"],
    args: (...paths) => ["-qf", "--qf", "%{NAME}\\n", "--", ...paths],
    timeLimitMs: 10_000,
  },
  /** The IPv4 rules that iptables, ufw, kube-proxy and the CNI put into the kernel, all tables (iptables-save(8)). */
  "iptables-save": {
    programs: ["/usr/sbin/iptables-save", "/sbin/iptables-save"],
    args: () => [],
    timeLimitMs: 10_000,
    outputLimit: 64 * 1024 * 1024,
  },
  /** The same for IPv6: no program prints both. */
  "ip6tables-save": {
    programs: ["/usr/sbin/ip6tables-save", "/sbin/ip6tables-save"],
    args: () => [],
    timeLimitMs: 10_000,
    outputLimit: 64 * 1024 * 1024,
  },
  /** The rules of nftables and firewalld, both families (nft(8)). Those of iptables are not spelled out in it. */
  "nft-ruleset": {
    programs: ["/usr/sbin/nft", "/sbin/nft"],
    args: () => ["-j", "list", "ruleset"],
    timeLimitMs: 10_000,
    outputLimit: 64 * 1024 * 1024,
  },
  /** The version of the installed kubelet, where nothing on the disk tells it (kubelet(1)). */
  "kubelet-version": {
    programs: [
      "/usr/bin/kubelet",
      "/usr/local/bin/kubelet",
      "/opt/bin/kubelet",
      "/home/kubernetes/bin/kubelet",
    ],
    args: () => ["--version"],
  },
} satisfies Readonly<Record<string, Probe>>;

export type ProbeName = keyof typeof probes;

/** What a host needs from the process it runs in. */
export interface Environment {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Sends SIGKILL to the process group `group`. */
  readonly killGroup: (group: number) => void;
  /** Shows what a long piece of work is at; undefined when it is over. */
  readonly progress?: (text: string | undefined) => void;
  /** Digests of earlier runs, of files of this machine. */
  readonly digests?: KnownDigests;
}

const fixedEnvironment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

function installed(programs: readonly string[]): string | undefined {
  return programs.find((program) => {
    try {
      accessSync(program, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts a row of the table. */
export function runProbe(
  environment: Environment,
  name: ProbeName,
  args: readonly string[],
): Promise<RunResult> {
  return runRow(environment, probes[name], args);
}

/** Starts a program; its whole process group is killed at the time limit or when it prints too much. */
export async function runRow(
  environment: Environment,
  probe: Probe,
  args: readonly string[],
): Promise<RunResult> {
  const program = installed(probe.programs);
  if (program === undefined) return { state: "absent", reason: `${probe.programs[0]} is not installed` };
  const limit = probe.timeLimitMs ?? timeLimitMs;
  const { execa } = await import("execa");
  const child = execa(program, [...probe.args(...args)], {
    cwd: "/",
    env: fixedEnvironment,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
    cleanup: true,
    stripFinalNewline: false,
    encoding: probe.binary === true ? "latin1" : "utf8",
    maxBuffer: probe.outputLimit ?? 4 * 1024 * 1024,
  });
  let late = false;
  const end = () => {
    if (child.pid !== undefined) environment.killGroup(child.pid);
  };
  // What it wrote while we were busy with something else came in time.
  const callOff = patience(limit, () => {
    late = true;
    end();
  });
  try {
    const result = await child;
    if (late) return { state: "failed", reason: `${program} did not finish within ${limit / 1000} s` };
    if (result.isMaxBuffer) {
      end();
      return { state: "failed", reason: `${program} printed too much` };
    }
    if (result.exitCode === undefined)
      return {
        state: "failed",
        reason: `${program} was ended by ${result.signal ?? result.code ?? "an unknown cause"}`,
      };
    return { state: "ok", code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  } finally {
    callOff();
  }
}
