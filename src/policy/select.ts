// A loaded policy and the command line's patterns -> the checks to evaluate, each with its parameters and waivers.
import type { Check } from "../checks/define.js";
import { didYouMean } from "../core/nearest.js";
import type { Waiver } from "../core/report.js";
import type { PolicyDocument, PolicyProblem } from "./document.js";
import type { LoadedPolicy } from "./load.js";
import { glob, type Matcher, parsePattern } from "./pattern.js";
import type { References } from "./references.js";

export interface Selected {
  readonly check: Check;
  readonly params: Readonly<Record<string, unknown>>;
  /** The waiver that covers it, in force or not. */
  readonly waiver?: Waiver;
}

export interface Patterns {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export type SelectResult =
  | { readonly state: "ok"; readonly selected: readonly Selected[]; readonly warnings: readonly string[] }
  | { readonly state: "error"; readonly problems: readonly PolicyProblem[] };

const commandLine = { line: 0, column: 0 };

class Selection {
  readonly problems: PolicyProblem[] = [];
  private readonly ids: ReadonlySet<string>;

  constructor(
    private readonly checks: readonly Check[],
    private readonly references: References,
  ) {
    this.ids = new Set(checks.map(({ id }) => id));
  }

  /** Ids that the documents switch on, later entries over earlier ones. */
  switched(documents: readonly PolicyDocument[]): ReadonlySet<string> {
    const on = new Set<string>();
    for (const document of documents)
      for (const { value, ...at } of document.checks) {
        const test = glob(value.pattern);
        const matching = this.ids.has(value.pattern)
          ? [value.pattern]
          : [...this.ids].filter((id) => test(id));
        if (matching.length === 0)
          this.problems.push({
            ...at,
            message: `no check ${value.pattern}${didYouMean(value.pattern, this.ids)}`,
          });
        for (const id of matching)
          if (value.on) on.add(id);
          else on.delete(id);
      }
    return on;
  }

  /** By id, and by the name under which the checks of a family take their parameters together. */
  private checksByName(): ReadonlyMap<string, readonly Check[]> {
    const found = new Map<string, Check[]>();
    for (const check of this.checks)
      for (const name of [check.id, ...(check.paramsKnownAs ?? [])])
        found.set(name, [...(found.get(name) ?? []), check]);
    return found;
  }

  /** Parameter values by check, later documents over earlier ones; the rest keeps its default. */
  params(documents: readonly PolicyDocument[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
    const found = new Map<string, Record<string, unknown>>();
    const byName = this.checksByName();
    for (const document of documents)
      for (const { value, ...at } of document.params) {
        const [check, ...others] = byName.get(value.check) ?? [];
        if (check === undefined) {
          this.problems.push({
            ...at,
            message: `no check ${value.check}${didYouMean(value.check, byName.keys())}`,
          });
          continue;
        }
        const names = Object.keys(check.params);
        const param = names.includes(value.name) ? check.params[value.name] : undefined;
        if (param === undefined) {
          const hint =
            names.length === 0
              ? ": it takes none"
              : didYouMean(value.name, names) || `: it takes ${names.join(", ")}`;
          this.problems.push({ ...at, message: `${value.check} has no parameter ${value.name}${hint}` });
          continue;
        }
        const read = param.parse(value.value);
        if (!read.ok) {
          const hint = typeof value.value === "string" ? didYouMean(value.value, param.choices ?? []) : "";
          this.problems.push({ ...at, message: `${value.check}.${value.name} ${read.problem}${hint}` });
          continue;
        }
        for (const { id } of [check, ...others]) {
          const mine = found.get(id) ?? {};
          mine[value.name] = read.value;
          found.set(id, mine);
        }
      }
    return found;
  }

  /** The last waiver that names each check. */
  waivers(documents: readonly PolicyDocument[]): ReadonlyMap<string, Waiver> {
    const found = new Map<string, Waiver>();
    for (const document of documents)
      for (const { value, ...at } of document.waivers) {
        const { check: pattern, ...waiver } = value;
        const test = glob(pattern);
        const matching = [...this.ids].filter((id) => test(id));
        if (matching.length === 0)
          this.problems.push({
            ...at,
            message: `a waiver for no check: ${pattern}${didYouMean(pattern, this.ids)}`,
          });
        for (const id of matching) found.set(id, waiver);
      }
    return found;
  }

  matchers(
    patterns: readonly string[],
    option: string,
  ): readonly { readonly matches: Matcher; readonly exact: boolean }[] {
    return patterns.flatMap((pattern) => {
      const result = parsePattern(pattern, this.checks, this.references);
      if (result.state === "ok") return [result];
      this.problems.push({ file: option, ...commandLine, message: result.message });
      return [];
    });
  }
}

function defaults(check: Check): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(check.params).map(([name, param]) => [name, param.default]));
}

/** Why nothing is left. */
function emptied(only: boolean, skip: boolean): string {
  if (skip) return only ? "--skip leaves out all that --only names" : "--skip leaves out all of the profile";
  return only ? "the patterns match only checks that the profile leaves out" : "the profile switches none on";
}

/**
 * Chooses checks: what the profile switches on, narrowed by `only` and `skip`. An `only` that names one check by its
 * whole id chooses it even where the profile is silent.
 */
export function select(
  policy: LoadedPolicy,
  patterns: Patterns,
  checks: readonly Check[],
  references: References,
): SelectResult {
  const selection = new Selection(checks, references);
  const on = selection.switched(policy.documents);
  const params = selection.params(policy.documents);
  const waivers = selection.waivers(policy.documents);
  const only = selection.matchers(patterns.only, "--only");
  const skip = selection.matchers(patterns.skip, "--skip");
  if (selection.problems.length > 0) return { state: "error", problems: selection.problems };
  const chosen = checks.filter((check) => {
    if (skip.some(({ matches }) => matches(check))) return false;
    if (only.length === 0) return on.has(check.id);
    return only.some(({ matches, exact }) => matches(check) && (exact || on.has(check.id)));
  });
  const selected = chosen.map((check): Selected => {
    const waiver = waivers.get(check.id);
    const values = { ...defaults(check), ...params.get(check.id) };
    return { check, params: values, ...(waiver === undefined ? {} : { waiver }) };
  });
  const warnings =
    chosen.length === 0 ? [`no check is selected: ${emptied(only.length > 0, skip.length > 0)}`] : [];
  return { state: "ok", selected, warnings };
}
