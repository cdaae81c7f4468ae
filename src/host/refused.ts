// Why a path that is there is not read: what it is instead of a file, or how large. Values and words only.
import { printable } from "../core/printable.js";
import type { FileKind, Missing } from "./host.js";

const wrongKind: Readonly<Partial<Record<FileKind, string>>> = {
  directory: "a directory",
  fifo: "a named pipe",
  socket: "a socket",
  block: "a block device",
  character: "a character device",
};

/** Only regular files are read: a pipe or a device could wait for ever. */
export function notAFile(path: string, kind: FileKind): Missing {
  return {
    state: "failed",
    path,
    reason: `${printable(path)}: is ${wrongKind[kind] ?? kind}, not a regular file`,
  };
}

export function tooLarge(path: string, limit: number): Missing {
  return { state: "failed", path, reason: `${printable(path)}: larger than ${limit} bytes` };
}
