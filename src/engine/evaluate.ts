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

/** Pieces of evidence, and of details, in one result. */
const evidenceLimit = 50;
const detailLimit = 50;

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

/** What is shown is found in so much of a text: nothing looks through megabytes for a line of the report. */
const lookedThrough = 8192;

function show(text: string, limit?: number): string {
  if (text.length <= lookedThrough) return printable(redact(text), limit);
  const head = redact(text.slice(0, lookedThrough));
  // Where redacting has left so little of it, what follows would be seen as it is.
  return printable(head.length < lookedThrough / 2 ? `${head}…` : head + text.slice(lookedThrough), limit);
}

function evidenceOf(sources: readonly Source[]): readonly Evidence[] {
  const unique = new Map<string, Source>();
  for (const source of sources) {
    const { file, line, text } = source;
    const key = `${file}\0${line}\0${text.length}\0${text.slice(0, lookedThrough)}`;
    if (!unique.has(key)) unique.set(key, source);
    if (unique.size === evidenceLimit) break;
  }
  return [...unique.values()].map(({ file, line, text }) => ({
    source: printable(file, 4096),
    line,
    text: show(text),
  }));
}

/** At most `limit` sentences, the last of them saying how many were left out. */
function atMost(limit: number, sentences: readonly string[]): readonly string[] {
  if (sentences.length <= limit) return sentences;
  return [...sentences.slice(0, limit), `and ${sentences.length - limit} more`];
}

function shown(parts: readonly string[]): readonly string[] {
  return parts.map((part) => show(part, 1000));
}

interface Judged {
  readonly status: Status;
  /** Problems, or the reason of an error or of not being applicable. */
  readonly found: readonly string[];
  /** What else there is to say: what could not be read, notes. */
  readonly besides: readonly string[];
  readonly outcome: Pick<Outcome, "expected" | "actual" | "evidence">;
  readonly fixable: boolean;
}

function judged(verdict: Verdict): Judged {
  const outcome = { expected: "", actual: "", evidence: [] };
  const undecided = { besides: [], outcome, fixable: false };
  if ("notApplicable" in verdict)
    return { ...undecided, status: "not-applicable", found: [verdict.notApplicable] };
  if ("undecided" in verdict)
    return {
      ...undecided,
      status: "error",
      found: [verdict.undecided],
      outcome: { ...outcome, evidence: verdict.evidence ?? [] },
    };
  const unknowns = [...new Set(verdict.unknowns ?? [])];
  const notes = verdict.notes ?? [];
  if (verdict.problems.length > 0) {
    const blind = unknowns.length > 0 ? [`not all could be read: ${listing(unknowns, 3)}`] : [];
    return {
      status: "fail",
      found: [...new Set(verdict.problems.map(({ message }) => message))],
      besides: [...blind, ...notes],
      outcome: verdict,
      fixable: verdict.problems.some(({ fix }) => fix !== undefined && fix.length > 0),
    };
  }
  const status = unknowns.length > 0 ? "error" : "pass";
  return { status, found: unknowns, besides: notes, outcome: verdict, fixable: false };
}

/** Is `day` (the run's date, YYYY-MM-DD) within the waiver? Its last day counts. */
function inForce(expires: string, day: string): boolean {
  return day <= expires;
}

/** A selected check with what it says of the node: the result of a report, and the steps that would repair it. */
export interface Finding {
  readonly selected: Selected;
  readonly verdict: Verdict;
  readonly result: Result;
}

/** Evaluates every selected check. `day` is the date of the run, for waivers. */
export function evaluate(
  selected: readonly Selected[],
  facts: Gathered,
  references: Pick<References, "of">,
  day: string,
): readonly Finding[] {
  return selected.map((one): Finding => {
    const { check, params, waiver } = one;
    const verdict = judge(check, params, facts);
    const { status, found, besides, outcome, fixable } = judged(verdict);
    const waived = status === "fail" && waiver !== undefined && inForce(waiver.expires, day);
    const expired =
      status === "fail" && waiver !== undefined && !waived
        ? [`the waiver of ${waiver.owner} expired on ${waiver.expires}`]
        : [];
    const after = [...besides, ...expired];
    const result: Result = {
      id: check.id,
      title: check.title,
      domain: check.domain,
      severity: check.severity,
      status: waived ? "waived" : status,
      expected: show(outcome.expected),
      actual: show(outcome.actual),
      evidence: evidenceOf(outcome.evidence),
      message: shown([...atMost(5, found), ...after]).join("; "),
      details: shown([...atMost(detailLimit, found), ...after]),
      why: check.why,
      remediation: status === "fail" ? check.remedy : "",
      fixable: check.fixable && fixable,
      risk: check.risk,
      tags: check.tags ?? [],
      references: references.of(check.id),
      ...(waiver !== undefined && status === "fail" ? { waiver } : {}),
    };
    return { selected: one, verdict, result };
  });
}
