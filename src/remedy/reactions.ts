// What a changed group requires: who judges its files, who must take them up, and how it is seen that all is well. A table
// by group; it runs nothing.
import type { FileChange, Group, GroupName } from "../core/plan.js";
import type { HostAction } from "../host/actions.js";
import { accountsRead, kubeletReads, manifestReads, sysctlReads } from "./readable.js";

export interface Call {
  readonly action: HostAction;
  readonly args: readonly string[];
}

export type Health =
  /** The kernel has the rules of ufw's files, where ufw is on. */
  | { readonly kind: "ufw" }
  | { readonly kind: "unit"; readonly unit: string }
  | { readonly kind: "sshd" }
  | { readonly kind: "kubelet" }
  /** Static pods answer again: those of the control plane, whose manifests the kubelet watches. */
  | { readonly kind: "control-plane" };

export interface Reaction {
  /** Judges the text of a new file, where no program does: a sentence on what the reader would refuse. */
  readable(path: string, text: string): string | undefined;
  /** Judges a new file that is not yet in its place. */
  staged(path: string, stagedAs: string): Call | undefined;
  /** Judge the files in their places: before anything changes, to know that they can, and after. */
  readonly validate: readonly Call[];
  /** What works before the change must work with it, where the files are in their places; what does not, tells nothing. */
  readonly proofs: readonly Call[];
  /** What takes the change up, in order: reload before restart, each once. Those of units only where the unit runs. */
  readonly react: readonly Call[];
  readonly health: readonly Health[];
  /** What must be seen of the change once it is taken up. Not asked before: it may be what is to be repaired. */
  readonly effects: readonly Health[];
  /** The files one after the other, each taken up and well before the next. */
  readonly oneByOne: boolean;
}

/** The units of this machine that run, as far as reactions ask. */
export type Runs = (unit: string) => boolean;

type Files = readonly FileChange[];
type Row = (files: Files, runs: Runs, group: Group) => Partial<Reaction>;

function call(action: HostAction, ...args: readonly string[]): Call {
  return { action, args };
}

function has(files: Files, pattern: RegExp): boolean {
  return files.some(({ path }) => pattern.test(path));
}

/** The first that runs. */
function running(runs: Runs, units: readonly string[]): readonly string[] {
  return units.filter(runs).slice(0, 1);
}

const sshUnits = ["ssh.service", "sshd.service"];
/** Where systemd listens, sshd starts with whoever comes next (Ubuntu's default), or anew for each. */
const sshSockets = ["ssh.socket", "sshd.socket"];

export const kubeletUnits = [
  "kubelet.service",
  "k3s.service",
  "k3s-agent.service",
  "rke2-server.service",
  "rke2-agent.service",
  "snap.microk8s.daemon-kubelite.service",
  "snap.kubelet-eks.daemon.service",
];

/** Units whose own files are changed are read again before they are acted on. */
function reloadSystemd(files: Files): readonly Call[] {
  return has(files, /^\/(?:etc|run)\/systemd\/system(?:\/|\.conf)|^\/etc\/fstab$/)
    ? [call("reload-systemd")]
    : [];
}

/** Units of which a file is written, and not one that masks them. */
function unitProofs(files: Files): readonly Call[] {
  const names = files.flatMap(({ path, wanted }) => {
    const [, name] = /^\/etc\/systemd\/system\/([^/]+\.[a-z]+?)(?:\.d\/[^/]+\.conf)?$/.exec(path) ?? [];
    return name === undefined || wanted.state !== "file" ? [] : [name];
  });
  return [...new Set(names)].map((name) => call("check-unit", name));
}

function restart(files: Files, runs: Runs, units: readonly string[]): Partial<Reaction> {
  const found = units.filter(runs);
  return {
    proofs: unitProofs(files),
    react: [...reloadSystemd(files), ...found.map((unit) => call("restart-unit", unit))],
    health: found.map((unit) => ({ kind: "unit", unit })),
  };
}

const sudo: Row = (files) => ({
  staged: (_path, stagedAs) => call("check-sudoers-file", stagedAs),
  validate: files.length > 0 ? [call("check-sudoers")] : [],
});

const sshd: Row = (files, runs) => {
  if (files.length === 0) return {};
  const units = running(runs, sshUnits);
  return {
    validate: [call("make-sshd-directory"), call("check-sshd")],
    react: units.map((unit) => call("reload-unit", unit)),
    health: [
      ...units.map((unit) => ({ kind: "unit" as const, unit })),
      ...(units.length > 0 || sshSockets.some(runs) ? [{ kind: "sshd" as const }] : []),
    ],
  };
};

