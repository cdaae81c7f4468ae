// What lies between two AppArmor policies in meaning: the rules that one has and the other does not, blanks, comments, order and
// grouping aside. It does not work out which paths two patterns share.
import type { PolicyRules, ProfileRules } from "../formats/apparmor-rules.js";
import { type AppArmorRule, isFile, readRules, ruleWords } from "./apparmor-rule.js";

export interface PolicyDifference {
  /** What the second allows beyond the first: rules it has more, denials it has not. */
  readonly opens: readonly string[];
  readonly closes: readonly string[];
  /** Modes, includes, profiles: in words. */
  readonly other: readonly string[];
}

/** One permission on one pattern, one capability, or a whole rule of another kind. */
function atoms(rule: AppArmorRule): readonly AppArmorRule[] {
  if (isFile(rule)) {
    const { pattern, access, start } = rule;
    // `w` says `a`, too.
    const letters = access.includes("w") ? access.replace("a", "") : access;
    if (pattern === "") return [rule];
    return [
      ...[...letters].map((letter) => ({
        ...rule,
        access: letter,
        start: "",
        target: letter === "l" ? rule.target : "",
      })),
      ...(start === "" ? [] : [{ ...rule, access: "" }]),
    ];
  }
  if (rule.kind !== "capability" || rule.words.length < 2) return [rule];
  return rule.words.map((word) => ({ ...rule, words: [word] }));
}

const keyOf = (rule: AppArmorRule) => `${rule.isDeny ? "deny " : ""}${ruleWords(rule)}`;

function atomsOf({ rules }: ProfileRules): ReadonlyMap<string, AppArmorRule> {
  return new Map(
    readRules(rules)
      .flatMap(atoms)
      .map((atom) => [keyOf(atom), atom]),
  );
}

/** Permissions on one pattern, and capabilities, are said together. */
function texts(found: readonly AppArmorRule[]): readonly string[] {
  const files = new Map<string, AppArmorRule>();
  const capabilities: string[] = [];
  const others: string[] = [];
  for (const rule of found) {
    if (rule.kind === "capability" && !isFile(rule)) capabilities.push(rule.words.join(" "));
    else if (!isFile(rule)) others.push(ruleWords(rule));
    else {
      const key = `${rule.isOwner} ${rule.pattern} ${rule.target}`;
      const before = files.get(key);
      const access = before !== undefined && isFile(before) ? before.access + rule.access : rule.access;
      const start = rule.start || (before !== undefined && isFile(before) ? before.start : "");
      files.set(key, { ...rule, access, start });
    }
  }
  return [
    ...(capabilities.length === 0 ? [] : [`capability ${capabilities.join(" ")}`.trim()]),
    ...others,
    ...[...files.values()].map(ruleWords),
  ];
}

function missingIn(all: ReadonlyMap<string, AppArmorRule>, other: ReadonlyMap<string, AppArmorRule>) {
  return [...all].flatMap(([key, rule]) => (other.has(key) ? [] : [rule]));
}

function modeOf(flags: readonly string[]): string {
  return flags.find((flag) => /^(?:complain|unconfined|kill|prompt)$/.test(flag)) ?? "enforce";
}

function between(before: ProfileRules, after: ProfileRules): PolicyDifference {
  const [old, fresh] = [atomsOf(before), atomsOf(after)];
  const [more, less] = [missingIn(fresh, old), missingIn(old, fresh)];
  const denied = (rules: readonly AppArmorRule[], isDeny: boolean) =>
    texts(rules.filter((rule) => rule.isDeny === isDeny));
  const includes = (from: ProfileRules, to: ProfileRules, word: string) =>
    from.includes.filter((path) => !to.includes.includes(path)).map((path) => `${word} ${path}`);
  const mode = modeOf(after.flags);
  return {
    opens: [...denied(more, false), ...denied(less, true).map((text) => `what was denied: ${text}`)],
    closes: [...denied(less, false), ...denied(more, true).map((text) => `what is denied: ${text}`)],
    other: [
      ...(modeOf(before.flags) === mode ? [] : [`its mode is ${mode} instead of ${modeOf(before.flags)}`]),
      ...includes(after, before, "it includes"),
      ...includes(before, after, "it no longer includes"),
    ],
  };
}

export function comparePolicies(before: PolicyRules, after: PolicyRules): PolicyDifference {
  const fresh = new Map(after.profiles.map((one) => [one.name, one]));
  const known = new Set(before.profiles.map(({ name }) => name));
  const parts = before.profiles.map((one): PolicyDifference => {
    const other = fresh.get(one.name);
    return other === undefined
      ? { opens: [], closes: [], other: [`the profile ${one.name} is gone`] }
      : between(one, other);
  });
  const added = after.profiles
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => `it has a profile ${name}`);
  return {
    opens: parts.flatMap(({ opens }) => opens),
    closes: parts.flatMap(({ closes }) => closes),
    other: [...parts.flatMap(({ other }) => other), ...added],
  };
}
