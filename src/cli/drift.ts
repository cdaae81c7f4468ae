// `nodeward drift`: judges the node, says what changed since the last run and from the accepted state, and keeps what it saw.
import type { Snapshot } from "../core/snapshot.js";
import type { StateFiles } from "../host/node-writer.js";
import { changedIn, type DriftReport, driftJson, driftText, type ShownDrift } from "../report/drift.js";
import { keepScore, keepSnapshot, keptTexts } from "../state/snapshots.js";
import { type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { type Against, shownDrift } from "./shown-drift.js";
import { keptBefore, openStateFiles, runSnapshot, type SnapshotRun } from "./snapshot-run.js";

export interface DriftOptions extends ReadingOptions {
  readonly format: "text" | "json";
}

/** Keeps the run; a failure is a remark, for what was seen is worth telling all the same. */
function keep(files: StateFiles, run: SnapshotRun<unknown>): readonly string[] {
  const locked = files.lock(`nodeward drift ${run.report.run.id}`);
  if (locked.state !== "ok") {
    const why = locked.state === "held" ? `another run is changing this node: ${locked.by}` : locked.reason;
    return [`not kept for the next comparison: ${why}`];
  }
  try {
    const { startedAt: at, id } = run.report.run;
    const { score, fail } = run.report.summary;
    const done = [
      keepSnapshot(files, "last", run.snapshot, run.texts),
      keepScore(files, { at, run: id, score, fail }),
    ];
    return done.flatMap((one) =>
      one.state === "ok" ? [] : [`not kept for the next comparison: ${one.reason}`],
    );
  } finally {
    locked.release();
  }
}

function named(name: string, snapshot: Snapshot | undefined): readonly Against[] {
  return snapshot === undefined ? [] : [{ name, snapshot }];
}

/** 0: as it was and as accepted. 1: something changed. 3: what was seen could not be kept. */
export async function driftCommand(options: DriftOptions, context: Context): Promise<ExitCode> {
  const files = openStateFiles(context, options.root);
  const [last, baseline] = [keptBefore(files, "last"), keptBefore(files, "baseline")];
  const against: readonly Against[] = [
    ...named("the last run", last.snapshot),
    ...named("the accepted baseline", baseline.snapshot),
  ];
  const run = await runSnapshot(context, options, last.snapshot ?? baseline.snapshot, async (seen) => {
    const kept = keptTexts(files);
    const text = (sha256: string) => seen.texts.get(sha256) ?? kept.get(sha256);
    const drifts: ShownDrift[] = [];
    for (const one of against) drifts.push(await shownDrift(one, seen, files, text));
    return drifts;
  });
  const drifts = run.more;
  const notKept = keep(files, run);
  const first =
    drifts.length === 0
      ? [
          `Nothing to compare with yet: ${run.snapshot.things.length} things and ${run.snapshot.verdicts.length} verdicts are kept for the next run.`,
        ]
      : [];
  const report: DriftReport = {
    hostname: run.snapshot.hostname,
    takenAt: run.snapshot.takenAt,
    version: versionOf(context.data),
    drifts,
    remarks: [...last.remarks, ...baseline.remarks, ...(notKept.length === 0 ? first : []), ...notKept],
  };
  const view = viewFor(context, options);
  deliver(context, options.output, options.format === "json" ? driftJson(report) : driftText(report, view));
  if (notKept.length > 0) return exit.incomplete;
  return drifts.some(changedIn) ? exit.failed : exit.done;
}
