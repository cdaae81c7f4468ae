// The settings that `Defaults` knows: type, release, and what is wrong with a value. Not what is in force (facts/sudo.ts).
import { type SudoVersion, sinceSudo } from "./sudoers-dialect.js";
import { commandTimeout } from "./sudoers-time.js";
import type { Setting } from "./sudoers-tree.js";

export type SettingType =
  | "flag"
  | "text"
  | "path"
  /** A path, `~`, or `*`. */
  | "directory"
  | "integer"
  | "count"
  | "mode"
  | "minutes"
  | "seconds"
  | "facility"
  | "priority"
  | "choice"
  | "list"
  | "limit";

export interface SettingKind {
  readonly type: SettingType;
  /** It can stand with `!` alone, which switches it off. */
  readonly canBeOff: boolean;
  readonly since: string;
  readonly choices: readonly string[];
}

const known = new Map<string, SettingKind>();

function add(type: SettingType, canBeOff: boolean, since: string, names: string): void {
  for (const name of names.split(" ")) known.set(name, { type, canBeOff, since, choices: [] });
}

function choose(name: string, canBeOff: boolean, since: string, choices: string): void {
  known.set(name, { type: "choice", canBeOff, since, choices: choices.split(" ") });
}

// sudoers(5), "SUDOERS OPTIONS"; releases from sudo's NEWS.
add(
  "flag",
  true,
  "1.8.0",
  "long_otp_prompt ignore_dot mail_always mail_badpass mail_no_user mail_no_host mail_no_perms tty_tickets " +
    "authenticate root_sudo log_host log_year shell_noargs set_home always_set_home path_info fqdn insults requiretty " +
    "env_editor rootpw runaspw targetpw use_loginclass set_logname stay_setuid preserve_groups passprompt_override " +
    "noexec ignore_local_sudoers closefrom_override setenv env_reset visiblepw pwfeedback fast_glob umask_override " +
    "log_input log_output compress_io use_pty set_utmp utmp_runas exec_background pam_setcred pam_session use_netgroups",
);
add("flag", true, "1.8.13", "mail_all_cmnds");
add("flag", true, "1.8.15", "sudoedit_checkdir sudoedit_follow always_query_group_plugin netgroup_tuple");
add(
  "flag",
  true,
  "1.8.18",
  "ignore_audit_errors ignore_iolog_errors ignore_logfile_errors match_group_by_gid",
);
add("flag", true, "1.8.20", "ignore_unknown_defaults user_command_timeouts iolog_flush");
add("flag", true, "1.8.21", "syslog_pid");
add("flag", true, "1.8.23", "case_insensitive_user case_insensitive_group pam_acct_mgmt");
add("flag", true, "1.8.29", "log_allowed log_denied runas_allow_unknown_id runas_check_shell");
add("flag", true, "1.9.0", "log_server_keepalive log_server_verify pam_ruser pam_rhost");
add("flag", true, "1.9.5", "selinux");
add(
  "flag",
  true,
  "1.9.8",
  "intercept log_subcmds log_exit_status intercept_authenticate intercept_allow_setid",
);
add("flag", true, "1.9.10", "noninteractive_auth log_passwords");
add("flag", true, "1.9.12", "log_stdin log_ttyin log_stdout log_stderr log_ttyout intercept_verify");
add("flag", true, "1.9.16", "pam_silent");
add("facility", true, "1.8.0", "syslog");
add("priority", true, "1.8.0", "syslog_goodpri syslog_badpri");
add("count", true, "1.8.0", "loglinelen");
add("count", false, "1.8.0", "passwd_tries");
add("count", false, "1.8.19", "syslog_maxlen");
add("integer", false, "1.8.0", "closefrom");
add("minutes", true, "1.8.0", "timestamp_timeout passwd_timeout");
add("mode", true, "1.8.0", "umask");
add("mode", false, "1.8.19", "iolog_mode");
add("path", true, "1.8.0", "lecture_file logfile mailerpath env_file");
add("path", true, "1.8.20", "restricted_env_file");
add("path", true, "1.9.0", "log_server_cabundle log_server_peer_cert log_server_peer_key");
add("path", false, "1.8.0", "timestampdir lecture_status_dir editor iolog_dir");
add("text", true, "1.8.0", "mailerflags mailto mailfrom exempt_group secure_path");
add("text", true, "1.8.19", "iolog_user iolog_group");
add("text", false, "1.8.0", "mailsub badpass_message timestampowner passprompt runas_default role type");
add(
  "text",
  false,
  "1.8.0",
  "sudoers_locale group_plugin iolog_file privs limitprivs pam_service pam_login_service maxseq",
);
add("text", false, "1.8.22", "authfail_message");
add("text", false, "1.9.9", "pam_askpass_service");
add("text", false, "1.9.11", "apparmor_profile");
add("text", false, "1.9.16", "cmddenial_message");
add("directory", true, "1.9.3", "runcwd runchroot");
add("directory", true, "1.9.6", "admin_flag");
add("list", true, "1.8.0", "env_check env_delete env_keep");
add("list", true, "1.9.0", "log_servers");
add("list", true, "1.9.10", "passprompt_regex");
add("seconds", true, "1.8.20", "command_timeout");
add("seconds", true, "1.9.0", "log_server_timeout");
add(
  "limit",
  true,
  "1.9.7",
  "rlimit_as rlimit_core rlimit_cpu rlimit_data rlimit_fsize rlimit_locks rlimit_memlock rlimit_nofile " +
    "rlimit_nproc rlimit_rss rlimit_stack",
);
choose("lecture", true, "1.8.0", "never once always");
choose("listpw", true, "1.8.0", "never any all always");
choose("verifypw", true, "1.8.0", "never all any always");
choose("fdexec", true, "1.8.20", "never digest_only always");
choose("timestamp_type", false, "1.8.21", "global ppid tty kernel");
choose("log_format", false, "1.9.4", "sudo json json_compact json_pretty");
choose("intercept_type", false, "1.9.11", "dso trace");

