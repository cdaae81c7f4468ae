// The files of the operating system that have a mode of their own to keep: where they lie and what they are now.
import { known } from "../core/fact.js";
import { type AccessLists, accessLists } from "./access-lists.js";
import { type FileState, fileStates } from "./file-state.js";
import type { FactSource } from "./source.js";

/** Where each lies, by distribution; a `*` may stand in the last part. */
export const namedPaths = {
  passwd: ["/etc/passwd", "/etc/passwd-"],
  group: ["/etc/group", "/etc/group-"],
  shadow: ["/etc/shadow", "/etc/shadow-"],
  gshadow: ["/etc/gshadow", "/etc/gshadow-"],
  opasswd: ["/etc/security/opasswd", "/etc/security/opasswd.old"],
  shells: ["/etc/shells"],
  crontab: ["/etc/crontab"],
  "cron.hourly": ["/etc/cron.hourly"],
  "cron.daily": ["/etc/cron.daily"],
  "cron.weekly": ["/etc/cron.weekly"],
  "cron.monthly": ["/etc/cron.monthly"],
  "cron.yearly": ["/etc/cron.yearly"],
  "cron.d": ["/etc/cron.d"],
  "cron.allow": ["/etc/cron.allow", "/etc/cron.deny", "/usr/bin/crontab"],
  "at.allow": ["/etc/at.allow", "/etc/at.deny", "/usr/bin/at"],
  "grub.cfg": ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/grub2/user.cfg"],
  boot: ["/boot"],
  "System.map": ["/boot/System.map*"],
  motd: ["/etc/motd"],
  issue: ["/etc/issue"],
  "issue.net": ["/etc/issue.net"],
  crypttab: ["/etc/crypttab"],
  "ld.so.preload": ["/etc/ld.so.preload"],
  "ld.so.conf": ["/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.conf.d/*"],
  "pam.d": ["/etc/pam.d", "/etc/pam.d/*", "/etc/security", "/etc/security/*"],
  "sysctl.d": ["/etc/sysctl.conf", "/etc/sysctl.d", "/etc/sysctl.d/*"],
  profile: [
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/bashrc",
    "/etc/profile.d",
    "/etc/profile.d/*",
    "/etc/environment",
  ],
  firewall: [
    "/etc/nftables.conf",
    "/etc/nftables",
    "/etc/iptables",
    "/etc/sysconfig/nftables.conf",
    "/etc/ufw",
  ],
  "chrony.keys": ["/etc/chrony/chrony.keys", "/etc/chrony.keys"],
  "system-directories": [
    "/",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc",
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/local/lib",
    "/opt",
    "/opt/cni",
    "/opt/cni/bin",
    "/var",
    "/var/lib",
    "/var/spool",
    "/root",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type NamedFile = keyof typeof namedPaths;

export interface NamedFiles {
  /** What is there of a name's files; those that are absent too. */
  of(name: NamedFile): readonly FileState[];
  readonly accessLists: AccessLists;
}

export const namedFiles: FactSource<NamedFiles> = {
  title: "owner and mode of named files under /etc, /boot and the system directories",
  waits: true,
  async gather(host) {
    const names = Object.entries(namedPaths);
    const found = await Promise.all(names.map(([, patterns]) => fileStates(host, patterns)));
    const byName = new Map(names.map(([name], index) => [name, found[index] ?? []]));
    return known({
      of: (name) => byName.get(name) ?? [],
      accessLists: await accessLists(host, found.flat()),
    });
  },
};
