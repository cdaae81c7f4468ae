// Puts files back to what they were before a run, whatever an interruption left: from what is there now, not from what
// is remembered. The last change is taken back first.
import type { FileRecord, Unrestored } from "../core/journal-event.js";
import type { Image } from "../core/plan.js";
import type { Done, NodeWriter, Place, Refused, StateFiles } from "../host/node-writer.js";
import { readOriginal } from "../state/originals.js";
import { withAccountLock } from "./account-lock.js";
import { isPlace } from "./prepare.js";
import { halfWay, newDirectory, sameImage } from "./same-image.js";

export interface Restored {
  readonly restored: readonly string[];
  /** Changed by somebody else since, and left as they are. */
  readonly left: readonly Unrestored[];
  /** Could not be put back. */
  readonly failed: readonly Unrestored[];
  /** Temporary files that were taken away. */
  readonly swept: readonly string[];
}

type One =
  | { readonly state: "same" | "restored" }
  | { readonly state: "left" | "failed"; readonly reason: string };

/** Is what is there now ours: the state that the change leads to, or one on the way there? */
function ours(now: Image, { before, after, inPlace }: FileRecord): boolean {
  if (sameImage(now, after)) return true;
  if (inPlace) return halfWay(now, before, after);
  // A directory that is made, or made again, before it got its mode and owner.
  return before.state === "absent" ? newDirectory(now, after) : newDirectory(now, before);
}

function putBack(files: StateFiles, record: FileRecord, place: Place): Done {
  const { before, inPlace, kept } = record;
  if (before.state === "absent") return place.remove();
  if (before.state === "symlink") {
    const staged = place.stageLink(before.target, before);
    return staged.state === "ok" ? place.commit() : staged;
  }
  if (before.state === "directory" && place.image.state === "absent") return place.makeDirectory(before);
  if (inPlace || before.state === "directory")
    return place.setAttributes(before, kept === null ? undefined : { name: kept, back: true });
  const original = readOriginal(files, before.sha256);
  if (original.state !== "ok") return original;
  const { mode, uid, gid } = before;
  const like = kept === null ? "none" : { kept };
  const staged = place.stage({ bytes: original.bytes, mode, uid, gid, like });
  return staged.state === "ok" ? place.commit() : staged;
}

/** A new directory that somebody put something into is not ours to remove. */
function inUse(record: FileRecord, back: Refused): boolean {
  return record.before.state === "absent" && (back.code === "ENOTEMPTY" || back.code === "EEXIST");
}

function restoreOpen(files: StateFiles, record: FileRecord, place: Place, force: boolean): One {
  if (sameImage(place.image, record.before)) return { state: "same" };
  if (!force && !ours(place.image, record))
    return { state: "left", reason: "was changed by somebody else since" };
  const back = putBack(files, record, place);
  const synced = back.state === "ok" ? place.sync() : back;
  if (synced.state === "ok") return { state: "restored" };
  return { state: inUse(record, synced) ? "left" : "failed", reason: synced.reason };
}

function restoreOne(writer: NodeWriter, files: StateFiles, record: FileRecord, force: boolean): One {
  const locked = withAccountLock(writer, [record.realPath], () =>
    restoreLocked(writer, files, record, force),
  );
  return locked.state === "refused" ? { state: "failed", reason: locked.reason } : locked;
}

function restoreLocked(writer: NodeWriter, files: StateFiles, record: FileRecord, force: boolean): One {
  const place = writer.open(record.realPath, record.inPlace ? "attributes" : "name");
  if (!isPlace(place)) {
    // With its directory a new file is gone too.
    const gone = record.before.state === "absent" && place.code === "ENOENT";
    return gone ? { state: "same" } : { state: "failed", reason: place.reason };
  }
  const one = restoreOpen(files, record, place, force);
  const closed = place.close();
  return closed.state === "ok" || one.state === "failed" ? one : { state: "failed", reason: closed.reason };
}

/** `force` puts back what somebody else has changed since, too. */
export function restoreFiles(
  writer: NodeWriter,
  files: StateFiles,
  records: readonly FileRecord[],
  force = false,
): Restored {
  const restored: string[] = [];
  const left: Unrestored[] = [];
  const failed: Unrestored[] = [];
  const swept: string[] = [];
  for (const record of [...records].reverse()) {
    // First, because a temporary file may still be a second name of the new one (link(2)).
    const sweeping = writer.sweep(record.realPath);
    swept.push(...sweeping.removed);
    failed.push(...sweeping.left.map(({ path, reason }) => ({ path, reason })));
    const one = restoreOne(writer, files, record, force);
    if (one.state === "restored") restored.push(record.path);
    else if (one.state === "left") left.push({ path: record.path, reason: one.reason });
    else if (one.state === "failed") failed.push({ path: record.path, reason: one.reason });
  }
  return { restored, left, failed, swept };
}
