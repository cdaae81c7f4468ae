// The files that root runs or obeys: units and their programs, cron jobs, login scripts, what kubelet and runtime execute.
// For each the place that names it; who can change it is another question (path-trust.ts).
import { parseCrontab, programsOf } from "../formats/crontab.js";
import type { Host } from "../host/host.js";
import { fileStates } from "./file-state.js";
import type { Ask } from "./source.js";
import type { Unit } from "./units.js";
import { units } from "./units.js";

export interface RootRun {
  readonly path: string;
  /** `unit kubelet.service`, `cron`, `login`, … */
  readonly by: string;
}

export interface RootRuns {
  readonly files: readonly RootRun[];
  readonly unread: readonly string[];
}

const cronTables = ["/etc/crontab", "/etc/anacrontab", "/etc/cron.d/*"];
const ownTables = ["/var/spool/cron/crontabs/root", "/var/spool/cron/root"];

/** Files that root's programs run or obey whoever starts them; a `*` may stand in the last part. */
const places: readonly (readonly [string, readonly string[]])[] = [
  [
    "cron",
    [
      "/etc/cron.hourly/*",
      "/etc/cron.daily/*",
      "/etc/cron.weekly/*",
      "/etc/cron.monthly/*",
      "/etc/cron.yearly/*",
    ],
  ],
  [
    "root's login",
    [
      "/etc/profile",
      "/etc/profile.d/*",
      "/etc/bash.bashrc",
      "/etc/bashrc",
      "/etc/environment",
      "/root/.profile",
      "/root/.bash_profile",
      "/root/.bashrc",
      "/root/.ssh/rc",
      "/etc/update-motd.d/*",
    ],
  ],
  [
    "every login",
    [
      "/etc/pam.d/*",
      "/etc/security/*",
      "/etc/passwd",
      "/etc/group",
      "/etc/shadow",
      "/etc/sudoers",
      "/etc/sudoers.d/*",
      "/etc/ssh/sshd_config",
      "/etc/ssh/sshd_config.d/*",
    ],
  ],
  ["every program", ["/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d/*", "/etc/ld.so.cache"]],
  [
    "the boot",
    [
      "/etc/rc.local",
      "/etc/init.d/*",
      "/etc/fstab",
      "/etc/crypttab",
      "/etc/modules",
      "/etc/modprobe.d/*",
      "/etc/modules-load.d/*",
      "/etc/sysctl.conf",
      "/etc/sysctl.d/*",
      "/etc/udev/rules.d/*",
      "/boot/grub/grub.cfg",
      "/boot/grub2/grub.cfg",
    ],
  ],
  [
    "the package manager",
    [
      "/etc/apt/apt.conf.d/*",
      "/etc/apt/sources.list",
      "/etc/apt/sources.list.d/*",
      "/etc/kernel/postinst.d/*",
      "/etc/yum.repos.d/*",
    ],
  ],
  [
    "the network",
    [
      "/etc/NetworkManager/dispatcher.d/*",
      "/etc/networkd-dispatcher/routable.d/*",
      "/etc/network/interfaces",
      "/etc/network/if-up.d/*",
    ],
  ],
  [
    "the kubelet",
    [
      "/etc/kubernetes/manifests",
      "/etc/kubernetes/manifests/*",
      "/var/lib/rancher/k3s/agent/pod-manifests",
      "/var/lib/rancher/rke2/agent/pod-manifests/*",
      "/var/lib/kubelet/config.yaml",
      "/var/lib/kubelet/kubeadm-flags.env",
      "/etc/default/kubelet",
      "/usr/libexec/kubernetes/kubelet-plugins/volume/exec",
    ],
  ],
  [
    "the container runtime",
    [
      "/opt/cni/bin/*",
      "/etc/cni/net.d/*",
      "/etc/containerd/config.toml",
      "/etc/crio/crio.conf",
      "/etc/docker/daemon.json",
      "/usr/local/bin/containerd",
      "/usr/local/sbin/runc",
      "/usr/bin/runc",
      "/usr/sbin/runc",
    ],
  ],
];

