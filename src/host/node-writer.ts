// The door for changing a node's files, as types: the old file or the new one, never a part, and never another file
// than the one named. The real one is host/live-writer.ts, one of values host/memory-writer.ts.
import type { Image } from "../core/plan.js";

/** Why a path is not changed: a rule, or the answer of the kernel. `reason` always names the path. */
export interface Refused {
  readonly state: "refused";
  readonly path: string;
  readonly reason: string;
  /** The kernel's error, such as ENOSPC, where it was that. */
  readonly code?: string;
}
export type Done = { readonly state: "ok" } | Refused;

/**
 * What a path is opened for. `content`: its bytes are replaced or it is removed; a symbolic link is followed by the
 * rules. `attributes`: mode and owner only, also of a directory. `name`: whatever bears the name itself, a link too.
 */
export type Use = "content" | "attributes" | "name";

/** A path with its symbolic links resolved, or the directory above it that is not there. */
export type Located =
  | { readonly state: "ok"; readonly realPath: string }
  | { readonly state: "no-directory"; readonly path: string }
  | Refused;

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A file to be laid beside a place and then to take its place. */
export interface NewFile extends Attributes {
  readonly bytes: Uint8Array;
  /** Whose ACL and extended attributes it gets: of what is there, of a kept file with its times too, or none. */
  readonly like: "place" | { readonly kept: string } | "none";
}

/** A name in a directory that is held by descriptor, whatever its path leads to meanwhile. */
export interface Place {
  readonly realPath: string;
  /** What was there when it was opened. The hash is empty when it was opened for its attributes. */
  readonly image: Image;
  /** The bytes of a file, checked against the image. */
  read(): { readonly state: "ok"; readonly bytes: Buffer } | Refused;
  /** Refused when something else is there by now. */
  unchanged(): Done;
  /** Writes the new file beside, under a temporary name, with all its attributes, and to the disk. */
  stage(file: NewFile): Done;
  stageLink(target: string, owner: Pick<Attributes, "uid" | "gid">): Done;
  /** The staged file as other programs can open it (validators), or undefined. */
  readonly staged: string | undefined;
  /** Puts the staged file in place, if `unchanged`. On the disk after `sync`. */
  commit(): Done;
  /**
   * What somebody wrote into the file that was replaced, who had it open: bytes that would be lost. Undefined when
   * nobody did.
   */
  late(): Buffer | undefined;
  /** Removes the file, the link or the empty directory, if `unchanged`. */
  remove(): Done;
  makeDirectory(attributes: Attributes): Done;
  /**
   * Changes mode and owner by descriptor. A new owner takes the capabilities of a file away (chown(2)): they come from
   * its kept attributes again. `back` puts back all that was kept, times and ACL too.
   */
  setAttributes(attributes: Attributes, kept?: { readonly name: string; readonly back: boolean }): Done;
  /** The directory to the disk. */
  sync(): Done;
  /** Takes a staged file away again and lets go of the directory. */
  close(): Done;
}

/** Leftovers of an interrupted change that were beside a path. */
export interface Swept {
  readonly removed: readonly string[];
  readonly left: readonly Refused[];
}

export interface NodeWriter {
  readonly root: string;
  /** Follows the path by the rules: links, directories above it that others could change, file systems that can hang. */
  locate(path: string, use: Use): Promise<Located>;
  /** Opens a located path. No link is followed any more, and the directories above it are looked at again. */
  open(realPath: string, use: Use): Place | Refused;
  /** Refused when the file systems of these paths have not three times these bytes and 16 MiB to spare. */
  room(realPaths: readonly string[], bytes: number): Done;
  /** Paths that the flags immutable or append-only keep from being changed (chattr(1)). */
  flagged(realPaths: readonly string[]): readonly Refused[];
  /**
   * The lock of who rewrites the user database (lckpwdf(3)), waited for as long as they do; nothing to take where none
   * of these files is of it.
   */
  lockAccounts(realPaths: readonly string[]): Locked;
  /** Puts staged files in place, each if `unchanged`. On the disk after `sync`. */
  commit(places: readonly Place[]): Done;
  /** Removes temporary files that an interrupted change left beside a path. */
  sweep(realPath: string): Swept;
  /** The state directory, made where it is missing. */
  state(): StateFiles | Refused;
}

export type StateBytes =
  | { readonly state: "ok"; readonly bytes: Buffer }
  | { readonly state: "absent" }
  | Refused;

/** The files of /var/lib/nodeward by name (`journal.ndjson`, `objects/…`): 0600 in directories of 0700. */
export interface StateFiles {
  readonly path: string;
  read(name: string): StateBytes;
  /** Names in a folder of it, sorted; none where the folder is missing. */
  list(folder: string): readonly string[];
  /** Puts a whole file in place, on the disk with its name. */
  put(name: string, bytes: Uint8Array): Done;
  /** As `put`, of several files of one folder, whose names go to the disk together. */
  putAll(folder: string, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Done;
  /** Writes `bytes` at `offset`, cuts what was behind, and waits for the disk. A failed write is cut off again. */
  extend(name: string, offset: number, bytes: Uint8Array): Done;
  rename(from: string, to: string): Done;
  /** A file or an empty folder; done too when it is not there. */
  remove(name: string): Done;
  /** Keeps owner, mode, times, ACL and extended attributes of what is at some places, each in an empty file. */
  keep(places: readonly { readonly place: Place; readonly name: string }[]): Done;
  /** One writer at a time: ours until the process ends, however it ends. Another `name` is another lock. */
  lock(holder: string, name?: string): Locked;
}

export type Locked =
  | { readonly state: "ok"; release(): void }
  /** Who has it. */
  | { readonly state: "held"; readonly by: string }
  | Refused;
