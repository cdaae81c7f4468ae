// The checks on what CRI-O gives containers by default, a row a check.
import { usualCapabilities } from "../../core/pod-capabilities.js";
import { printable } from "../../core/printable.js";
import type { Crio } from "../../facts/crio.js";
import {
  type DaemonFinding,
  type DaemonRow,
  daemonChecks,
  handlersFound,
  problemIf,
  unprivilegedWhy,
} from "../daemon-row.js";

const usual: readonly string[] = usualCapabilities;

const where = "in /etc/crio/crio.conf or a later file of /etc/crio/crio.conf.d, and restart crio";

/** CRI-O's own default is there beside the tables of the files, unless one of them has its name. */
function isDefaultLeft({ runtimes, text }: Crio): boolean {
  const { value } = text("runtime", "default_runtime", "");
  const names = value === "" ? ["crun", "runc"] : [value];
  return !runtimes.some(({ name }) => names.includes(name));
}

function privileged(crio: Crio): DaemonFinding {
  const { runtimes } = crio;
  const ofContainers = runtimes.filter(({ type }) => type === "oci");
  const open = ofContainers.filter((one) => !one.privilegedWithoutHostDevices);
  const message = (name: string) =>
    `privileged containers of the runtime ${printable(name)} get every device of the node`;
  if (ofContainers.length === 0)
    return { actual: "not set", evidence: [], problems: [{ message: message("that is CRI-O's default") }] };
  return {
    actual: open.length === 0 ? "true" : `not set for ${open.map(({ name }) => name).join(", ")}`,
    evidence: (open.length > 0 ? open : ofContainers).map(({ source }) => source),
    problems: [
      ...open.map(({ name }) => ({ message: message(name) })),
      ...(isDefaultLeft(crio) ? [{ message: message("that is CRI-O's default") }] : []),
    ],
  };
}

function seccomp({ seccompFiles }: Crio): DaemonFinding {
  const missing = seccompFiles.filter(({ strength }) => strength === "missing");
  const weak = seccompFiles.filter(({ strength }) => strength === "none" || strength === "allows-all");
  return {
    actual:
      seccompFiles.length === 0 ? "CRI-O's own profile" : seccompFiles.map(({ path }) => path).join(", "),
    evidence: seccompFiles.map(({ source }) => source),
    problems: weak.map(({ path, strength }) => ({
      message: `${path} ${strength === "none" ? "sets no filter" : "allows every system call"}, and pods that ask for RuntimeDefault get it`,
    })),
    notes: missing.map(({ path }) => `${path} is not there: CRI-O takes its own profile`),
  };
}

function capabilities(crio: Crio): DaemonFinding {
  const fallback = usual.filter((name) => name !== "NET_RAW" && name !== "SYS_CHROOT");
  const found = crio.list("runtime", "default_capabilities", fallback);
  const inherited = crio.boolean("runtime", "add_inheritable_capabilities", false);
  const more = found.value
    .map((name) => name.toUpperCase().replace(/^CAP_/, ""))
    .filter((name) => !usual.includes(name));
  return {
    actual: found.value.join(", ") || "none",
    evidence: [found.source, inherited.source],
    problems: [
      ...problemIf(more.length > 0, `every container is given ${printable(more.join(", "))}`),
      ...problemIf(inherited.value, "add_inheritable_capabilities lets programs pass capabilities on"),
    ],
  };
}

/** `net.ipv4.ip_unprivileged_port_start=0` among default_sysctls; the last of a key counts. */
function sysctl(crio: Crio, key: string, wanted: (value: string) => boolean): DaemonFinding {
  const { value, source } = crio.list("runtime", "default_sysctls", []);
  const own = value.map((one) => one.split("=")).findLast(([name = ""]) => name.trim() === key);
  const set = (own?.[1] ?? "").trim();
  return {
    actual: own === undefined ? "not set" : `${key}=${set}`,
    evidence: [source],
    problems: problemIf(
      !wanted(set),
      `default_sysctls ${own === undefined ? "does not set" : "does not open"} ${key}`,
    ),
  };
}

const rows: readonly DaemonRow<Crio>[] = [
  {
    name: "privileged_without_host_devices",
    title: "Privileged containers of CRI-O do not get the node's devices",
    why: "A privileged container with the node's disks reads and changes everything on them.",
    remedy: `Set privileged_without_host_devices = true for each table of crio.runtime.runtimes ${where}, where no workload needs the devices.`,
    severity: "medium",
    expected: "true for every runtime of the type oci",
    judge: privileged,
  },
  {
    name: "unset-seccomp-profile",
    title: "CRI-O's default seccomp profile is a filter",
    why: "RuntimeDefault is whatever CRI-O takes for it: a profile that filters nothing leaves every pod without one, and its pods look confined.",
    remedy: `Take seccomp_profile out of [crio.runtime], so that CRI-O uses its own, ${where}.`,
    severity: "high",
    expected: "CRI-O's own profile, or a file that filters",
    judge: seccomp,
  },
  {
    name: "disable_apparmor",
    title: "CRI-O applies AppArmor profiles",
    why: 'With apparmor_profile = "unconfined" every pod that asks for nothing runs unconfined.',
    remedy: `Take apparmor_profile out of [crio.runtime] ${where}.`,
    severity: "high",
    expected: "not unconfined",
    judge: (crio) => {
      const { value, source } = crio.text("runtime", "apparmor_profile", "");
      return {
        actual: value === "" ? "crio-default" : value,
        evidence: [source],
        problems: problemIf(value === "unconfined", "apparmor_profile is unconfined"),
      };
    },
  },
  {
    name: "runtimes",
    title: "Every runtime that CRI-O offers is on the node",
    why: "CRI-O drops a runtime whose program is missing: pods that ask for the sandbox do not start.",
    remedy: "Install the program named, or take the runtime out of the configuration.",
    severity: "medium",
    expected: "each runtime's programs are there",
    judge: ({ runtimes }) => handlersFound(runtimes),
  },
  {
    name: "default-capabilities",
    title: "CRI-O gives containers no capability beyond the usual",
    why: "What is given by default every pod has, without asking for it.",
    remedy: `Take the capabilities named out of default_capabilities under [crio.runtime] ${where}.`,
    severity: "high",
    expected: "none beyond the runtimes' usual ones, none inheritable",
    judge: capabilities,
  },
  {
    name: "enable_unprivileged_ports",
    title: "CRI-O's containers listen on low ports without a capability",
    why: unprivilegedWhy,
    remedy: `Add "net.ipv4.ip_unprivileged_port_start=0" to default_sysctls under [crio.runtime] ${where}.`,
    severity: "low",
    expected: "net.ipv4.ip_unprivileged_port_start=0",
    judge: (crio) => sysctl(crio, "net.ipv4.ip_unprivileged_port_start", (value) => value === "0"),
  },
  {
    name: "enable_unprivileged_icmp",
    title: "CRI-O's containers ping without a capability",
    why: unprivilegedWhy,
    remedy: `Add "net.ipv4.ping_group_range=0 2147483647" to default_sysctls under [crio.runtime] ${where}.`,
    severity: "low",
    expected: "net.ipv4.ping_group_range open to every group",
    judge: (crio) => sysctl(crio, "net.ipv4.ping_group_range", (value) => /^0\s+[1-9]\d*$/.test(value)),
  },
];

export const workloads = daemonChecks("crio", rows);
