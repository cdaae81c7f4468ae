// The rules of an AppArmor profile that give away what a profile is there to hold: all of something, ways out, what reaches the node.

import { usualCapabilities } from "../core/pod-capabilities.js";
import { riskOf } from "./apparmor-risk.js";
import { type AppArmorRule, type FileRule, isFile, ruleWords } from "./apparmor-rule.js";
import { type Finding, finding } from "./finding.js";

/** Rules without a word behind them: everything of the kind. */
const wide: Readonly<Record<string, string>> = {
  all: "allows everything: it confines nothing",
  capability: "gives every capability that the program has",
  network: "opens every kind of socket, raw and packet ones too",
  mount: "mounts anything anywhere, and so changes what every other rule means",
  ptrace: "reads and changes processes under every profile",
  change_profile: "goes to any profile, and out of confinement",
  dbus: "speaks to everything on every bus",
};

/** What every container has without asking is no finding of its profile. */
const usual: ReadonlySet<string> = new Set(usualCapabilities.map((name) => name.toLowerCase()));

function isEverywhere(pattern: string): boolean {
  return pattern === "" || /^\/\{?,?\*\*\}?$|^\/\*\*$|^\{?\/?,?\/?\*\*\}?$/.test(pattern);
}

function startFindings(rule: FileRule): readonly Finding[] {
  const { start, line } = rule;
  const shown = ruleWords(rule);
  if (/^(?:[pc]?u|[PC]?U)x$/.test(start) && start.toLowerCase() === "ux")
    return [
      finding(
        "unconfined-start",
        "warning",
        `${shown}: what is started runs unconfined${start === "ux" ? ", with the environment of who starts it" : ""}`,
        line,
      ),
    ];
  if (/[uU]x$/.test(start))
    return [
      finding(
        "unconfined-start",
        "warning",
        `${shown}: without a profile of its own what is started runs unconfined`,
        line,
      ),
    ];
  if (start === "px" || start === "cx")
    return [
      finding(
        "environment",
        "note",
        `${shown}: LD_PRELOAD and the like go with it; ${start.toUpperCase().replace("X", "x")} cleans the environment`,
        line,
      ),
    ];
  return [];
}

function wideFile(rule: FileRule): readonly Finding[] {
  const { access, start, line, isOwner } = rule;
  const shown = ruleWords(rule);
  const isWritten = /[wa]/.test(access);
  if (isOwner || !isEverywhere(rule.pattern)) {
    return isWritten && (start !== "" || access.includes("m"))
      ? [finding("write-and-start", "warning", `${shown}: what is written there can be started`, line)]
      : [];
  }
  if (isWritten && start !== "")
    return [
      finding(
        "all-files",
        "warning",
        `${shown}: every file can be written and started that no rule denies`,
        line,
      ),
    ];
  if (isWritten)
    return [finding("all-files", "warning", `${shown}: every file can be written that no rule denies`, line)];
  return [];
}

/** A literal path of a pattern, where it has one: what a risk is told by. */
function sample(pattern: string): string {
  return pattern
    .replaceAll("@{PROC}", "/proc")
    .replaceAll("@{sys}", "/sys")
    .replace(/@\{pids?\}|\{?\[0-9\]\*?\}?/g, "1")
    .replace(/\*+/g, "x");
}

function fileFindings(rule: FileRule, profile: string): readonly Finding[] {
  const general = [...startFindings(rule), ...wideFile(rule)];
  if (general.length > 0 || isEverywhere(rule.pattern)) return general;
  const need = {
    kind: "file",
    path: sample(rule.pattern),
    permissions: rule.access,
    isOwner: rule.isOwner,
    isRoot: true,
    target: "",
  } as const;
  const reason = riskOf(need, profile);
  return reason === "" ? [] : [finding("dangerous", "warning", `${ruleWords(rule)}: ${reason}`, rule.line)];
}

function otherFindings(rule: Exclude<AppArmorRule, FileRule>, profile: string): readonly Finding[] {
  const { kind, words, line } = rule;
  const all = wide[kind];
  if (words.length === 0 && all !== undefined)
    return [finding("all-of-a-kind", "warning", `${kind}: ${all}`, line)];
  const reasons =
    kind === "capability"
      ? words.map((word) =>
          usual.has(word) ? "" : riskOf({ kind: "capability", access: [word], conditions: [] }, profile),
        )
      : kind === "network"
        ? [riskOf({ kind: "network", access: words, conditions: [] }, profile)]
        : kind === "change_profile" && words.at(-1) === "unconfined"
          ? ["leaves confinement"]
          : kind === "userns" || kind === "io_uring" || kind === "mount"
            ? [riskOf({ kind, access: [], conditions: [] }, profile)]
            : [];
  return reasons.flatMap((reason, index) =>
    reason === ""
      ? []
      : [
          finding(
            "dangerous",
            "warning",
            `${kind === "capability" ? `capability ${words[index] ?? ""}` : ruleWords(rule)}: ${reason}`,
            line,
          ),
        ],
  );
}

export function grants(profile: string, rules: readonly AppArmorRule[]): readonly Finding[] {
  return rules
    .filter(({ isDeny }) => !isDeny)
    .flatMap((rule) => (isFile(rule) ? fileFindings(rule, profile) : otherFindings(rule, profile)));
}
