// Results in the order and the groups in which people read them: by domain, worst first, same reasons together. Pure.
import { type Severity, type Status, severities } from "../core/outcome.js";
import type { Evidence, Result, Summary } from "../core/report.js";
import { summarize } from "../core/summary.js";

export interface Group {
  readonly domain: string;
  /** Worst first. */
  readonly results: readonly Result[];
  readonly summary: Summary;
}

/** What wants attention first. */
export const statusOrder = ["fail", "error", "waived", "not-applicable", "pass"] as const satisfies Status[];

/** How a status is called in a report for people. */
export const statusWord: Readonly<Record<Status, string>> = {
  fail: "failed",
  error: "error",
  waived: "waived",
  "not-applicable": "not applicable",
  pass: "passed",
};

/** The same as the head of a narrow column. */
export const statusHead: Readonly<Record<Status, string>> = { ...statusWord, "not-applicable": "n/a" };

function inOrder(a: Pick<Result, "status" | "severity">, b: Pick<Result, "status" | "severity">): number {
  return (
    statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity)
  );
}

/** Failures first, graver first; else in the order of the report. */
export function worstFirst<T extends Pick<Result, "status" | "severity">>(
  results: readonly T[],
): readonly T[] {
  return [...results].sort(inOrder);
}

/** One group a domain, in the order in which the report first names them. */
export function byDomain(results: readonly Result[]): readonly Group[] {
  return [...partition(results, ({ domain }) => domain)].map(([domain, members]) => ({
    domain,
    results: worstFirst(members),
    summary: summarize(members),
  }));
}

/** Items by key, keys and items in the order in which they come. */
export function partition<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The kind of a reason: the same words about other files. `permission denied: /etc/shadow` is `permission denied: …`. */
export function kindOfReason(message: string): string {
  return message.replace(/\/[^\s,;:'")]+/g, "…");
}

/** Counts like `2 failed, 3 errors, 25 passed`, without those that are nought. */
export function countsText(summary: Readonly<Record<Status, number>>): string {
  const parts = statusOrder.flatMap((status) =>
    summary[status] > 0
      ? [status === "error" ? count(summary.error, "error") : `${summary[status]} ${statusWord[status]}`]
      : [],
  );
  return parts.length === 0 ? "no checks" : parts.join(", ");
}

/** How many results have each status and severity. */
export function tally(
  results: readonly Pick<Result, "status" | "severity">[],
): (status: Status, severity: Severity) => number {
  const counts = new Map<string, number>();
  for (const { status, severity } of results)
    counts.set(`${status} ${severity}`, (counts.get(`${status} ${severity}`) ?? 0) + 1);
  return (status, severity) => counts.get(`${status} ${severity}`) ?? 0;
}

/** `file:line`, or the file alone where no line is meant. */
export function placeOf({ source, line }: Evidence): string {
  return line > 0 ? `${source}:${line}` : source;
}

/** `1 check`, `3 checks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