/** What sudo of this release knows of a setting; undefined for a name it does not know. */
export function settingKind(name: string, version: SudoVersion): SettingKind | undefined {
  const kind = known.get(name);
  return kind !== undefined && sinceSudo(version, kind.since) ? kind : undefined;
}

const facilities = /^(?:authpriv|auth|daemon|user|local[0-7])$/;
const priorities = /^(?:alert|crit|debug|emerg|err|info|notice|warning|none)$/;
const wholeLimit = /^(?:\d{1,19}|infinity)$/;
const largestCount = 2 ** 32 - 1;

function validMinutes(value: string): boolean {
  const match = /^[+-]?(\d*)(?:\.(?:\d{0,8}$|\d{9}.*))?$/s.exec(value);
  // 2^63 - 1 seconds are the most a timeout can be.
  return match !== null && Number(match[1]) * 60 < 2 ** 63;
}

function validLimit(value: string): boolean {
  if (value === "user" || value === "default") return true;
  const comma = value.indexOf(",");
  const parts = comma === -1 ? [value] : [value.slice(0, comma), value.slice(comma + 1)];
  return parts.every((part) => wholeLimit.test(part));
}

function validNumber(value: string, min: number, max: number): boolean {
  if (!/^\s*[+-]?\d+$/.test(value)) return false;
  return Number(value) >= min && Number(value) <= max;
}

/** Would sudo store `value` in a setting of this kind? */
function valid(kind: SettingKind, value: string, version: SudoVersion): boolean {
  switch (kind.type) {
    case "flag":
    case "text":
    case "list":
      return true;
    case "path":
      return value.startsWith("/");
    case "directory":
      return /^[/~]/.test(value) || value === "*";
    case "integer":
      return validNumber(value, -(2 ** 31), 2 ** 31 - 1);
    case "count":
      return validNumber(value, 0, largestCount);
    case "mode":
      return /^\s*\+?[0-7]+$/.test(value) && Number.parseInt(value, 8) <= 0o777;
    case "minutes":
      return validMinutes(value);
    case "seconds":
      return typeof commandTimeout(value) === "number";
    case "facility":
      return facilities.test(value);
    case "priority":
      return priorities.test(value);
    case "choice":
      if (value.startsWith("json_") && !sinceSudo(version, "1.9.16")) return false;
      return kind.choices.includes(value);
    case "limit":
      return validLimit(value);
  }
}

/** A setting without value: flags take it, some others as a switch. */
function bareProblem(setting: Setting, kind: SettingKind): string | undefined {
  if (kind.type === "flag" || (kind.type === "choice" && kind.canBeOff)) return undefined;
  if (kind.type === "facility") return undefined;
  if (setting.operator === "off" && (kind.canBeOff || kind.type === "choice")) return undefined;
  return `no value specified for "${setting.name}"`;
}

/** What visudo says against a setting; sudo itself leaves such a setting out (sudoers(5), "SUDOERS OPTIONS"). */
export function settingProblem(setting: Setting, version: SudoVersion): string | undefined {
  const { name, operator, value } = setting;
  const kind = settingKind(name, version);
  if (kind === undefined) return `unknown defaults entry "${name}"`;
  if (value === undefined) return bareProblem(setting, kind);
  const appends = operator === "+=" || operator === "-=";
  if (appends && kind.type !== "list" && sinceSudo(version, "1.9.8"))
    return `invalid operator "${operator}" for "${name}"`;
  if (kind.type === "flag") return `option "${name}" does not take a value`;
  return valid(kind, value, version) ? undefined : `value "${value}" is invalid for option "${name}"`;
}
