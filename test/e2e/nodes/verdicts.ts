// What a run of nodeward on a bed said, for scenarios to compare.
import * as assert from "uvu/assert";
import type { Report, Result } from "../../../src/core/report.js";
import type { Bed, RunOptions } from "../bed.js";
import type { Planted } from "./weak-worker.js";

export type Verdicts = ReadonlyMap<string, Result>;

export function verdictsOf(text: string): Verdicts {
  const report: Report = JSON.parse(text);
  return new Map(report.results.map((result) => [result.id, result]));
}

/** What a time limit leaves undecided. */
const late = /did not (?:finish|answer) within|no answer within/;

/**
 * Audits; codes other than "nothing failed" and "something failed" throw. An emulated node on a busy machine is asked again
 * where a time limit kept a check from deciding.
 */
export async function audit(
  bed: Bed,
  args: readonly string[] = [],
  options: RunOptions & { readonly user?: string } = {},
): Promise<Verdicts> {
  for (let left = bed.kind === "machine" ? 3 : 1; ; left -= 1) {
    const done = await bed.nodeward(["audit", "--format", "json", ...args], options);
    if (done.code > 1) throw new Error(`nodeward ended with ${done.code}: ${done.stderr}`);
    const verdicts = verdictsOf(done.stdout);
    if (left === 1 || !those(verdicts, "error").some((line) => late.test(line))) return verdicts;
  }
}

/** `id: message` of each result with this status. */
export function those(verdicts: Verdicts, status: Result["status"]): readonly string[] {
  return [...verdicts.values()]
    .filter((result) => result.status === status)
    .map(({ id, message, details }) => `${id}: ${message} ${details.join("; ")}`);
}

export function ids(verdicts: Verdicts, status: Result["status"]): readonly string[] {
  return [...verdicts.values()]
    .filter((result) => result.status === status)
    .map(({ id }) => id)
    .sort();
}

function names({ evidence }: Result, place: string): boolean {
  const at = place.lastIndexOf(":");
  const [file, where] = [place.slice(0, at), place.slice(at + 1)];
  return evidence.some(
    ({ source, line, text }) =>
      source === file && (/^\d+$/.test(where) ? line === Number(where) : text.includes(where)),
  );
}

/** Everything planted is found where it was planted, and nothing else fails. */
export function assertFound(verdicts: Verdicts, planted: Planted, undecided: readonly string[]): void {
  assert.equal(ids(verdicts, "fail"), Object.keys(planted).sort(), those(verdicts, "fail").join("\n"));
  assert.equal(ids(verdicts, "error"), [...undecided].sort(), those(verdicts, "error").join("\n"));
  const misplaced = Object.entries(planted).flatMap(([id, places]) => {
    const result = verdicts.get(id);
    const evidence = result?.evidence
      .map(({ source, line, text }) => `${source}:${line} ${text}`)
      .join(" | ");
    return places
      .filter((place) => result !== undefined && !names(result, place))
      .map((place) => `${id}: ${place} is not in ${evidence}`);
  });
  assert.equal(misplaced, []);
}
