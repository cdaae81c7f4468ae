// What a check says of the node, as values. Not how a check is written (checks/define.ts).
import type { Source } from "./source.js";
import type { Step } from "./step.js";

export const statuses = ["pass", "fail", "error", "not-applicable", "waived"] as const;
export type Status = (typeof statuses)[number];

export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

export const risks = ["none", "reload", "restart", "lockout", "workload", "reboot"] as const;
export type Risk = (typeof risks)[number];

/** How much a check counts in the score (INTERFACE: critical 10, high 5, medium 2, low 1). */
export const severityWeight: Readonly<Record<Severity, number>> = {
  critical: 10,
  high: 5,
  medium: 2,
  low: 1,
};

/** Is `severity` at least as grave as `floor`? */
export function atLeast(severity: Severity, floor: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(floor);
}

/** One thing that is wrong, with the steps that would repair it where a repair is known. */
export interface Problem {
  readonly message: string;
  readonly fix?: readonly Step[];
}

/**
 * The judgement of a check. No problem and no unknown: pass. A problem: fail, whatever else is unknown. Only unknowns
 * (what could not be read and might hold a problem): error. `notes` are shown and change nothing.
 */
export interface Outcome {
  readonly expected: string;
  readonly actual: string;
  readonly evidence: readonly Source[];
  readonly problems: readonly Problem[];
  readonly unknowns?: readonly string[];
  readonly notes?: readonly string[];
}

/** The check does not concern this node, and why. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** The check concerns this node and could not be decided, and why. */
export interface Undecided {
  readonly undecided: string;
  readonly evidence?: readonly Source[];
}

export type Verdict = Outcome | NotApplicable | Undecided;

export function notApplicable(reason: string): NotApplicable {
  return { notApplicable: reason };
}

export function undecided(reason: string, evidence: readonly Source[] = []): Undecided {
  return { undecided: reason, evidence };
}
