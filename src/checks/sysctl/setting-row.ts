// A row of the tables of kernel settings, and the usual ways in which a value passes. Data; judged in rule.ts.
import type { Risk, Severity } from "../../core/outcome.js";
import type { Rule, Wanted } from "./rule.js";

export interface SettingRow extends Rule {
  readonly title: string;
  readonly why: string;
  readonly severity: Severity;
  readonly risk?: Risk;
  readonly breaks?: string;
}

/** Exactly this value. `byDefault`: what every kernel has where nothing sets it. */
export function exactly(value: number, byDefault?: number): Wanted {
  const wants = String(value);
  const accepts = (found: number) => found === value;
  return { wants, accepts, set: value, ...(byDefault === undefined ? {} : { byDefault }) };
}

/** At least `least`; a repair sets `set`. */
export function atLeast(least: number, set = least, byDefault?: number): Wanted {
  const wants = `${least} or more`;
  const accepts = (found: number) => found >= least;
  return { wants, accepts, set, ...(byDefault === undefined ? {} : { byDefault }) };
}
