// The undoing of a run, as a run: what it changed and nobody has changed since is put back, files and running system.
import type { FileRecord, Unrestored, Who } from "../core/journal-event.js";
import type { PastGroup, PastRun } from "../core/past-runs.js";
import type { FileChange, Group, Image, LiveChange, Wanted } from "../core/plan.js";
import { asker } from "../engine/gather.js";
import type { Host } from "../host/host.js";
import type { NodeWriter, StateFiles } from "../host/node-writer.js";
import { readOriginal } from "../state/originals.js";
import { applyRun, type RunOutcome } from "./apply-run.js";
import { shownDiff } from "./file-change.js";
import { isUndoable } from "./live-undo.js";
import { look, type Machine } from "./machine.js";
import { isPlace, type PreparedFile, type PreparedGroup } from "./prepare.js";
import { inUse, profileUsers } from "./profile-users.js";
import { reactionOf } from "./reactions.js";
import { sameImage } from "./same-image.js";
import type { State } from "./session.js";
import { settleRun } from "./settle-run.js";
import { runningUnits } from "./shown.js";
import type { Switch } from "./switch.js";

/** A file that somebody has changed since the run. */
export interface Foreign {
  readonly path: string;
  /** What the run did, and what putting back would do now; empty for files with secrets. */
  readonly diffs: readonly string[];
}

export interface UndoPlan {
  readonly groups: readonly Group[];
  readonly prepared: readonly PreparedGroup[];
  readonly foreign: readonly Foreign[];
  /** Not to be put back at all, and why. */
  readonly impossible: readonly Unrestored[];
}

interface Now {
  readonly image: Image;
  readonly bytes: Buffer | undefined;
}

type Step =
  | { readonly state: "same" }
  | {
      readonly state: "ready";
      readonly file: PreparedFile;
      readonly change: FileChange;
      readonly foreign: boolean;
    }
  | { readonly state: "impossible"; readonly reason: string };

function nowAt(writer: NodeWriter, record: FileRecord): Now | string {
  const place = writer.open(record.realPath, record.inPlace ? "attributes" : "name");
  // With its directory the file is gone too.
  if (!isPlace(place))
    return place.code === "ENOENT" ? { image: { state: "absent" }, bytes: undefined } : place.reason;
  const { image } = place;
  const read = image.state === "file" && !record.inPlace ? place.read() : undefined;
  place.close();
  if (read !== undefined && read.state !== "ok") return read.reason;
  return { image, bytes: read?.bytes };
}

function wantedBack({ before, inPlace }: FileRecord, original: Buffer | undefined): Wanted {
  if (before.state === "absent" || before.state === "symlink") return before;
  const owner = `${before.uid}:${before.gid}`;
  if (inPlace) return { state: "attributes", mode: before.mode, owner };
  if (before.state === "directory") return { state: "directory", mode: before.mode, owner };
  const content = original?.toString("latin1") ?? "";
  return { state: "file", content, encoding: "latin1", mode: before.mode, owner };
}

function textOf(bytes: Buffer | undefined): string {
  return bytes?.toString("utf8") ?? "";
}

/** One file back: from what is there now to what was there before the run. */
function stepFor(writer: NodeWriter, files: StateFiles, record: FileRecord): Step {
  const { path, realPath, before, after, inPlace, kept, checks } = record;
  const now = nowAt(writer, record);
  if (typeof now === "string") return { state: "impossible", reason: now };
  if (sameImage(now.image, before)) return { state: "same" };
  const original = before.state === "file" && !inPlace ? readOriginal(files, before.sha256) : undefined;
  if (original?.state === "refused") return { state: "impossible", reason: original.reason };
  const diff = inPlace ? "" : shownDiff(path, textOf(now.bytes), textOf(original?.bytes), now.image, before);
  const back: FileRecord = {
    path,
    realPath,
    before: now.image,
    after: before,
    inPlace,
    kept: null,
    checks,
    diff,
  };
  return {
    state: "ready",
    file: { record: back, bytes: original?.bytes, like: kept === null ? "none" : { kept } },
    change: { path, before: now.image, wanted: wantedBack(record, original?.bytes), checks, diff },
    foreign: !sameImage(now.image, after),
  };
}

