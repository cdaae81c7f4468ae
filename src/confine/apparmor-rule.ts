// A rule of an AppArmor profile taken apart: what it is on, what it gives or takes (apparmor.d(5)). Judges nothing.
import { unquoted } from "../formats/apparmor-profile.js";
import type { Rule } from "../formats/apparmor-rules.js";

interface Common {
  readonly line: number;
  readonly isDeny: boolean;
  readonly isOwner: boolean;
}

export interface FileRule extends Common {
  readonly kind: "file";
  /** Empty: every file. */
  readonly pattern: string;
  /** Of r w a m k l, in this order. */
  readonly access: string;
  /** How it starts programs: `ix`, `Px`, `pux`…; empty for none; `x` of a deny. */
  readonly start: string;
  /** The profile that is entered, of a start; the other name, of a link. */
  readonly target: string;
}

export interface OtherRule extends Common {
  readonly kind: string;
  /** Words behind the keyword; lists sorted, so that two rules that mean the same are the same. */
  readonly words: readonly string[];
}

export type AppArmorRule = FileRule | OtherRule;

const keywords =
  /^(?:all|capability|network|unix|signal|ptrace|mount|remount|umount|unmount|pivot_root|dbus|change_profile|userns|io_uring|mqueue|set|rlimit|alias)$/;
const qualifier = /^(?:audit|allow|deny|owner|other|quiet|priority=-?\d+)$/;

export function isFile(rule: AppArmorRule): rule is FileRule {
  return rule.kind === "file";
}

/** `(b, a)` -> `(a b)`; `x=(b a)` likewise. */
function sortedList(word: string): string {
  const list = /^([\w-]*=)?\(([^()]*)\)$/.exec(word);
  if (list === null) return unquoted(word);
  const parts = (list[2] ?? "").split(/[\s,]+/).filter((part) => part !== "");
  return parts.length === 1
    ? `${list[1] ?? ""}${parts[0] ?? ""}`
    : `${list[1] ?? ""}(${[...parts].sort().join(" ")})`;
}

/** `peer=` and its list are two words where a list follows. */
function joined(words: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const word of words) {
    const last = found.at(-1);
    if (last?.endsWith("=") === true) found[found.length - 1] = `${last}${word}`;
    else found.push(word);
  }
  return found;
}

const permissions = /^[rwamklxipPcCuU]+$/;

function fileRule(words: readonly string[], common: Common): FileRule | undefined {
  const isLink = words[0] === "link";
  const rest = words.filter((word, at) => at > 1 || !/^(?:file|link|subset)$/.test(word));
  const all = { kind: "file" as const, ...common };
  if (rest.length === 0)
    return words[0] === "file"
      ? { ...all, pattern: "", access: "rwamkl", start: "ix", target: "" }
      : undefined;
  const arrow = rest.indexOf("->");
  const own = arrow < 0 ? rest : rest.slice(0, arrow);
  const target = arrow < 0 ? "" : unquoted(rest[arrow + 1] ?? "");
  const pattern = own.find((word) => /^["/{@]/.test(word));
  if (pattern === undefined) return undefined;
  const letters = isLink ? "l" : (own.find((word) => word !== pattern && permissions.test(word)) ?? "");
  const start = /[ipPcCuU]*x/.exec(letters)?.[0] ?? "";
  const access = [..."rwamkl"].filter((letter) => letters.replace(start, "").includes(letter)).join("");
  return { ...all, pattern: unquoted(pattern), access, start, target };
}

/** Undefined for what is no rule that is known here. */
export function readRule({ words, line }: Rule): AppArmorRule | undefined {
  const from = words.findIndex((word) => !qualifier.test(word));
  if (from < 0) return undefined;
  const qualifiers = words.slice(0, from);
  const common = { line, isDeny: qualifiers.includes("deny"), isOwner: qualifiers.includes("owner") };
  const rest = words.slice(from);
  const [first = ""] = rest;
  if (!keywords.test(first)) return fileRule(rest, common);
  const kind = first === "unmount" ? "umount" : first;
  return { ...common, kind, words: joined(rest.slice(1)).map(sortedList) };
}

export function readRules(rules: readonly Rule[]): readonly AppArmorRule[] {
  return rules.flatMap((rule) => readRule(rule) ?? []);
}

/** The rule as people write it, without what does not change what it allows. */
export function ruleWords(rule: AppArmorRule): string {
  const owner = rule.isOwner ? "owner " : "";
  if (!isFile(rule)) return `${owner}${[rule.kind, ...rule.words].join(" ")}`;
  const { pattern, access, start, target } = rule;
  const arrow = target === "" ? "" : ` -> ${target}`;
  return pattern === "" ? `${owner}file` : `${owner}${pattern} ${access}${start}${arrow}`;
}