const ufwRules: Row = (files) => ({
  staged: (path, stagedAs) =>
    /^\/etc\/ufw\/(?:user|before|after)(6?)\.rules$/.test(path)
      ? call(path.endsWith("6.rules") ? "check-ufw-rules6" : "check-ufw-rules", stagedAs)
      : undefined,
  // ufw itself passes it over while it is off.
  react: files.length > 0 ? [call("reload-ufw")] : [],
  effects: files.length > 0 ? [{ kind: "ufw" }] : [],
});

const ufwEnable: Row = (files, _runs, { live }) => ({
  // Who switches it on loads everything.
  react: files.length > 0 && live.every(({ action }) => action !== "enable-ufw") ? [call("reload-ufw")] : [],
  // `ufw enable` says nothing of rules that could not be loaded where the file has ENABLED=yes already (ufw/frontend.py).
  effects: [{ kind: "ufw" }],
});

const logging: Row = (files, runs) => {
  const rules = has(files, /^\/etc\/audit\/(?:rules\.d\/|audit\.rules$)/) && runs("auditd.service");
  const daemon = has(files, /^\/etc\/audit\/auditd\.conf$/) ? running(runs, ["auditd.service"]) : [];
  const others = [
    ...(has(files, /^\/etc\/systemd\/journald\.conf/) ? ["systemd-journald.service"] : []),
    ...(has(files, /^\/etc\/rsyslog/) ? ["rsyslog.service"] : []),
  ].filter(runs);
  return {
    react: [
      ...(rules ? [call("load-audit-rules")] : []),
      ...daemon.map((unit) => call("hang-up-unit", unit)),
      ...others.map((unit) => call("restart-unit", unit)),
    ],
    health: [...daemon, ...others].map((unit) => ({ kind: "unit", unit })),
  };
};

const kubelet: Row = (files, runs) => {
  const units = files.length > 0 ? running(runs, kubeletUnits) : [];
  const made = restart(files, runs, units);
  return {
    ...made,
    readable: kubeletReads,
    health: [...(made.health ?? []), ...(units.length > 0 ? [{ kind: "kubelet" as const }] : [])],
  };
};

const rows: Readonly<Partial<Record<GroupName, Row>>> = {
  profiles: () => ({
    staged: (path, stagedAs) =>
      /^\/etc\/apparmor\.d\/[^/]+$/.test(path) ? call("check-apparmor", stagedAs) : undefined,
  }),
  sudo,
  accounts: (files) => ({
    readable: accountsRead,
    // A login as it is made: with PAM's stacks and what their modules are told.
    proofs: has(files, /^\/etc\/(?:pam\.d|security)\/|^\/etc\/login\.defs$/) ? [call("check-login")] : [],
  }),
  sshd,
  sysctl: () => ({ readable: sysctlReads }),
  "ufw-rules": ufwRules,
  "ufw-enable": ufwEnable,
  services: (files) => ({ proofs: unitProofs(files), react: reloadSystemd(files) }),
  mounts: (files) => ({
    validate: has(files, /^\/etc\/fstab$/) ? [call("check-fstab")] : [],
    proofs: unitProofs(files),
    react: reloadSystemd(files),
  }),
  logging,
  "control-plane": (files, runs) => ({
    readable: manifestReads,
    oneByOne: true,
    health: files.length > 0 && kubeletUnits.some(runs) ? [{ kind: "control-plane" }] : [],
  }),
  kubelet,
  runtime: (files, runs) => ({
    ...restart(files, runs, [
      ...(has(files, /containerd/) ? ["containerd.service"] : []),
      ...(has(files, /crio/) ? ["crio.service"] : []),
      ...(has(files, /docker/) ? ["docker.service"] : []),
    ]),
  }),
};

/** Of what nobody has to take up, and of what lies in an image. */
export const noReaction: Reaction = {
  readable: () => undefined,
  staged: () => undefined,
  validate: [],
  proofs: [],
  react: [],
  health: [],
  effects: [],
  oneByOne: false,
};

/** Units that the reactions of `group` may speak of. */
export const unitsAsked: readonly string[] = [
  ...sshUnits,
  ...sshSockets,
  ...kubeletUnits,
  "auditd.service",
  "systemd-journald.service",
  "rsyslog.service",
  "containerd.service",
  "crio.service",
  "docker.service",
];

export function reactionOf(group: Group, runs: Runs): Reaction {
  // Modes and owners of files need nobody to read them again.
  const content = group.files.filter(
    ({ wanted }) => wanted.state !== "attributes" && wanted.state !== "directory",
  );
  const judged = group.name === "sudo" ? group.files : content;
  const found = rows[group.name]?.(judged, runs, group) ?? {};
  return { ...noReaction, ...found };
}
