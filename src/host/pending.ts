// The record of a run that waits to be confirmed, if there is one and we may read it: for a line before every command.
import { closeSync, constants, openSync, readFileSync } from "node:fs";

const path = "/var/lib/nodeward/pending";

/** Undefined where nothing waits; the folder is root's alone. */
export function pendingRecord(): string | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readFileSync(fd, "utf8");
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
