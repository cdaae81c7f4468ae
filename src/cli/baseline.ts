// `nodeward baseline accept|show|diff`: the state that somebody has accepted, which drift compares with.

import { thingKinds } from "../core/snapshot.js";
import { changedIn, driftJson, driftText } from "../report/drift.js";
import { keepSnapshot, keptTexts } from "../state/snapshots.js";
import { afterLook } from "./after-look.js";
import { CommandError, type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { DriftOptions } from "./drift.js";
import { deliver, viewFor } from "./output.js";
import { progressLine } from "./progress.js";
import { shownDrift } from "./shown-drift.js";
import { keptBefore, runSnapshot } from "./snapshot-run.js";
import { openStateFiles } from "./state-files.js";

export type BaselineAction = "accept" | "show" | "diff";

async function accept(options: DriftOptions, context: Context): Promise<ExitCode> {
  const files = openStateFiles(context, options.root);
  // Every file is read: what is accepted is what is there now, not what an older look remembers.
  const run = await runSnapshot(context, options, undefined, async () => undefined);
  const progress = options.quiet ? undefined : progressLine(context.err);
  const locked = await afterLook(() => files.lock(`nodeward baseline accept ${run.report.run.id}`), {
    sleep: context.hands.sleep,
    say: (line) => progress?.(line),
  });
  if (locked.state !== "ok") {
    const why = locked.state === "held" ? `another run is changing this node: ${locked.by}` : locked.reason;
    throw new CommandError(exit.incomplete, why);
  }
  try {
    for (const name of ["last", "baseline"] as const) {
      const kept = keepSnapshot(files, name, run.snapshot, run.texts);
      if (kept.state !== "ok") throw new CommandError(exit.incomplete, kept.reason);
    }
  } finally {
    locked.release();
  }
  const { things, verdicts, unseen } = run.snapshot;
  const fail = verdicts.filter(({ status }) => status === "fail").length;
  const missing = Object.entries(unseen).map(([kind, reason]) => `Not wholly seen: ${kind}: ${reason}\n`);
  context.out.write(
    `Accepted: ${things.length} things and ${verdicts.length} verdicts, ${fail} of them failing.\n${missing.join("")}`,
  );
  return exit.done;
}

function accepted(options: DriftOptions, context: Context) {
  const files = openStateFiles(context, options.root);
  const { snapshot, remarks } = keptBefore(files, "baseline");
  if (snapshot === undefined)
    throw new CommandError(
      exit.incomplete,
      remarks[0] ?? "nothing was accepted yet: nodeward baseline accept",
    );
  return { files, snapshot };
}

function show(options: DriftOptions, context: Context): ExitCode {
  const { snapshot } = accepted(options, context);
  if (options.format === "json") {
    deliver(context, options.output, `${JSON.stringify(snapshot, null, 2)}\n`);
    return exit.done;
  }
  const fail = snapshot.verdicts.filter(({ status }) => status === "fail");
  const lines = [
    `Accepted ${snapshot.takenAt} on ${snapshot.hostname || "(no host name)"}, profile ${snapshot.profile}`,
    ...thingKinds.map((kind) => {
      const number = snapshot.things.filter((thing) => thing.kind === kind).length;
      return `  ${kind.padEnd(10)}${String(number).padStart(6)}`;
    }),
    `  ${"verdict".padEnd(10)}${String(snapshot.verdicts.length).padStart(6)}, ${fail.length} failing`,
    ...(options.verbose ? snapshot.things.map(({ kind, key }) => `  ${kind} ${key}`) : []),
    ...(options.verbose ? fail.map(({ id, message }) => `  ${id}: ${message}`) : []),
    "",
  ];
  deliver(context, options.output, lines.join("\n"));
  return exit.done;
}

/** Compares and keeps nothing. */
async function diff(options: DriftOptions, context: Context): Promise<ExitCode> {
  const { files, snapshot } = accepted(options, context);
  const run = await runSnapshot(context, options, snapshot, async (seen) => {
    const kept = keptTexts(files);
    const text = (sha256: string) => seen.texts.get(sha256) ?? kept.get(sha256);
    return await shownDrift({ name: "the accepted baseline", snapshot }, seen, files, text);
  });
  const drift = run.more;
  const { hostname, takenAt } = run.snapshot;
  const report = { hostname, takenAt, version: versionOf(context.data), drifts: [drift], remarks: [] };
  const text = options.format === "json" ? driftJson(report) : driftText(report, viewFor(context, options));
  deliver(context, options.output, text);
  return changedIn(drift) ? exit.failed : exit.done;
}

export async function baselineCommand(
  action: BaselineAction,
  options: DriftOptions,
  context: Context,
): Promise<ExitCode> {
  if (action === "accept") return await accept(options, context);
  return action === "show" ? show(options, context) : await diff(options, context);
}
