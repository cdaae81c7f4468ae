// What is kept in the state directory and how long: originals while their run can be undone, nothing of runs that never
// began. Deletes only what the journal has freed before.
import type { JournalEvent, JournalLine } from "../core/journal-event.js";
import type { Image } from "../core/plan.js";
import type { Done, Refused, StateFiles } from "../host/node-writer.js";
import type { Journal } from "./journal.js";
import { partForm, readJournal, readPart } from "./journal-file.js";

const day = 24 * 60 * 60 * 1000;
const keptDays = 90;
const keptRuns = 200;
/** Kept whatever the clock says: one that jumps ahead makes every run look old. */
const alwaysKept = 20;

const temporary = /^\..*\.nw-[0-9a-f]{12}$/;
const originals = "originals";
/** Where attributes wait before they have their names; gone once the run has begun and the next one looks. */
const arriving = "new";

function empty(files: StateFiles, folder: string): void {
  for (const name of files.list(folder)) files.remove(`${folder}/${name}`);
  files.remove(folder);
}

function removeRun(files: StateFiles, run: string): void {
  empty(files, `${originals}/${run}/${arriving}`);
  empty(files, `${originals}/${run}`);
}

function begunIn(lines: readonly JournalLine[]): readonly (JournalEvent & { readonly event: "begin" })[] {
  return lines.flatMap(({ event }) => (event?.event === "begin" ? [event] : []));
}

/** Takes away what an interrupted write left in the state directory itself. By who holds the lock. */
export function sweepWrites(files: StateFiles): void {
  for (const folder of ["", "objects", "spool", "told"])
    for (const name of files.list(folder))
      if (temporary.test(name)) files.remove(folder === "" ? name : `${folder}/${name}`);
}

/** As `sweepWrites`, and what was saved for a run that never began. */
export function tidy(files: StateFiles): void {
  sweepWrites(files);
  const unsettled = files
    .list(originals)
    .filter(
      (run) =>
        files.list(`${originals}/${run}`).includes(arriving) ||
        files.list(`${originals}/${run}`).length === 0,
    );
  if (unsettled.length === 0) return;
  const read = readJournal(files, "all");
  if (read.state !== "ok") return;
  const begun = new Set(begunIn(read.lines).map(({ run }) => run));
  for (const run of unsettled) {
    if (begun.has(run)) empty(files, `${originals}/${run}/${arriving}`);
    else removeRun(files, run);
  }
}

interface Ended {
  readonly run: string;
  readonly time: number;
}

/** Ended runs, oldest first, without those that were freed already. */
function ended(lines: readonly JournalLine[]): readonly Ended[] {
  const found = new Map<string, Ended>();
  for (const { event, time } of lines) {
    if (event?.event === "end") found.set(event.run, { run: event.run, time: Date.parse(time) });
    if (event?.event === "freed") for (const run of event.runs) found.delete(run);
  }
  return [...found.values()];
}

function hashes(image: Image): readonly string[] {
  return image.state === "file" && image.sha256 !== "" ? [image.sha256] : [];
}

/** Frees runs that are too old or too many, first in the journal, then on the disk. */
export function free(files: StateFiles, journal: Journal, now: number): Done {
  const read = readJournal(files, "all");
  if (read.state !== "ok") return read;
  const runs = ended(read.lines);
  const old = runs.filter(
    ({ time }, index) =>
      index < runs.length - keptRuns || (index < runs.length - alwaysKept && now - time > keptDays * day),
  );
  if (old.length === 0) return { state: "ok" };
  const said = journal.append({ event: "freed", runs: old.map(({ run }) => run) });
  if (said.state !== "ok") return said;
  return collect(files);
}

/** Deletes what only freed runs needed, and parts of the journal that tell of no other run. */
function collect(files: StateFiles): Done | Refused {
  const read = readJournal(files, "all");
  if (read.state !== "ok") return read;
  const freed = new Set(read.lines.flatMap(({ event }) => (event?.event === "freed" ? event.runs : [])));
  const needed = new Set(
    begunIn(read.lines)
      .filter(({ run }) => !freed.has(run))
      .flatMap(({ groups }) => groups.flatMap((group) => group.files))
      .flatMap(({ before }) => hashes(before)),
  );
  for (const run of files.list(originals)) if (freed.has(run)) removeRun(files, run);
  for (const name of files.list("objects")) if (!needed.has(name)) files.remove(`objects/${name}`);
  for (const part of files.list("").filter((name) => partForm.test(name))) {
    const runs = begunIn(readPart(files, part));
    if (!runs.every(({ run }) => freed.has(run))) break;
    files.remove(part);
  }
  return { state: "ok" };
}
