// `nodeward audit`: reads the node, evaluates the selected checks, prints the report.
import { atLeast } from "../core/outcome.js";
import type { Report, Result } from "../core/report.js";
import { audit } from "../engine/audit.js";
import { count } from "../report/arrange.js";
import { formats } from "../report/index.js";
import { type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { prepare } from "./prepare.js";

/** Sorts by time and is unique without being a secret: `20261121T131000Z-9f2c41`. */
export function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  // Not of node:crypto, which takes longer to load than many an audit takes to judge.
  const chance = Math.floor(Math.random() * 0x1000000);
  return `${stamp}-${chance.toString(16).padStart(6, "0")}`;
}

type VerdictOptions = Pick<ReadingOptions, "failOn" | "strict">;

/** The results that turn the exit code to 1: failed at --fail-on or graver (with --strict also: could not be told). */
function bad(report: Report, { failOn, strict }: VerdictOptions): readonly Result[] {
  if (failOn === "none") return [];
  return report.results.filter(
    ({ status, severity }) =>
      (status === "fail" || (strict && status === "error")) && atLeast(severity, failOn),
  );
}

export function verdictCode(report: Report, options: VerdictOptions): ExitCode {
  return bad(report, options).length > 0 ? exit.failed : exit.done;
}

/** What the exit code means, for the end of a report. */
export function verdictSentence(report: Report, options: VerdictOptions): string {
  const { failOn, strict } = options;
  if (failOn === "none") return "Exit code 0, whatever failed (--fail-on none).";
  const number = bad(report, options).length;
  const which = failOn === "low" ? "" : ` of severity ${failOn}${failOn === "critical" ? "" : " or graver"}`;
  const verb = strict ? "failed or could not be decided" : "failed";
  const asked = `(--fail-on ${failOn}${strict ? " --strict" : ""})`;
  const code = number > 0 ? exit.failed : exit.done;
  return `Exit code ${code}: ${number === 0 ? "no check" : count(number, "check")}${which} ${verb} ${asked}.`;
}

export async function auditCommand(options: ReadingOptions, context: Context): Promise<ExitCode> {
  const started = context.clock();
  const prepared = await prepare(context, options);
  try {
    const report = await audit({
      ...prepared,
      version: versionOf(context.data),
      runId: newRunId(started),
      clock: context.clock,
    });
    const format = await formats[options.format]();
    const view = viewFor(context, options, verdictSentence(report, options));
    deliver(context, options.output, format.one(report, view));
    return verdictCode(report, options);
  } finally {
    await prepared.host.close();
  }
}
