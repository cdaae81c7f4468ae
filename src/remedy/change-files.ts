// Changes the files of one group: all staged, then all put in place. Putting back is restore-files.ts.
import type { FileRecord } from "../core/journal-event.js";
import type { GroupName } from "../core/plan.js";
import type { Done, NodeWriter, Place } from "../host/node-writer.js";
import type { Journal } from "../state/journal.js";
import { withAccountLock } from "./account-lock.js";
import { isPlace, type PreparedFile, type PreparedGroup } from "./prepare.js";
import { sameImage } from "./same-image.js";

const ok: Done = { state: "ok" };

interface Held {
  readonly file: PreparedFile;
  readonly place: Place;
}

/** A place of each directory, which is to be synced once. */
function oneEach(held: readonly Held[]): readonly Place[] {
  const directory = (path: string) => path.slice(0, path.lastIndexOf("/"));
  return [...new Map(held.map(({ place }) => [directory(place.realPath), place])).values()];
}

/** A new file or link is laid beside it, and takes its place. */
function isReplaced({ before, after, inPlace }: FileRecord): boolean {
  return !inPlace && before.state !== "directory" && (after.state === "file" || after.state === "symlink");
}

function changeOne({ record: { after, inPlace, kept } }: PreparedFile, place: Place): Done {
  if (inPlace && (after.state === "file" || after.state === "directory"))
    return place.setAttributes(after, kept === null ? undefined : { name: kept, back: false });
  return after.state === "absent" ? place.remove() : ok;
}

/** As somebody else meant to have it. */
function putLate(writer: NodeWriter, { realPath, image }: Place, bytes: Buffer): Done {
  const place = writer.open(realPath, "content");
  if (!isPlace(place)) return place;
  const { mode, uid, gid } = image.state === "file" ? image : { mode: 0o600, uid: 0, gid: 0 };
  const staged = place.stage({ bytes, mode, uid, gid, like: "place" });
  const placed = staged.state === "ok" ? place.commit() : staged;
  const synced = placed.state === "ok" ? place.sync() : placed;
  const closed = place.close();
  return synced.state === "ok" ? closed : synced;
}

/** The files of a group between their staging and their being in place. */
export class GroupChange {
  private readonly held: Held[] = [];

  constructor(
    private readonly writer: NodeWriter,
    private readonly journal: Journal,
    private readonly run: string,
    private readonly name: GroupName,
    private readonly files: readonly PreparedFile[],
  ) {}

  /** The new files under their temporary names, by the real path they are for: what a validator may be shown. */
  get staged(): ReadonlyMap<string, string> {
    return new Map(
      this.held.flatMap(({ file, place }) =>
        place.staged === undefined ? [] : [[file.record.realPath, place.staged] as const],
      ),
    );
  }

  /**
   * Looks at every file again, makes missing directories, and lays each new file beside the old one. Refused when one
   * of them is not what the plan was made on: then nothing but new directories has changed.
   */
  stage(): Done {
    for (const file of this.files) {
      const { record } = file;
      const place = this.writer.open(record.realPath, record.inPlace ? "attributes" : "name");
      if (!isPlace(place)) return place;
      this.held.push({ file, place });
      const staged = this.stageOne(file, place);
      if (staged.state !== "ok") return staged;
    }
    return ok;
  }

  private stageOne(
    { record: { path, before, after, inPlace }, bytes, like }: PreparedFile,
    place: Place,
  ): Done {
    if (!sameImage(place.image, before)) {
      // Another group may have made the directory that both need.
      if (after.state === "directory" && !inPlace && sameImage(place.image, after)) return ok;
      return { state: "refused", path, reason: `${path}: was changed by somebody else meanwhile` };
    }
    if (inPlace || after.state === "absent") return ok;
    if (after.state === "symlink") return place.stageLink(after.target, after);
    if (after.state === "directory") {
      const made = place.makeDirectory(after);
      return made.state === "ok" ? place.sync() : made;
    }
    return bytes === undefined
      ? { state: "refused", path, reason: `${path}: has no new content` }
      : place.stage({ bytes, mode: after.mode, uid: after.uid, gid: after.gid, like });
  }

  /** Puts everything in place and says so in the journal. A refusal in the middle leaves it to the caller to restore. */
  commit(): Done {
    const changed = withAccountLock(
      this.writer,
      this.held.map(({ file }) => file.record.realPath),
      () => this.putInPlace(),
    );
    if (changed.state !== "ok") return changed;
    for (const place of oneEach(this.held)) {
      const synced = place.sync();
      if (synced.state !== "ok") return synced;
    }
    return this.journal.append(
      ...this.held.map(({ file: { record } }) => ({
        event: "file-done" as const,
        run: this.run,
        group: this.name,
        path: record.path,
      })),
    );
  }

  private putInPlace(): Done {
    const staged = this.held.filter(({ file: { record } }) => isReplaced(record));
    const placed = this.writer.commit(staged.map(({ place }) => place));
    if (placed.state !== "ok") return placed;
    for (const { file, place } of this.held) {
      const changed = isReplaced(file.record) ? ok : changeOne(file, place);
      if (changed.state !== "ok") return changed;
    }
    return ok;
  }

  /**
   * Looks at the replaced files once more: who had one open when it was replaced may have written into it since. What
   * they wrote takes the place of ours, and the change is refused.
   */
  settle(): Done {
    for (const { file, place } of this.held) {
      const bytes = place.late();
      if (bytes === undefined) continue;
      const { path, after } = file.record;
      const late = bytes.length > 0 && after.state === "file" ? putLate(this.writer, place, bytes) : ok;
      if (late.state !== "ok") return late;
      return {
        state: "refused",
        path,
        reason: `${path}: was written to by somebody else while it was replaced`,
      };
    }
    return ok;
  }

  /** Takes away what is still staged and lets go of the files. */
  close(): Done {
    const closed = this.held.map(({ place }) => place.close());
    this.held.length = 0;
    return closed.find(({ state }) => state !== "ok") ?? ok;
  }
}

export function groupChange(
  writer: NodeWriter,
  journal: Journal,
  run: string,
  { group, files }: PreparedGroup,
): GroupChange {
  return new GroupChange(writer, journal, run, group.name, files);
}
