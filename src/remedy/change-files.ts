// Changes the files of one group: all staged, then all put in place. Putting back is restore-files.ts.
import type { GroupName } from "../core/plan.js";
import type { Done, NodeWriter, Place } from "../host/node-writer.js";
import type { Journal } from "../state/journal.js";
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
    for (const { file, place } of this.held) {
      const changed = this.commitOne(file, place);
      if (changed.state !== "ok") return changed;
    }
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

  private commitOne({ record: { before, after, inPlace, kept } }: PreparedFile, place: Place): Done {
    if (inPlace && (after.state === "file" || after.state === "directory"))
      return place.setAttributes(after, kept === null ? undefined : { name: kept, back: false });
    if (after.state === "absent") return place.remove();
    if (after.state === "directory") return ok;
    return before.state === "directory" ? ok : place.commit();
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
