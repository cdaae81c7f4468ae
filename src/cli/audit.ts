// `nodeward audit`: reads the node, evaluates the selected checks, prints the report.
import { randomBytes } from "node:crypto";
import { atLeast } from "../core/outcome.js";
import type { Report } from "../core/report.js";
import { audit } from "../engine/audit.js";
import { formats } from "../report/index.js";
import { type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { prepare } from "./prepare.js";

/** Sorts by time and is unique without being a secret: `20261121T131000Z-9f2c41`. */
export function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${stamp}-${randomBytes(3).toString("hex")}`;
}

/** 1 when something of the severity of --fail-on or graver failed (with --strict also: could not be told). */
export function verdictCode(
  report: Report,
  { failOn, strict }: Pick<ReadingOptions, "failOn" | "strict">,
): ExitCode {
  if (failOn === "none") return exit.done;
  const bad = report.results.some(
    ({ status, severity }) =>
      (status === "fail" || (strict && status === "error")) && atLeast(severity, failOn),
  );
  return bad ? exit.failed : exit.done;
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
    const render = await formats[options.format]();
    deliver(context, options.output, render(report, viewFor(context, options)));
    return verdictCode(report, options);
  } finally {
    await prepared.host.close();
  }
}
