// What a directory says of an entry, without looking at the entry itself.
import type { Entry } from "./host.js";
import type { RawEntry } from "./ops.js";
import { kindOf } from "./resolver.js";

/** Some file systems do not say: `unknown`. */
export function entryKind(entry: RawEntry): Entry["kind"] {
  const { dirent } = entry;
  return dirent.isCharacterDevice() ||
    dirent.isBlockDevice() ||
    dirent.isFile() ||
    dirent.isDirectory() ||
    dirent.isSymbolicLink() ||
    dirent.isFIFO() ||
    dirent.isSocket()
    ? kindOf(dirent)
    : "unknown";
}
