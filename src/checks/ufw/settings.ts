// What the checks of ufw's single settings share: a value both programs read alike, and one that is wanted. No check.
import type { Outcome, Problem } from "../../core/outcome.js";
import { place } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import { disagreement, type UfwSetting } from "../../facts/ufw.js";

export interface Wanted {
  readonly expected: string;
  /** Is the value, as the boot script gets it, what is wanted? */
  readonly good: (value: string) => boolean;
  /** The text a repair writes. */
  readonly text: string;
  /** What is wrong with another value, in words: after the place and the value. */
  readonly wrong: (value: string) => string;
  /** Steps that must stand before the change; undefined where nobody knows them, and the change is not made by itself. */
  readonly before?: readonly Step[] | undefined;
}

/** The judgement on one setting; `more` adds what else is to be said. */
export function settingOutcome(setting: UfwSetting, wanted: Wanted, more: Partial<Outcome> = {}): Outcome {
  const { name, value, source } = setting;
  const where = place(source);
  const problems: Problem[] = [];
  const unknowns: string[] = [];
  const differs = disagreement(setting);
  const before = "before" in wanted ? wanted.before : [];
  const fix = before === undefined ? [] : [...before, setting.set(wanted.text)];
  if (value === undefined) unknowns.push(`${where}: ${differs}`);
  else if (!wanted.good(value))
    problems.push({
      message:
        value === ""
          ? `${where}: ${name} is not set`
          : `${where}: ${name} is ${value}: ${wanted.wrong(value)}`,
      fix,
    });
  else if (differs !== undefined) problems.push({ message: `${where}: ${differs}`, fix });
  return {
    expected: wanted.expected,
    actual: value === undefined ? "unknown" : value === "" ? "not set" : value,
    evidence: [source, ...(more.evidence ?? [])],
    problems: [...problems, ...(more.problems ?? [])],
    unknowns: [...unknowns, ...(more.unknowns ?? [])],
    notes: more.notes ?? [],
  };
}

export const settingsRemedy = "Then run `ufw reload`, and look with `ufw status verbose`.";
