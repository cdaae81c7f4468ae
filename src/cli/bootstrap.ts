// `nodeward bootstrap`: what a node gets at its first boot, unattended: every repair that is safe, the seccomp profiles, the
// result accepted as its baseline, and the units that look after it. Doing it again changes nothing.

import { readJournal } from "../state/journal-file.js";
import { baselineCommand } from "./baseline.js";
import { type Context, type ExitCode, exit } from "./context.js";
import { fixCommand } from "./fix.js";
import type { FixOptions } from "./fix-options.js";
import { keptBefore } from "./snapshot-run.js";
import { openStateFiles } from "./state-files.js";

const timer = "nodeward-drift.timer";
const units = [timer, "nodeward-recover.service"];

/** Runs of the journal: what it grows by was changed by the run in between. */
function runsIn(context: Context, root: string): number {
  const read = readJournal(openStateFiles(context, root), "all");
  if (read.state !== "ok") return 0;
  return read.lines.filter(({ event }) => event?.event === "group-done").length;
}

async function acceptResult(options: FixOptions, context: Context, changed: boolean): Promise<ExitCode> {
  const { snapshot } = keptBefore(openStateFiles(context, options.root), "baseline");
  // What somebody else changed since is not accepted by starting again.
  if (snapshot !== undefined && !changed) {
    context.out.write(`The baseline of ${snapshot.takenAt} stays.\n`);
    return exit.done;
  }
  return await baselineCommand("accept", { ...options, format: "text" }, context);
}

async function enable({ hands, out, err }: Context): Promise<ExitCode> {
  for (const name of units) {
    const enabled = await hands.act("enable-unit", name);
    const started = name === timer && enabled.state === "ok" ? await hands.act("start-unit", name) : enabled;
    const bad = [enabled, started].find((result) => result.state !== "ok" || result.code !== 0);
    if (bad === undefined) out.write(`Enabled ${name}.\n`);
    else {
      const why = bad.state === "ok" ? (bad.stderr.trim().split("\n", 1)[0] ?? "") : bad.reason;
      err.write(`nodeward: ${name} is not enabled: ${why}\n`);
      return exit.incomplete;
    }
  }
  return exit.done;
}

/** The gravest of several exit codes: what must be looked at comes before what merely failed. */
function gravest(...codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [
    exit.damaged,
    exit.rolledBack,
    exit.incomplete,
    exit.guarded,
    exit.failed,
    exit.done,
  ];
  return order.find((code) => codes.includes(code)) ?? exit.done;
}

export async function bootstrapCommand(options: FixOptions, context: Context): Promise<ExitCode> {
  const before = runsIn(context, options.root);
  const fixed = await fixCommand(options, context);
  // A node that somebody must look at is accepted by nobody.
  if (fixed === exit.damaged || fixed === exit.usage) return fixed;
  const accepted = await acceptResult(options, context, runsIn(context, options.root) > before);
  if (options.root === "/") return gravest(fixed, accepted, await enable(context));
  context.out.write(
    `In an image nothing is started: enable ${units.join(" and ")} and run bootstrap at the first boot (nodeward-bootstrap.service).\n`,
  );
  return gravest(fixed, accepted);
}
