// What is under a name of a held directory, and whether the rules let it be changed. Changes nothing.
import { createHash } from "node:crypto";
import { accessSync, closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { Rule } from "./attempt.js";
import type { Use } from "./node-writer.js";
import { kindOf } from "./resolver.js";
import { linkTarget, nothing, readAll, type Seen, seenLink, stampOf } from "./seen.js";

/** Bytes of a file whose content is replaced or saved. */
export const contentLimit = 64 * 1024 * 1024;

const reading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Asks for write access, which opens nothing: EPERM tells of the immutable flag, EROFS of the mount (access(2)). */
function writable(path: string): void {
  accessSync(path, constants.W_OK);
}

export function lookAt(directory: number, name: string, use: Use): Seen {
  const path = `/proc/self/fd/${directory}/${name}`;
  writable(`/proc/self/fd/${directory}/.`);
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return nothing;
  if (stats.isSymbolicLink()) {
    if (use !== "name") throw new Rule("is a symbolic link by now");
    return seenLink(stats, linkTarget(path));
  }
  if (!stats.isFile() && !(stats.isDirectory() && use !== "content"))
    throw new Rule(`is a ${kindOf(stats)}, not a regular file`);
  if (stats.isFile() && stats.nlink > 1n)
    throw new Rule(`has ${stats.nlink - 1n} more hard links, whose content would no longer be the same`);
  writable(path);
  const fd = openSync(path, reading);
  try {
    return seenOpen(fd, stampOf(stats), use);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function seenOpen(fd: number, stamp: string, use: Use): Seen {
  const stats = fstatSync(fd, { bigint: true });
  if (stampOf(stats) !== stamp) throw new Rule("was changed while it was looked at");
  const owner = { mode: Number(stats.mode & 0o7777n), uid: Number(stats.uid), gid: Number(stats.gid) };
  const size = Number(stats.size);
  if (stats.isDirectory())
    return { image: { state: "directory", ...owner }, stamp, stats, fd, bytes: undefined };
  if (use === "attributes")
    return { image: { state: "file", sha256: "", size, ...owner }, stamp, stats, fd, bytes: undefined };
  if (size > contentLimit) throw new Rule(`is larger than ${contentLimit} bytes`);
  const bytes = readAll(fd, size);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (bytes.length !== size) throw new Rule("was changed while it was looked at");
  return { image: { state: "file", sha256, size, ...owner }, stamp, stats, fd, bytes };
}
