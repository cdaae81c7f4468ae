// `nodeward drift`: judges the node, says what changed since the last run and from the accepted state, keeps what it saw,
// and tells those whom the site wants told.

import type { FlapNote } from "../core/flap.js";
import type { Score } from "../core/score.js";
import type { Snapshot } from "../core/snapshot.js";
import { type News, queue, tell } from "../daemon/notify.js";
import { flapWindowMs } from "../engine/flapping.js";
import type { Host } from "../host/host.js";
import type { Locked, StateFiles } from "../host/node-writer.js";
import type { Channel } from "../policy/drift-channels.js";
import { count } from "../report/arrange.js";
import { type DriftReport, driftJson, driftText, movedIn, type ShownDrift } from "../report/drift.js";
import { keepDigests } from "../state/digests.js";
import { sweepWrites } from "../state/retention.js";
import { keepScore, keptScores } from "../state/scores.js";
import { keepSnapshot, keptTexts } from "../state/snapshots.js";
import { afterLook } from "./after-look.js";
import { type Context, type ExitCode, exit, versionOf } from "./context.js";
import { withDoors } from "./drift-doors.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { progressLine } from "./progress.js";
import { type Against, shownDrift } from "./shown-drift.js";
import { type KeptBefore, keptBefore, runSnapshot, type SnapshotRun } from "./snapshot-run.js";
import { openStateFiles } from "./state-files.js";

export interface DriftOptions extends ReadingOptions {
  readonly format: "text" | "json";
}

/** Of past looks, in the report. */
const shownScores = 29;
export type Looked = SnapshotRun<readonly ShownDrift[]>;
/** What a daemon does beside. */
export interface DriftExtras {
  /** While the host is open. */
  readonly host: (host: Host) => Promise<void>;
  /** What else there is to say of what was found, before anything is kept. */
  readonly judge: (
    run: Looked,
    before: Before,
  ) => { readonly remarks: readonly string[]; readonly notes: readonly FlapNote[] };
}
const noExtras: DriftExtras = { host: async () => {}, judge: () => ({ remarks: [], notes: [] }) };

/** The drift with notes that are told with it. */
function noted(drift: ShownDrift, notes: readonly FlapNote[]): ShownDrift {
  const { notes: own = [], silent = [] } = drift.comparison.damped ?? {};
  return { ...drift, comparison: { ...drift.comparison, damped: { notes: [...own, ...notes], silent } } };
}

function named(name: string, snapshot: Snapshot | undefined): readonly Against[] {
  return snapshot === undefined ? [] : [{ name, snapshot }];
}

export interface Before {
  readonly last: KeptBefore;
  readonly baseline: KeptBefore;
}

async function look(
  options: DriftOptions,
  context: Context,
  files: StateFiles,
  { last, baseline }: Before,
  extras: DriftExtras,
): Promise<Looked> {
  const against: readonly Against[] = [
    ...named("the last run", last.snapshot),
    ...named("the accepted baseline", baseline.snapshot),
  ];
  return await runSnapshot(context, options, last.snapshot ?? baseline.snapshot, async (seen) => {
    const kept = keptTexts(files);
    const text = (sha256: string) => seen.texts.get(sha256) ?? kept.get(sha256);
    const drifts: ShownDrift[] = [];
    const windowMs = flapWindowMs(seen.settings.intervalMs);
    for (const one of against) {
      // What differs from the accepted state differs from it, however often it changed since.
      const damping = one.snapshot === last.snapshot ? { flapWindowMs: windowMs } : {};
      drifts.push(await shownDrift({ ...one, ...damping }, seen, files, text));
    }
    await extras.host(seen.host);
    return drifts;
  });
}

interface Unkept {
  /** Why it will not be compared with the next time. */
  readonly problems: readonly string[];
  /** A score that is not kept costs no comparison. */
  readonly remarks: readonly string[];
}

function keep(files: StateFiles, run: Looked, { digests, bootId }: Context["hands"]): Unkept {
  const { snapshot, texts, more } = run;
  const flaps = more.find((drift) => drift.flaps !== undefined)?.flaps;
  const last = flaps === undefined ? snapshot : { ...snapshot, flaps };
  const kept = keepSnapshot(files, "last", last, texts);
  if (kept.state !== "ok")
    return { problems: [`not kept for the next comparison: ${kept.reason}`], remarks: [] };
  const hashed = run.report.run.root === "/" ? digests.toKeep() : undefined;
  const digest = keepDigests(files, bootId(), hashed);
  const { done, unread } = keepScore(files, scoreOf(run));
  const lost = unread === 0 ? [] : [`${count(unread, "score")} damaged or of another nodeward, let go`];
  return {
    problems: [],
    remarks: [
      ...lost,
      ...(done.state === "ok" ? [] : [`the score is not kept: ${done.reason}`]),
      ...(digest.state === "ok" ? [] : [`what was hashed is not kept: ${digest.reason}`]),
    ],
  };
}