const execKeys = [
  "ExecStartPre",
  "ExecStart",
  "ExecStartPost",
  "ExecReload",
  "ExecStop",
  "ExecStopPost",
] as const;

function runsAsRoot(unit: Unit): boolean {
  const user = unit.last("Service", "User")?.value ?? "";
  const dynamic = unit.last("Service", "DynamicUser")?.value ?? "";
  return (user === "" || user === "root" || user === "0") && !/^(?:1|yes|true|on)$/i.test(dynamic);
}

/** The unit's own files, and the programs of it that run as root: all of them, or those with a `+` or `!`. */
async function ofUnit(unit: Unit): Promise<RootRuns> {
  const by = `unit ${unit.name}`;
  const execs = unit.name.endsWith(".service")
    ? await Promise.all(execKeys.map((key) => unit.exec(key)))
    : [];
  const asRoot = runsAsRoot(unit);
  const programs = execs
    .flatMap(({ commands }) => commands)
    .filter(({ prefix }) => asRoot || /[+!]/.test(prefix))
    .map(({ words }) => words[0]?.text ?? "");
  const paths = [unit.fragment, ...unit.dropIns, ...programs].filter((path) => path.startsWith("/"));
  return { files: paths.map((path) => ({ path, by })), unread: unit.unread };
}

async function ofUnits(ask: Ask): Promise<RootRuns> {
  const all = await ask(units);
  if (all.state === "absent") return { files: [], unread: [] };
  if (all.state === "error") return { files: [], unread: [all.reason] };
  const { names, get } = all.value;
  const loaded = (await Promise.all(names.map(get))).filter((unit) => unit !== undefined && !unit.masked);
  const unique = new Map(loaded.flatMap((unit) => (unit === undefined ? [] : [[unit.name, unit] as const])));
  const parts = await Promise.all([...unique.values()].map(ofUnit));
  return { files: parts.flatMap(({ files }) => files), unread: parts.flatMap(({ unread }) => unread) };
}

/** Tables of root's jobs, and the programs that their lines plainly name. */
async function ofCron(host: Host): Promise<RootRuns> {
  const tables = await fileStates(host, [...cronTables, ...ownTables]);
  const unread: string[] = [];
  const files: RootRun[] = [];
  for (const table of tables) {
    if (table.state === "absent") continue;
    const read = await host.read(table.path);
    if (read.state !== "ok") {
      unread.push(read.reason);
      continue;
    }
    files.push({ path: table.path, by: "cron" });
    const jobs = parseCrontab(table.path, read.text, !ownTables.includes(table.path));
    for (const { user, command } of jobs)
      if (user === "" || user === "root")
        files.push(...programsOf(command).map((path) => ({ path, by: "cron" })));
  }
  return { files, unread };
}

/** `|/usr/lib/systemd/systemd-coredump %P`: the kernel runs it as root at every crash (core(5)). */
async function ofKernel(host: Host): Promise<RootRuns> {
  const pattern = await host.read("/proc/sys/kernel/core_pattern");
  if (pattern.state !== "ok") return { files: [], unread: [] };
  const program = /^\|\s*(\/\S+)/.exec(pattern.text)?.[1];
  return {
    files: program === undefined ? [] : [{ path: program, by: "the kernel, at a crash" }],
    unread: [],
  };
}

async function ofPlaces(host: Host): Promise<RootRuns> {
  const parts = await Promise.all(
    places.map(async ([by, patterns]) => ({ by, states: await fileStates(host, patterns) })),
  );
  return {
    files: parts.flatMap(({ by, states }) =>
      states.flatMap((state) => (state.state === "ok" ? [{ path: state.path, by }] : [])),
    ),
    unread: parts.flatMap(({ states }) =>
      states.flatMap((state) => (state.state === "ok" || state.state === "absent" ? [] : [state.reason])),
    ),
  };
}

/** Every file that root runs or obeys, each with who makes it so. */
export async function rootRuns(host: Host, ask: Ask): Promise<RootRuns> {
  const parts = await Promise.all([ofUnits(ask), ofCron(host), ofKernel(host), ofPlaces(host)]);
  return { files: parts.flatMap(({ files }) => files), unread: parts.flatMap(({ unread }) => unread) };
}
