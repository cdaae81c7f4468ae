// The door for writing, given to who may change something: a report to a file, state, a repair. Whole or not at all.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { missing } from "./path-error.js";

export type Written = { readonly state: "ok" } | { readonly state: "failed"; readonly reason: string };

export interface Writer {
  /**
   * Puts `text` at `path` (relative to the working directory) with `mode`: the old file or the new one, never a part.
   * Refuses to take the place of anything but a regular file: /dev/null and /dev/stdout are no places for a report.
   */
  replace(path: string, text: string, mode: number): Written;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** What is at `path` and must stay, or undefined. A link is not followed: what it points to was not named. */
function inTheWay(path: string): string | undefined {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) return undefined;
  return `${path}: is ${there.isSymbolicLink() ? "a symbolic link" : "not a regular file"}, and is left as it is`;
}

export const liveWriter: Writer = {
  replace(path, text, mode) {
    // The leading dot keeps it out of `*.conf` globs while it is being written.
    const temporary = join(dirname(path), `.${basename(path)}.nw-${randomBytes(6).toString("hex")}`);
    let made = false;
    try {
      const obstacle = inTheWay(path);
      if (obstacle !== undefined) return { state: "failed", reason: obstacle };
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      const fd = openSync(temporary, flags, mode);
      made = true;
      try {
        writeAll(fd, Buffer.from(text));
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
      made = false;
      syncDirectory(dirname(path));
      return { state: "ok" };
    } catch (error) {
      if (made) unlinkSync(temporary);
      return { state: "failed", reason: missing(path, error).reason };
    }
  },
};
