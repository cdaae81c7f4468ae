// Runs that a crash, a kill or a missing confirmation has left open: what they changed is put back, and that is said.
// Live state is the caller's: what was put back tells which groups have to react again.
import type { FileRecord, GroupRecord, JournalEvent } from "../core/journal-event.js";
import type { GroupName } from "../core/plan.js";
import type { Done, NodeWriter, StateFiles } from "../host/node-writer.js";
import type { Journal } from "../state/journal.js";
import { isPlace } from "./prepare.js";
import { type Restored, restoreFiles } from "./restore-files.js";
import { sameImage } from "./same-image.js";

export interface OpenRun {
  readonly begin: JournalEvent & { readonly event: "begin" };
  /** Groups of which it is told what became of them. */
  readonly settled: readonly GroupName[];
  readonly live: readonly (JournalEvent & { readonly event: "live" })[];
  /** Groups that an earlier recovery was putting back when it was cut off itself. */
  readonly recovering: readonly GroupName[];
  /** Until when a confirmation is waited for; null where none is, or it has come. */
  readonly waitsUntil: string | null;
}

/** Runs that have begun and not ended, newest first. */
export function openRuns(journal: Pick<Journal, "lines">): readonly OpenRun[] {
  const runs = new Map<string, OpenRun>();
  for (const { event } of journal.lines) {
    if (event === null || !("run" in event)) continue;
    if (event.event === "begin")
      runs.set(event.run, { begin: event, settled: [], live: [], recovering: [], waitsUntil: null });
    const run = runs.get(event.run);
    if (run === undefined) continue;
    if (event.event === "end") runs.delete(event.run);
    if (
      event.event === "group-done" ||
      event.event === "group-skipped" ||
      event.event === "group-rolled-back"
    )
      runs.set(event.run, { ...run, settled: [...run.settled, event.group] });
    if (event.event === "live") runs.set(event.run, { ...run, live: [...run.live, event] });
    if (event.event === "recovering") runs.set(event.run, { ...run, recovering: event.groups });
    if (event.event === "armed") runs.set(event.run, { ...run, waitsUntil: event.until });
    if (event.event === "confirmed") runs.set(event.run, { ...run, waitsUntil: null });
  }
  return [...runs.values()].reverse();
}

export interface Recovered extends Restored {
  readonly run: string;
}

/** Nobody is at work on it any more, whoever has the lock knows: was it cut off before its last group? */
export function isWhole({ begin, settled }: OpenRun): boolean {
  return begin.groups.every(({ name }) => settled.includes(name));
}

function isChanged(writer: NodeWriter, { realPath, before, inPlace }: FileRecord): boolean {
  const place = writer.open(realPath, inPlace ? "attributes" : "name");
  if (!isPlace(place)) return false;
  const changed = !sameImage(place.image, before);
  place.close();
  return changed;
}

/** Groups whose programs may have taken something up that will be put back, in the order in which they were made. */
export function groupsToTell(
  writer: NodeWriter,
  { begin, live, recovering }: OpenRun,
): readonly GroupRecord[] {
  const known = new Set([...recovering, ...live.map(({ group }) => group)]);
  return begin.groups.filter(
    ({ name, files }) => known.has(name) || files.some((file) => isChanged(writer, file)),
  );
}

/** Puts the files of a run back, the last group first. Nothing is written to the journal yet. */
export function restoreRun(
  writer: NodeWriter,
  files: StateFiles,
  run: string,
  groups: readonly GroupRecord[],
): Recovered {
  const all = [...groups].reverse().map((group) => restoreFiles(writer, files, group.files));
  return {
    run,
    restored: all.flatMap(({ restored }) => restored),
    left: all.flatMap(({ left }) => left),
    failed: all.flatMap(({ failed }) => failed),
    swept: all.flatMap(({ swept }) => swept),
  };
}

/** Writes down what was put back. A run of which something could not be stays open: the next start tries again. */
export function recordRecovery(journal: Journal, recovered: Recovered): Done {
  const { run, restored, left, failed } = recovered;
  const said: JournalEvent = { event: "recovered", run, restored, left, failed };
  if (failed.length > 0) return journal.append(said);
  const result = restored.length === 0 && left.length === 0 ? "nothing" : "rolled-back";
  return journal.append(said, { event: "end", run, result, summary: summaryOf(recovered) });
}

export function summaryOf({ restored, left, failed }: Restored): string {
  const parts = [
    `${restored.length} ${restored.length === 1 ? "file" : "files"} put back`,
    ...(left.length > 0 ? [`${left.length} left as they are: ${left[0]?.path} ${left[0]?.reason}`] : []),
    ...(failed.length > 0 ? [`${failed.length} could not be put back: ${failed[0]?.reason}`] : []),
  ];
  return parts.join("; ");
}
