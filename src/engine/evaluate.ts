// Runs selected checks over gathered facts: verdicts become results with status, message and evidence. Pure.
import { type Check, factsFor } from "../checks/define.js";
import type { Outcome, Status, Verdict } from "../core/outcome.js";
import { listing, printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import type { Evidence, Result } from "../core/report.js";
import type { Source } from "../core/source.js";
import type { References } from "../policy/references.js";
import type { Selected } from "../policy/select.js";
import { describe, type Gathered } from "./gather.js";

/** Pieces of evidence in one result. */
const evidenceLimit = 50;

/** A check's verdict as the engine sees it: what it says itself, or what its facts or an exception make it. */
export function judge(check: Check, params: Readonly<Record<string, unknown>>, facts: Gathered): Verdict {
  const given = factsFor(check, facts);
  if ("missing" in given) {
    const { state, reason } = given.missing;
    return state === "absent" ? { notApplicable: reason } : { undecided: reason };
  }
  try {
    return check.evaluate(given.facts, params);
  } catch (error) {
    return { undecided: `internal error in the check ${check.id}: ${describe(error)}` };
  }
}

function show(text: string, limit?: number): string {
  return printable(redact(text), limit);
}

function evidenceOf(sources: readonly Source[]): readonly Evidence[] {
  const seen = new Set<string>();
  const unique = sources.filter(({ file, line, text }) => {
    const key = `${file}\0${line}\0${text}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  return unique
    .slice(0, evidenceLimit)
    .map(({ file, line, text }) => ({ source: printable(file, 4096), line, text: show(text) }));
}

function sentence(parts: readonly string[]): string {
  return parts.map((part) => show(part, 1000)).join("; ");
}

interface Judged {
  readonly status: Status;
  readonly message: string;
  readonly outcome: Pick<Outcome, "expected" | "actual" | "evidence">;
  readonly fixable: boolean;
}

function judged(verdict: Verdict): Judged {
  const nothing = { expected: "", actual: "", evidence: [] };
  if ("notApplicable" in verdict)
    return {
      status: "not-applicable",
      message: show(verdict.notApplicable, 1000),
      outcome: nothing,
      fixable: false,
    };
  if ("undecided" in verdict) {
    const outcome = { ...nothing, evidence: verdict.evidence ?? [] };
    return { status: "error", message: show(verdict.undecided, 1000), outcome, fixable: false };
  }
  const unknowns = verdict.unknowns ?? [];
  const notes = verdict.notes ?? [];
  if (verdict.problems.length > 0) {
    const messages = [...new Set(verdict.problems.map(({ message }) => message))];
    const shown =
      messages.length > 5 ? [...messages.slice(0, 5), `and ${messages.length - 5} more`] : messages;
    const blind = unknowns.length > 0 ? [`not all could be read: ${listing(unknowns, 3)}`] : [];
    const fixable = verdict.problems.some(({ fix }) => fix !== undefined && fix.length > 0);
    return { status: "fail", message: sentence([...shown, ...blind, ...notes]), outcome: verdict, fixable };
  }
  if (unknowns.length > 0)
    return {
      status: "error",
      message: sentence([listing(unknowns, 5), ...notes]),
      outcome: verdict,
      fixable: false,
    };
  return { status: "pass", message: sentence(notes), outcome: verdict, fixable: false };
}

/** Is `day` (the run's date, YYYY-MM-DD) within the waiver? Its last day counts. */
function inForce(expires: string, day: string): boolean {
  return day <= expires;
}

/** Evaluates every selected check. `day` is the date of the run, for waivers. */
export function evaluate(
  selected: readonly Selected[],
  facts: Gathered,
  references: References,
  day: string,
): readonly Result[] {
  return selected.map(({ check, params, waiver }): Result => {
    const { status, message, outcome, fixable } = judged(judge(check, params, facts));
    const waived = status === "fail" && waiver !== undefined && inForce(waiver.expires, day);
    const expired =
      status === "fail" && waiver !== undefined && !waived
        ? `; the waiver of ${waiver.owner} expired on ${waiver.expires}`
        : "";
    return {
      id: check.id,
      title: check.title,
      domain: check.domain,
      severity: check.severity,
      status: waived ? "waived" : status,
      expected: show(outcome.expected),
      actual: show(outcome.actual),
      evidence: evidenceOf(outcome.evidence),
      message: message + expired,
      remediation: status === "fail" ? check.remedy : "",
      fixable: check.fixable && fixable,
      risk: check.risk,
      tags: check.tags ?? [],
      references: references.of(check.id),
      ...(waiver !== undefined && status === "fail" ? { waiver } : {}),
    };
  });
}
