// What the checks want changed: problems of an audit with the steps that would repair them. Not how steps become one plan.
import { type Risk, risks } from "../core/outcome.js";
import type { Step } from "../core/step.js";
import type { Finding } from "../engine/evaluate.js";

export interface Repair {
  readonly check: string;
  readonly risk: Risk;
  /** The problem that it repairs, as the check said it. */
  readonly problem: string;
  readonly steps: readonly Step[];
}

/** Repairs of what fails; what is waived, or for a person to decide, is left. */
export function repairsOf(findings: readonly Finding[]): readonly Repair[] {
  return findings.flatMap(({ selected: { check }, verdict, result }) => {
    if (result.status !== "fail" || !check.fixable || !("problems" in verdict)) return [];
    return verdict.problems.flatMap(({ message, fix }) =>
      fix === undefined || fix.length === 0
        ? []
        : [{ check: check.id, risk: check.risk, problem: message, steps: fix }],
    );
  });
}

export function exceeds(risk: Risk, limit: Risk): boolean {
  return risks.indexOf(risk) > risks.indexOf(limit);
}

export function highest(all: readonly Risk[]): Risk {
  return all.reduce<Risk>((high, risk) => (exceeds(risk, high) ? risk : high), "none");
}
