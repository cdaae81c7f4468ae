// The checks on containerd's settings and files, a row a check.
import type { Problem } from "../../core/outcome.js";
import { wholeFile } from "../../core/source.js";
import type { Containerd } from "../../facts/containerd.js";
import { containerdChecks, type Finding, type Row } from "./row.js";

interface Kept {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly realPath: string;
}

function problem(condition: boolean, message: string): readonly Problem[] {
  return condition ? [{ message }] : [];
}

/** Root's, with no more than `most`; `group` says whether the group must be root's too. */
function owned(path: string, stat: Kept, most: number, group: boolean): Finding {
  const bad = stat.uid !== 0 || (group && stat.gid !== 0) || (stat.mode & ~most & 0o7777) !== 0;
  const shown = `mode ${stat.mode.toString(8).padStart(4, "0")}, owner ${stat.uid}:${stat.gid}`;
  const fix = [{ kind: "chmod" as const, file: stat.realPath, mode: stat.mode & most, owner: "root:root" }];
  return {
    actual: shown,
    evidence: [wholeFile(path, shown)],
    problems: bad ? [{ message: `${path} has ${shown}`, fix }] : [],
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function debugSocket(containerd: Containerd): Finding {
  const setting = containerd.setting("debug", "address");
  const value = text(setting?.value);
  const owners = [containerd.setting("debug", "uid"), containerd.setting("debug", "gid")];
  const foreign = owners.some((one) => typeof one?.value === "number" && one.value !== 0);
  return {
    actual: value || "not set",
    evidence: [setting?.source, ...owners.map((one) => one?.source)],
    problems: [
      ...problem(value !== "" && !value.startsWith("/"), `the debug interface listens on ${value}`),
      ...problem(value.startsWith("/") && foreign, `the debug socket ${value} belongs to others than root`),
    ],
  };
}

function privileged(containerd: Containerd): Finding {
  const ofRunc = containerd.runtimes.filter(({ type }) => type === "" || type.includes(".runc."));
  const names = ofRunc.length === 0 ? ["runc"] : ofRunc.map(({ name }) => name);
  const settings = names.map(
    (name) =>
      [name, containerd.cri("containerd", "runtimes", name, "privileged_without_host_devices")] as const,
  );
  const open = settings.filter(([, setting]) => setting?.value !== true).map(([name]) => name);
  return {
    actual: open.length === 0 ? "true" : `not set for ${open.join(", ")}`,
    evidence: settings.map(([, setting]) => setting?.source),
    problems: open.map((name) => ({
      message: `privileged containers of the runtime ${name} get every device of the node`,
    })),
  };
}

function runtimes({ runtimes: all }: Containerd): Finding | string {
  if (all.length === 0) return "no runtime is configured beyond containerd's own";
  const lacking = all.flatMap(({ name, programs, source }) =>
    programs.filter(({ there }) => !there).map(({ path }) => ({ name, path, source })),
  );
  return {
    actual: all.map(({ name }) => name).join(", "),
    evidence: (lacking.length > 0 ? lacking : all).map(({ source }) => source),
    problems: lacking.map(({ name, path }) => ({
      message: `the runtime ${name} needs ${path}, which is not there`,
    })),
  };
}

const rows: readonly Row[] = [
  {
    name: "config-valid",
    title: "containerd can read its configuration",
    why: "A containerd that does not start after the next reboot takes the node out of the cluster.",
    remedy: "Correct the line named; `containerd config dump` tells whether it is accepted.",
    severity: "high",
    expected: "TOML of version 1, 2 or 3",
    always: true,
    judge: ({ problems, configFile, configStat, formatVersion }) => {
      if (configStat === undefined && problems.length === 0)
        return `${configFile} is not there: containerd uses its defaults`;
      const strange = `${configFile} has version ${formatVersion}, which containerd does not know`;
      return {
        actual: `version ${formatVersion}`,
        evidence: problems.length > 0 ? problems.map(({ source }) => source) : [wholeFile(configFile)],
        problems: [
          ...problems.map(({ message }) => ({ message })),
          ...problem(![1, 2, 3].includes(formatVersion), strange),
        ],
      };
    },
  },
  {
    name: "socket-permissions",
    title: "containerd's socket is root's alone",
    why: "Whoever can write to the socket is root on this machine.",
    remedy:
      "Set gid = 0 under [grpc] in containerd's configuration, chown root:root and chmod 660 on the socket.",
    severity: "critical",
    expected: "0660 or less, root:root",
    fixable: true,
    always: true,
    judge: ({ socket }) =>
      socket === undefined
        ? "containerd's socket is not there: it does not run"
        : owned(socket.path, socket.stat, 0o660, true),
  },
  {
    name: "tcp-address",
    title: "containerd does not listen on TCP",
    why: "Whoever reaches that port is root on this machine.",
    remedy: "Take tcp_address out of [grpc].",
    severity: "critical",
    expected: "not set",
    judge: (containerd) => {
      const setting = containerd.setting("grpc", "tcp_address");
      const value = text(setting?.value);
      const problems = problem(value !== "", `containerd's API listens on ${value}`);
      return { actual: value || "not set", evidence: [setting?.source], problems };
    },
  },
  {
    name: "debug-socket",
    title: "containerd's debug socket is off or on a socket of root's",
    why: "The debug interface shows memory and internals of a process that runs as root.",
    remedy: "Take address out of [debug], or give it a path under /run/containerd with uid and gid 0.",
    severity: "medium",
    expected: "not set, or a socket of root's",
    judge: debugSocket,
  },
  {
    name: "privileged_without_host_devices",
    title: "Privileged containers do not get the node's devices",
    why: "A privileged container with the node's disks reads and changes everything on them.",
    remedy:
      "Set privileged_without_host_devices = true for each runtime, where no workload needs the devices.",
    severity: "medium",
    expected: "true for every runc runtime",
    judge: privileged,
  },
  {
    name: "unset-seccomp-profile",
    title: "Containers that name no seccomp profile get one",
    why: "Without it a container without a profile may make every system call.",
    remedy:
      'Set unset_seccomp_profile = "runtime/default" for the CRI plugin, or seccompDefault: true for the kubelet.',
    severity: "medium",
    expected: "set",
    judge: (containerd) => {
      const setting = containerd.cri("unset_seccomp_profile");
      const value = text(setting?.value);
      const open = value === "" || value === "unconfined";
      const problems = problem(open, `unset_seccomp_profile is ${value || "not set"}`);
      return { actual: value || "not set", evidence: [setting?.source], problems };
    },
  },
  {
    name: "disable_apparmor",
    title: "containerd applies AppArmor profiles",
    why: "With AppArmor off every container runs unconfined by it, whatever its pod asks.",
    remedy: "Take disable_apparmor out of the CRI plugin's section.",
    severity: "high",
    expected: "false",
    judge: (containerd) => {
      const setting = containerd.cri("disable_apparmor");
      const off = setting?.value === true;
      const actual = setting === undefined ? "false (the default)" : String(off);
      return { actual, evidence: [setting?.source], problems: problem(off, "disable_apparmor is true") };
    },
  },
  {
    name: "runtimes",
    title: "Every runtime that containerd offers is on the node",
    why: "A pod that asks for a sandbox whose program is missing does not start, or somebody else's program is run.",
    remedy: "Install the program named, or take the runtime out of the configuration.",
    severity: "medium",
    expected: "each runtime's programs are there",
    judge: runtimes,
  },
  {
    name: "files.config",
    title: "containerd's configuration is root's alone to change",
    why: "Who writes the configuration chooses the program that starts every container as root.",
    remedy: "chown root:root and chmod 644 on the file.",
    severity: "high",
    expected: "0644 or less, owned by root",
    fixable: true,
    always: true,
    judge: ({ configFile, configStat }) =>
      configStat === undefined ? `${configFile} is not there` : owned(configFile, configStat, 0o644, false),
  },
];

export const settings = containerdChecks(rows);
