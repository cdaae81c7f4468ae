// The checks on the settings of containerd's CRI plugin, a row a check: what the kubelet's containers are given.
import type { Containerd } from "../../facts/containerd.js";
import {
  type DaemonFinding,
  type DaemonRow,
  daemonChecks,
  handlersFound,
  problemIf,
  unprivilegedWhy,
} from "../daemon-row.js";

type Row = DaemonRow<Containerd>;

const criOff = "the CRI plugin is switched off: the kubelet's containers are another runtime's";

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Is containerd's own runtime `runc` there beside those of the files? Up to 1.7 their table replaces it. */
function ownRunc({ runtimes, major, cri: setting }: Containerd): boolean {
  if (runtimes.some(({ name }) => name === "runc")) return false;
  const usual = text(setting("containerd", "default_runtime_name")?.value);
  return runtimes.length === 0 || major === 2 || usual === "" || usual === "runc";
}

function privileged(containerd: Containerd): DaemonFinding {
  const ofRunc = containerd.runtimes
    .filter(({ type }) => type === "" || type.includes(".runc."))
    .map(({ name, setting }) => [name, setting("privileged_without_host_devices")] as const);
  const settings = [...ofRunc, ...(ownRunc(containerd) ? [["runc", undefined] as const] : [])];
  const open = settings.filter(([, setting]) => setting?.value !== true).map(([name]) => name);
  return {
    actual: open.length === 0 ? "true" : `not set for ${open.join(", ")}`,
    evidence: settings.map(([, setting]) => setting?.source),
    problems: open.map((name) => ({
      message: `privileged containers of the runtime ${name} get every device of the node`,
    })),
  };
}

/** A boolean of the CRI plugin that must be `wanted`; its default depends on containerd's version. */
function criBoolean(key: string, wanted: boolean, fallback: (major: number) => boolean): Row["judge"] {
  return (containerd) => {
    if (containerd.criDisabled !== undefined) return criOff;
    const setting = containerd.cri(key);
    if (typeof setting?.value === "boolean")
      return {
        actual: String(setting.value),
        evidence: [setting.source],
        problems: problemIf(setting.value !== wanted, `${key} is ${setting.value}`),
      };
    const { major } = containerd;
    if (major === undefined && fallback(1) !== fallback(2))
      return {
        actual: "not set",
        evidence: [],
        problems: [],
        unknowns: [`${key} is not set, and its default depends on containerd's version, which is not known`],
      };
    const value = fallback(major ?? 2);
    return {
      actual: `${value} (the default)`,
      evidence: [],
      problems: problemIf(value !== wanted, `${key} is not set and defaults to ${value}`),
    };
  };
}

const rows: readonly Row[] = [
  {
    name: "privileged_without_host_devices",
    title: "Privileged containers do not get the node's devices",
    why: "A privileged container with the node's disks reads and changes everything on them.",
    remedy:
      "Set privileged_without_host_devices = true for each runtime, where no workload needs the devices.",
    severity: "medium",
    expected: "true for every runc runtime",
    judge: (containerd) => (containerd.criDisabled === undefined ? privileged(containerd) : criOff),
  },
  {
    name: "unset-seccomp-profile",
    title: "Containers for which no seccomp profile is asked get one",
    why: "Without it a container without a profile may make every system call.",
    remedy:
      'Set unset_seccomp_profile = "runtime/default" for the CRI plugin, or seccompDefault: true for the kubelet.',
    severity: "medium",
    expected: "set",
    judge: (containerd) => {
      if (containerd.criDisabled !== undefined) return criOff;
      const setting = containerd.cri("unset_seccomp_profile");
      const value = text(setting?.value);
      const open = value === "" || value === "unconfined";
      const problems = problemIf(open, `unset_seccomp_profile is ${value || "not set"}`);
      const notes = [
        "the kubelet asks for none by name where a pod names none: for its pods kubelet.seccomp-default decides",
      ];
      return { actual: value || "not set", evidence: [setting?.source], problems, notes };
    },
  },
  {
    name: "disable_apparmor",
    title: "containerd applies AppArmor profiles",
    why: "With AppArmor off every container runs unconfined by it, whatever its pod asks.",
    remedy: "Take disable_apparmor out of the CRI plugin's section.",
    severity: "high",
    expected: "false",
    judge: criBoolean("disable_apparmor", false, () => false),
  },
  {
    name: "runtimes",
    title: "Every runtime that containerd offers is on the node",
    why: "A pod that asks for a sandbox whose program is missing does not start, or somebody else's program is run.",
    remedy: "Install the program named, or take the runtime out of the configuration.",
    severity: "medium",
    expected: "each runtime's programs are there",
    judge: ({ runtimes, criDisabled }) => (criDisabled === undefined ? handlersFound(runtimes) : criOff),
  },
  {
    name: "enable_unprivileged_ports",
    title: "Containers listen on low ports without a capability",
    why: unprivilegedWhy,
    remedy: "Set enable_unprivileged_ports = true for the CRI plugin, as containerd 2 does by itself.",
    severity: "low",
    expected: "true",
    judge: criBoolean("enable_unprivileged_ports", true, (major) => major >= 2),
  },
  {
    name: "enable_unprivileged_icmp",
    title: "Containers ping without a capability",
    why: unprivilegedWhy,
    remedy: "Set enable_unprivileged_icmp = true for the CRI plugin, as containerd 2 does by itself.",
    severity: "low",
    expected: "true",
    judge: criBoolean("enable_unprivileged_icmp", true, (major) => major >= 2),
  },
];

export const cri = daemonChecks("containerd", rows);
