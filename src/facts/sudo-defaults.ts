// What sudo does where no Defaults line says otherwise: by release, by implementation and by who built it. Reads nothing.
import { type Fact, failed, known } from "../core/fact.js";
import { type SudoVersion, sinceSudo } from "../formats/sudoers-dialect.js";
import type { Platform } from "./platform.js";

export interface SudoBuildFacts {
  readonly version: Fact<SudoVersion>;
  readonly implementation: "sudo" | "sudo-rs";
  readonly platform: Platform | undefined;
}

/** A flag as `true` or `false`, another setting as its text; undefined is switched off. */
export type BuiltIn = Fact<string | boolean | undefined>;

/** Flags that are on from the start (sudoers(5), "SUDOERS OPTIONS"). */
const onFlags = new Set([
  "authenticate",
  "env_reset",
  "root_sudo",
  "path_info",
  "set_logname",
  "pam_session",
  "pam_setcred",
  "pam_acct_mgmt",
  "set_utmp",
  "use_netgroups",
  "sudoedit_checkdir",
  "case_insensitive_user",
  "case_insensitive_group",
  "log_allowed",
  "log_denied",
]);

const texts: ReadonlyMap<string, string> = new Map([
  ["runas_default", "root"],
  ["syslog", "authpriv"],
  ["passwd_tries", "3"],
]);

/** Pseudo-terminals became the default with 1.9.14; sudo-rs has had them from the start. */
function usePty({ version, implementation }: SudoBuildFacts): BuiltIn {
  if (implementation === "sudo-rs") return known(true);
  return version.state === "known"
    ? known(sinceSudo(version.value, "1.9.14"))
    : failed(absentVersion(version));
}

function absentVersion(version: Exclude<Fact<SudoVersion>, { state: "known" }>): string {
  return `the release of sudo is not known: ${version.reason}`;
}

/** The value of a setting that no line sets. */
export function builtIn(name: string, facts: SudoBuildFacts): BuiltIn {
  if (name === "use_pty") return usePty(facts);
  if (name === "timestamp_timeout") {
    // Debian's build says 15 minutes (debian/rules, --with-timeout), and so does sudo-rs; sudo itself 5.
    const fifteen = facts.implementation === "sudo-rs" || facts.platform?.is("debian") === true;
    return known(fifteen ? "15" : "5");
  }
  return known(texts.get(name) ?? (onFlags.has(name) ? true : undefined));
}