/** The last change is taken back first. */
function liveBack({ live }: PastGroup): readonly LiveChange[] {
  return [...live]
    .reverse()
    .flatMap(({ change: { checks }, undo }) =>
      undo.flatMap(({ action, args }) => (isUndoable(action) ? [{ action, args, checks }] : [])),
    );
}

interface Collected {
  readonly foreign: Foreign[];
  readonly impossible: Unrestored[];
}

/** A directory that the run made and in which somebody else has put something since: it stays. */
async function isInUse(
  host: Host,
  { realPath, before, after }: FileRecord,
  removed: ReadonlySet<string>,
): Promise<boolean> {
  if (before.state !== "absent" || after.state !== "directory") return false;
  const listing = await host.list(realPath);
  return (
    listing.state !== "absent" &&
    (listing.state !== "ok" ||
      listing.undecodable.length > 0 ||
      listing.entries.some(({ name }) => !removed.has(`${realPath}/${name}`)))
  );
}

async function groupBack(
  writer: NodeWriter,
  files: StateFiles,
  past: PastGroup,
  force: boolean,
  found: Collected,
  host: Host,
): Promise<{ readonly group: Group; readonly prepared: PreparedGroup }> {
  const ready: (Step & { readonly state: "ready" })[] = [];
  const users = past.record.name === "profiles" ? await profileUsers(asker(host)) : new Map<string, string>();
  const kept = new Set<string>();
  for (const record of [...past.record.files].reverse()) {
    const used = record.before.state === "absent" ? users.get(record.path) : undefined;
    if (used !== undefined) {
      found.impossible.push({ path: record.path, reason: inUse(record.path, used) });
      kept.add(record.path);
      continue;
    }
    const step = stepFor(writer, files, record);
    if (step.state === "impossible") found.impossible.push({ path: record.path, reason: step.reason });
    const removed = new Set(ready.map(({ file }) => file.record.realPath));
    if (step.state !== "ready" || (await isInUse(host, record, removed))) continue;
    if (step.foreign && !force)
      found.foreign.push({
        path: record.path,
        diffs: [record.diff, step.change.diff].filter((diff) => diff !== ""),
      });
    else ready.push(step);
  }
  const { name, risk, checks } = past.record;
  const live = liveBack(past).filter(({ args }) => !args.some((word) => kept.has(word)));
  const group = { name, risk, checks, live, files: ready.map(({ change }) => change) };
  return { group, prepared: { group: { name, risk, checks, live }, files: ready.map(({ file }) => file) } };
}

/** Newest group first. Groups that were not made, or were put back at once, have nothing to take back. */
export async function planUndo(
  machine: Machine,
  files: StateFiles,
  run: PastRun,
  force: boolean,
): Promise<UndoPlan> {
  const found: Collected = { foreign: [], impossible: [] };
  const done = [...run.groups].reverse().filter(({ state }) => state === "done");
  const all = await look(machine, async (host) => {
    const made: Awaited<ReturnType<typeof groupBack>>[] = [];
    for (const past of done) made.push(await groupBack(machine.writer, files, past, force, found, host));
    return made.filter(({ group }) => group.files.length + group.live.length > 0);
  });
  return { groups: all.map(({ group }) => group), prepared: all.map(({ prepared }) => prepared), ...found };
}

export interface UndoRequest {
  readonly machine: Machine;
  readonly state: State;
  readonly who: Who;
  /** The new run, and the one it takes back. */
  readonly run: string;
  readonly of: string;
  /** The dead man's switch: to take back what could shut people out can do so too. None under --root. */
  readonly arm?: () => Switch;
  readonly proof?: () => number;
}

export async function undo(
  { machine, state, who, run, of, arm, proof }: UndoRequest,
  plan: UndoPlan,
): Promise<RunOutcome> {
  const runs = machine.act === undefined ? () => false : await look(machine, runningUnits);
  const outcome = await applyRun(machine, state, plan.groups, {
    run,
    kind: "undo",
    of,
    who,
    prepared: plan.prepared,
    reaction: (group) => reactionOf(group, runs),
    verify: async () => undefined,
    before: async () => undefined,
    ...(arm === undefined ? {} : { switch: arm() }),
  });
  return outcome.state === "ran" ? await settleRun(machine, state, outcome, proof) : outcome;
}
