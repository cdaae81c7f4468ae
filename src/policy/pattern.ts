// Patterns that name checks: ids, globs, `tag:…`, `severity>=…`, `framework:number`. Does not know which are selected.

import type { Check } from "../checks/define.js";
import { didYouMean } from "../core/nearest.js";
import { atLeast, type Severity, severities } from "../core/outcome.js";
import type { References } from "./references.js";

export type Matcher = (check: Check) => boolean;
export type PatternResult =
  | {
      readonly state: "ok";
      readonly matches: Matcher /** Names one check: chosen even if the profile is silent on it. */;
      readonly exact: boolean;
    }
  | { readonly state: "error"; readonly message: string };

/** `*` any characters, `?` one; everything else is itself. */
export function glob(pattern: string): (text: string) => boolean {
  // Most are ids: a profile names hundreds.
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}

function bySeverity(operator: string, name: string): PatternResult {
  const floor = severities.find((severity) => severity === name);
  if (floor === undefined)
    return {
      state: "error",
      message: `no severity ${name}${didYouMean(name, severities)}: ${severities.join(", ")}`,
    };
  const same = (severity: Severity) => severity === floor;
  const tests: Readonly<Record<string, (severity: Severity) => boolean>> = {
    ">=": (severity) => atLeast(severity, floor),
    ">": (severity) => atLeast(severity, floor) && !same(severity),
    "<=": (severity) => !atLeast(severity, floor) || same(severity),
    "<": (severity) => !atLeast(severity, floor),
    "=": same,
    ":": same,
  };
  const test = tests[operator] ?? same;
  return { state: "ok", exact: false, matches: (check) => test(check.severity) };
}

/** Every word a check can be chosen by with `tag:`: its tags, its domain, the frameworks that refer to it. */
export function tagsOf(check: Check, references: References): readonly string[] {
  const frameworks = Object.keys(references.of(check.id));
  const families = frameworks.map((name) => name.split("-", 1)[0] ?? name);
  return [...new Set([...(check.tags ?? []), check.domain, ...frameworks, ...families])];
}

/** Reads one pattern. A pattern that no check matches is an error that names the nearest id. */
export function parsePattern(text: string, checks: readonly Check[], references: References): PatternResult {
  if (text === "") return { state: "error", message: "an empty pattern matches no check" };
  const severity = /^severity\s*(>=|<=|=|>|<|:)\s*(\w+)$/.exec(text);
  if (severity?.[1] !== undefined && severity[2] !== undefined) return bySeverity(severity[1], severity[2]);
  const ids = checks.map((check) => check.id);
  let matches: Matcher;
  if (text.startsWith("tag:")) {
    const test = glob(text.slice(4));
    matches = (check) => tagsOf(check, references).some(test);
    if (!checks.some(matches)) {
      const known = new Set(checks.flatMap((check) => tagsOf(check, references)));
      return {
        state: "error",
        message: `no check has the tag ${text.slice(4)}${didYouMean(text.slice(4), known)}`,
      };
    }
    return { state: "ok", exact: false, matches };
  }
  const reference = /^([a-z][a-z0-9-]*):(.+)$/.exec(text);
  if (reference?.[1] !== undefined && reference[2] !== undefined) {
    const chosen = references.find(reference[1], glob(reference[2]));
    if (chosen === undefined)
      return {
        state: "error",
        message: `no framework ${reference[1]}${didYouMean(reference[1], references.names)}`,
      };
    if (chosen.size === 0) return { state: "error", message: `no check refers to ${text}` };
    return { state: "ok", exact: false, matches: (check) => chosen.has(check.id) };
  }
  const exact = ids.includes(text);
  const test = glob(text);
  // A bare domain or group is meant as everything in it: `sshd` is `sshd.*`.
  const inside = glob(`${text}.*`);
  matches = (check) => test(check.id) || inside(check.id);
  if (exact || checks.some(matches)) return { state: "ok", exact, matches };
  // A tag of checks, such as `files.walk`, without the `tag:`.
  const tagged: Matcher = (check) => check.tags?.includes(text) === true;
  if (checks.some(tagged)) return { state: "ok", exact: false, matches: tagged };
  const domains = [...new Set(checks.map((check) => check.domain))];
  const names = text.endsWith(".*") ? domains.map((domain) => `${domain}.*`) : [...ids, ...domains];
  return { state: "error", message: `no check matches ${text}${didYouMean(text, names)}` };
}
