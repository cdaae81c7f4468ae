// Which group a change belongs to, by its path or action: tables. A group has one validator and one reaction.
import type { GroupName } from "../core/plan.js";
import type { ActionName } from "../core/step.js";

/** By the domain of the check: these programs keep their settings wherever their flags say. */
const byDomain: readonly (readonly [RegExp, GroupName])[] = [
  [/^kubelet\./, "kubelet"],
  [/^(?:apiserver|controller-manager|scheduler|etcd)\./, "control-plane"],
  [/^(?:docker|containerd|crio|runc)\./, "runtime"],
];

const byPath: readonly (readonly [RegExp, GroupName])[] = [
  [/^\/etc\/apparmor(?:\.d)?\/|\/seccomp\//, "profiles"],
  [/^\/etc\/sudoers(?:$|[-.])/, "sudo"],
  [/^\/etc\/ssh\//, "sshd"],
  [/^\/etc\/(?:pam\.d|security|profile\.d)\//, "accounts"],
  [
    /^\/etc\/(?:passwd|group|shadow|gshadow|login\.defs|profile|bash\.bashrc|bashrc|adduser\.conf)$/,
    "accounts",
  ],
  [/^\/etc\/default\/useradd$/, "accounts"],
  [/^\/etc\/(?:modules-load\.d\/|modules$)/, "modules-needed"],
  [/^\/etc\/(?:sysctl\.d\/|sysctl\.conf$|ufw\/sysctl\.conf$)/, "sysctl"],
  [/^\/etc\/modprobe\.d\//, "modules-blocked"],
  [/^\/etc\/ufw\/ufw\.conf$/, "ufw-enable"],
  [/^\/etc\/(?:ufw\/|default\/ufw$)/, "ufw-rules"],
  [/^\/etc\/(?:fstab$|systemd\/system\/[^/]+\.mount(?:\.d\/|$))/, "mounts"],
  [/^\/etc\/default\/grub(?:$|\.d\/)|^\/boot\//, "boot"],
  [/^\/etc\/(?:systemd\/journald\.conf|rsyslog\.(?:conf$|d\/)|audit\/)/, "logging"],
  [/^\/etc\/(?:apt|dnf|yum|yum\.repos\.d)\//, "packages"],
  [/^\/etc\/kubernetes\/manifests\//, "control-plane"],
  [/^\/etc\/(?:docker|containerd|crio)\//, "runtime"],
  [/^\/etc\/systemd\/system(?:\.conf|\/)/, "services"],
];

/**
 * The group of a change to the content of a file, or to its attributes alone. Modes and owners need no reaction, except
 * that sudo refuses files with wrong ones.
 */
export function groupOfFile(path: string, checks: readonly string[], attributesOnly: boolean): GroupName {
  if (attributesOnly) return /^\/etc\/sudoers/.test(path) ? "sudo" : "file-modes";
  const domain = byDomain.find(([pattern]) => checks.some((check) => pattern.test(check)));
  const group = byPath.find(([pattern]) => pattern.test(path));
  return domain?.[1] ?? group?.[1] ?? "other";
}

const byAction: Readonly<Partial<Record<ActionName, GroupName>>> = {
  "load-apparmor-profile": "profiles",
  "unload-apparmor-profile": "profiles",
  "load-module": "modules-needed",
  "unload-module": "modules-blocked",
  "set-sysctl": "sysctl",
  "enable-ufw": "ufw-enable",
  "unload-ufw": "ufw-enable",
  remount: "mounts",
  "set-socket-mode": "file-modes",
  "set-socket-owner": "file-modes",
};

const byUnit: readonly (readonly [RegExp, GroupName])[] = [
  [/^ufw\.service$/, "ufw-enable"],
  [/^apparmor\.service$/, "profiles"],
  [/^(?:auditd|rsyslog|systemd-journald)\./, "logging"],
  [/^(?:apt-daily|unattended-upgrades|dnf-automatic|dnf5-automatic)/, "packages"],
];

export function groupOfAction(action: ActionName, args: readonly string[]): GroupName {
  const unit = byUnit.find(([pattern]) => pattern.test(args[0] ?? ""));
  return byAction[action] ?? unit?.[1] ?? "services";
}