function scoreOf({ report: { run, summary } }: Looked): Score {
  return { at: run.startedAt, run: run.id, score: summary.score, fail: summary.fail };
}

interface Kept {
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
  /** Messages of a look that was not kept: the next look finds the same, and tells it then. */
  readonly held: readonly string[];
}

/** First what is to be told, then the look: what is interrupted in between is found and told again, once. */
function queueAndKeep(
  channels: readonly Channel[],
  news: News,
  run: Looked,
  files: StateFiles,
  hands: Context["hands"],
): Kept {
  const { problems, remarks, names } = queue(channels, news, files);
  if (problems.length > 0) return { problems, remarks, held: names };
  const unkept = keep(files, run, hands);
  const held = unkept.problems.length > 0 ? names : [];
  return { problems: unkept.problems, remarks: [...remarks, ...unkept.remarks], held };
}

function reportOf(
  run: Looked,
  remarks: readonly string[],
  scores: readonly Score[],
  context: Context,
): DriftReport {
  const { hostname, takenAt, things, verdicts } = run.snapshot;
  const first = `Nothing to compare with yet: ${things.length} things and ${verdicts.length} verdicts are kept for the next run.`;
  return {
    hostname,
    takenAt,
    version: versionOf(context.data),
    drifts: run.more,
    scores: [...scores.slice(-shownScores), scoreOf(run)],
    remarks: [...remarks, ...(run.more.length === 0 ? [first] : [])],
  };
}

function unlocked(locked: Exclude<Locked, { readonly state: "ok" }>): string {
  const why = locked.state === "held" ? `another run is changing this node: ${locked.by}` : locked.reason;
  return `not kept for the next comparison: ${why}`;
}

export interface DriftLook {
  readonly run: Looked;
  readonly report: DriftReport;
  readonly news: News;
  /** Why the next look will not compare with this one, or not all was written down; none as a rule. */
  readonly problems: readonly string[];
  /** Messages that must not be told yet; undefined: none may. */
  readonly held: readonly string[] | undefined;
}

/** Looks at the node, compares, and keeps what it saw where the lock is ours. Tells nobody yet. */
export async function driftLook(
  options: DriftOptions,
  context: Context,
  files: StateFiles,
  locked: Locked,
  extras = noExtras,
): Promise<DriftLook> {
  const mine = locked.state === "ok";
  if (mine) sweepWrites(files);
  const before = { last: keptBefore(files, "last"), baseline: keptBefore(files, "baseline") };
  const seen = await look(options, context, files, before, extras);
  const { remarks: more, notes } = mine ? extras.judge(seen, before) : noExtras.judge(seen, before);
  const [first, ...others] = seen.more;
  const run =
    first === undefined || notes.length === 0 ? seen : { ...seen, more: [noted(first, notes), ...others] };
  const told = reportOf(
    run,
    [...before.last.remarks, ...before.baseline.remarks, ...more],
    keptScores(files).scores,
    context,
  );
  // Where the last look is lost: a change since the accepted state may be told twice then, and none is left out.
  const began = before.last.snapshot === undefined && before.last.remarks.length === 0;
  const drift = began ? undefined : run.more[0];
  const news: News = { report: run.report, drift, told };
  const { problems, remarks, held }: Kept = mine
    ? queueAndKeep(options.root === "/" ? run.settings.notify : [], news, run, files, context.hands)
    : { problems: [unlocked(locked)], remarks: [], held: [] };
  const report = { ...told, remarks: [...told.remarks, ...remarks, ...problems] };
  return { run, report, news, problems, held: mine && options.root === "/" ? held : undefined };
}

/**
 * Tells the channels; answers whether all of them were. Problems of it go to standard error: the drift itself was found and
 * kept.
 */
export async function tellDrift(
  { news, run, held }: DriftLook,
  files: StateFiles,
  context: Context,
): Promise<boolean> {
  if (held === undefined) return true;
  const problems = await withDoors(context, files, (doors) => tell(run.settings.notify, news, doors, held));
  for (const problem of problems) context.err.write(`nodeward: ${problem}\n`);
  return problems.length === 0;
}

/** 0: as it was and as accepted. 1: something changed. 3: what was seen could not be kept. */
export async function driftCommand(options: DriftOptions, context: Context): Promise<ExitCode> {
  const files = openStateFiles(context, options.root);
  const progress = options.quiet ? undefined : progressLine(context.err);
  const locked = await afterLook(() => files.lock("nodeward drift"), {
    sleep: context.hands.sleep,
    say: (line) => progress?.(line),
  });
  try {
    const looked = await driftLook(options, context, files, locked);
    const { report, run, problems } = looked;
    const view = viewFor(context, options);
    deliver(context, options.output, options.format === "json" ? driftJson(report) : driftText(report, view));
    await tellDrift(looked, files, context);
    if (problems.length > 0) return exit.incomplete;
    return run.more.some(movedIn) ? exit.failed : exit.done;
  } finally {
    if (locked.state === "ok") locked.release();
  }
}
