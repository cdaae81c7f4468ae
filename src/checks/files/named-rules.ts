// Which owner, group and mode each named file of the operating system may have, and why. Data; judged in named.ts.
import type { Severity } from "../../core/outcome.js";
import type { NamedFile } from "../../facts/named-files.js";
import type { ModeRule } from "../file-mode.js";

export interface NamedRule extends ModeRule {
  readonly title: string;
  readonly why: string;
  readonly severity: Severity;
  readonly breaks?: string;
}

const root = { groups: ["root"] } as const;
/** Debian keeps password hashes in group shadow; Red Hat in group root with mode 0000. */
const shadow = { mode: 0o640, groups: ["root", "shadow"], severity: "high" } as const;
const jobs = { ...root, severity: "medium" } as const;
const greeting = {
  ...root,
  mode: 0o644,
  severity: "low",
  why: "Who can write this text puts words into the mouth of the machine, before or after login.",
} as const;

function jobFolder(when: string): NamedRule {
  return {
    ...jobs,
    mode: 0o700,
    title: `The ${when} cron jobs are root's alone`,
    why: "Scripts in there run as root: who can write one is root, and who can read one learns what runs when.",
  };
}

/** The table of `files.<name>`; cron.allow and at.allow have a file of their own (allow-lists.ts). */
export const namedRules: Readonly<Record<Exclude<NamedFile, "cron.allow" | "at.allow">, NamedRule>> = {
  passwd: {
    ...root,
    mode: 0o644,
    severity: "high",
    title: "The user database is written by root alone",
    why: "A line in /etc/passwd with user id 0 is another root.",
  },
  group: {
    ...root,
    mode: 0o644,
    severity: "high",
    title: "The group database is written by root alone",
    why: "Who can put a name into a group gets all that the group may do, root's rights among it.",
  },
  shadow: {
    ...shadow,
    title: "Password hashes are read by root alone",
    why: "A hash that can be read can be guessed at leisure on another machine.",
  },
  gshadow: {
    ...shadow,
    title: "Group password hashes are read by root alone",
    why: "A group password that is guessed gives the rights of the group.",
  },
  opasswd: {
    ...root,
    mode: 0o600,
    severity: "high",
    title: "Hashes of former passwords are read by root alone",
    why: "Former passwords tell how the next one will look, and are often still in use elsewhere.",
  },
  shells: {
    ...root,
    mode: 0o644,
    severity: "low",
    title: "The list of login shells is written by root alone",
    why: "Programs take the list as the list of what may be a shell.",
  },
  crontab: {
    ...jobs,
    mode: 0o600,
    title: "The system's crontab is root's alone",
    why: "Its lines run as whomever they name, root included.",
  },
  "cron.hourly": jobFolder("hourly"),
  "cron.daily": jobFolder("daily"),
  "cron.weekly": jobFolder("weekly"),
  "cron.monthly": jobFolder("monthly"),
  "cron.yearly": jobFolder("yearly"),
  "cron.d": jobFolder("packages'"),
  "grub.cfg": {
    ...root,
    mode: 0o600,
    severity: "medium",
    title: "The boot menu is read and written by root alone",
    why: "It decides which kernel starts with which options, and may hold the hash of the boot password.",
    breaks: "`update-grub` writes the file anew and may give it mode 0444 again.",
  },
  boot: {
    ...root,
    mode: 0o755,
    severity: "medium",
    title: "The boot directory is written by root alone",
    why: "Who can write there chooses the kernel of the next boot.",
  },
  "System.map": {
    ...root,
    mode: 0o600,
    severity: "low",
    title: "The kernel's symbol tables are read by root alone",
    why: "The addresses of the kernel's functions save the author of an exploit the guessing.",
  },
  motd: { ...greeting, title: "The message of the day is written by root alone" },
  issue: { ...greeting, title: "The greeting of the console is written by root alone" },
  "issue.net": { ...greeting, title: "The greeting of remote logins is written by root alone" },
  crypttab: {
    ...root,
    mode: 0o600,
    severity: "low",
    title: "The table of encrypted disks is read by root alone",
    why: "It names the files that hold their keys.",
  },
  "ld.so.preload": {
    ...root,
    mode: 0o644,
    severity: "high",
    title: "The list of libraries loaded into every program is written by root alone",
    why: "A library named there runs inside every program, set-user-id ones included.",
  },
  "ld.so.conf": {
    ...root,
    mode: 0o755,
    severity: "high",
    title: "The places of shared libraries are decided by root alone",
    why: "A directory named there can put another library in the place of the system's.",
  },
  "pam.d": {
    ...root,
    mode: 0o755,
    severity: "high",
    title: "The rules of logging in are written by root alone",
    why: "One line in a PAM file lets anybody in without a password.",
  },
  "sysctl.d": {
    ...root,
    mode: 0o755,
    severity: "medium",
    title: "The kernel settings of the next boot are written by root alone",
    why: "kernel.core_pattern alone is enough to run a program as root.",
  },
  profile: {
    ...root,
    mode: 0o755,
    severity: "high",
    title: "What every login shell runs first is written by root alone",
    why: "Root's own shell runs these files too.",
  },
  firewall: {
    ...root,
    mode: 0o755,
    severity: "medium",
    title: "The firewall's files are written by root alone",
    why: "Who can write them opens any port at the next reload.",
  },
  "chrony.keys": {
    mode: 0o640,
    groups: ["root", "_chrony", "chrony"],
    severity: "medium",
    title: "The keys of the time servers are read by root and chrony alone",
    why: "With the key anybody can pose as the time server, and certificates expire or live on at will.",
  },
  "system-directories": {
    mode: 0o755,
    groups: ["root"],
    severity: "high",
    title: "The system's directories are written by root alone",
    why: "Who can write a directory can replace what is in it, whomever the files belong to.",
  },
};
