// Faults of rules beside each other: what never takes effect, what contradicts, what means something else than it says.
import type { SeccompRule } from "../formats/seccomp-profile.js";
import { type Action, alternatives, argumentText, permits, type Rule, sameAction } from "./filter.js";
import { type Finding, finding, type LintInput, stopper } from "./finding.js";
import { actionOf, readingOf } from "./reading.js";
import { lowRuntimes } from "./runtime-base.js";
import { ordinaryCapabilities } from "./runtime-default.js";

/** What decides a call so far. */
interface Seen {
  whole: { readonly action: Action; readonly line: number } | undefined;
  /** Conditions as a text -> the action under them. */
  readonly parts: Map<string, { readonly action: Action; readonly line: number }>;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

/** Collects faults of one kind in one rule into one sentence. */
class Collected {
  private readonly names = new Map<
    string,
    { readonly names: string[]; readonly make: (names: string) => Finding }
  >();

  add(key: string, name: string, make: (names: string) => Finding): void {
    const found = this.names.get(key) ?? { names: [], make };
    found.names.push(name);
    this.names.set(key, found);
  }

  all(): readonly Finding[] {
    return [...this.names.values()].map(({ names, make }) => make(listed(names)));
  }
}

class Walk {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly otherwise: Action,
    private readonly input: LintInput,
  ) {}

  private of(name: string): Seen {
    const found = this.seen.get(name) ?? { whole: undefined, parts: new Map() };
    this.seen.set(name, found);
    return found;
  }

  rule(rule: Rule): readonly Finding[] {
    const found = new Collected();
    const idle = sameAction(rule.action, this.otherwise);
    for (const name of rule.names)
      if (idle)
        found.add("idle", name, (names) =>
          finding(
            "redundant",
            "note",
            `the rule for ${names} does what happens anyway: it is left out`,
            rule.line,
          ),
        );
      else if (rule.args.length === 0) this.whole(rule, name, found);
      else this.conditional(rule, name, found);
    return found.all();
  }

  private whole({ action, line }: Rule, name: string, found: Collected): void {
    const seen = this.of(name);
    if (seen.whole !== undefined) {
      const before = seen.whole;
      const same = sameAction(before.action, action);
      const level = same ? "note" : permits(action) === permits(before.action) ? "warning" : "error";
      found.add(`whole ${before.line}`, name, (names) =>
        finding(
          "unreachable",
          level,
          `${names} ${same ? "stands" : "is decided"} in line ${before.line} already: this rule never applies`,
          line,
        ),
      );
      return;
    }
    const other = [...seen.parts.values()].find((part) => !sameAction(part.action, action));
    if (other !== undefined)
      found.add(`swallows ${other.line}`, name, (names) =>
        finding(
          "unreachable",
          "error",
          `the rule without conditions for ${names} takes the place of the one in line ${other.line}, which never applies`,
          line,
        ),
      );
    seen.whole = { action, line };
  }

  private conditional(rule: Rule, name: string, found: Collected): void {
    const seen = this.of(name);
    const { whole } = seen;
    if (whole !== undefined) {
      const level = sameAction(whole.action, rule.action) ? "note" : "error";
      found.add(`under ${whole.line}`, name, (names) =>
        finding(
          "unreachable",
          level,
          `${names} is decided without conditions in line ${whole.line}: this rule never applies`,
          rule.line,
        ),
      );
      return;
    }
    for (const args of alternatives(rule)) {
      const key = args.map(argumentText).sort().join(" and ");
      const before = seen.parts.get(key);
      if (before !== undefined && !sameAction(before.action, rule.action))
        found.add(`conflict ${before.line}`, name, (names) =>
          stopper(
            "conflict",
            `${names}: line ${before.line} decides otherwise on the same conditions (${key}): the container is not created`,
            rule.line,
            lowRuntimes,
            this.input.target,
          ),
        );
      else this.overlap(seen, rule, name, found);
      seen.parts.set(key, { action: rule.action, line: rule.line });
    }
  }

  /** libseccomp sorts conditions by its own order: which of two overlapping rules counts is not the profile's to say. */
  private overlap(seen: Seen, rule: Rule, name: string, found: Collected): void {
    const other = [...seen.parts.values()].find(({ action }) => !sameAction(action, rule.action));
    if (other === undefined) return;
    found.add(`overlap ${other.line}`, name, (names) =>
      finding(
        "overlap",
        "warning",
        `${names}: line ${other.line} decides otherwise on other conditions; where both hold, the order in the profile does not count`,
        rule.line,
      ),
    );
  }
}

/** Meant as a range, taken as alternatives. */
function sameIndex(rule: SeccompRule): readonly Finding[] {
  const seen = new Set<bigint>();
  const twice = rule.args.find(({ index }) => seen.size === seen.add(index).size);
  if (twice === undefined) return [];
  const action = actionOf(rule.action?.value, undefined);
  const level = action !== undefined && permits(action) ? "error" : "warning";
  const message = `two conditions on argument ${twice.index} in one rule: both runtimes take them for alternatives, not for a range`;
  return [finding("alternatives", level, message, rule.line)];
}

export function ruleFindings(input: LintInput): readonly Finding[] {
  const { profile, target } = input;
  const same = profile.rules.flatMap(sameIndex);
  const honours = target.engine === "docker" ? "all" : target.engine === "cri-o" ? "no-kernel" : "none";
  const { architecture, kernel } = target;
  const reading = { honours, architecture, kernel, capabilities: ordinaryCapabilities } as const;
  const filter = readingOf(profile, reading);
  if (filter === undefined) return same;
  const walk = new Walk(filter.otherwise, input);
  return [...same, ...filter.rules.flatMap((rule) => walk.rule(rule))];
}
