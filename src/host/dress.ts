// Owner, mode and the rest for a new file beside the place it is for. Puts nothing in place.
import { closeSync, fchmodSync, fchownSync } from "node:fs";
import { Rule } from "./attempt.js";
import { carry } from "./carry.js";
import type { Attributes, NewFile } from "./node-writer.js";
import type { Seen } from "./seen.js";

/** Opens an empty file of the state directory that keeps attributes. */
export type OpenKept = (name: string) => number;

/** Owner before capabilities, which a change of owner takes away (chown(2)), and mode last. */
export function dress(fd: number, file: NewFile, seen: Seen, openKept: OpenKept): void {
  if (file.like === "place" && seen.fd !== undefined && seen.image.state === "file") {
    const old = seen.image;
    carry(seen.fd, fd, "for-new-bytes");
    if (old.uid !== file.uid || old.gid !== file.gid) {
      fchownSync(fd, file.uid, file.gid);
      carry(seen.fd, fd, "xattr");
    }
    if (old.mode !== file.mode || old.uid !== file.uid || old.gid !== file.gid) fchmodSync(fd, file.mode);
  } else if (typeof file.like === "object") {
    carryKept(openKept, file.like.kept, fd, "as-it-was");
  } else {
    fchownSync(fd, file.uid, file.gid);
    fchmodSync(fd, file.mode);
  }
}

/** The attributes of a kept file. */
export function carryKept(openKept: OpenKept, name: string, fd: number, what: "as-it-was" | "xattr"): void {
  const kept = openKept(name);
  try {
    carry(kept, fd, what);
  } finally {
    closeSync(kept);
  }
}

export function verify(stats: { mode: number; uid: number; gid: number }, wanted: Attributes): void {
  if ((stats.mode & 0o7777) === wanted.mode && stats.uid === wanted.uid && stats.gid === wanted.gid) return;
  throw new Rule("the file system did not take the owner and mode asked for");
}
