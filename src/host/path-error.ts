// Why a path leads nowhere, in words. Makes no system call.
import { printable } from "../core/printable.js";
import type { Missing } from "./host.js";
import { TimedOut, TooMany } from "./ops.js";

/** A path that no system call is tried on, or that one has refused. */
export class PathError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The error of a system call as a value that names the path asked for. */
export function missing(path: string, error: unknown): Missing {
  const shown = printable(path);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return { state: "absent", path, reason: `no such file: ${shown}` };
  if (code === "EACCES" || code === "EPERM")
    return { state: "denied", path, reason: `permission denied: ${shown}` };
  if (error instanceof TimedOut || error instanceof TooMany)
    return { state: "failed", path, reason: `${shown}: ${error.message}` };
  const words: Readonly<Record<string, string>> = {
    ENOTDIR: "a part of the path is not a directory",
    ELOOP: "too many levels of symbolic links",
    ENAMETOOLONG: "the name is too long",
    EAGAIN: "reading would block",
    EISDIR: "is a directory",
    EIO: "input/output error",
    EINVAL: "cannot be read",
    ESRCH: "the process is gone",
    EMFILE: "too many open files",
  };
  const detail = words[code] ?? (code || (error instanceof Error ? error.message : String(error)));
  return { state: "failed", path, reason: `${shown}: ${printable(detail)}` };
}
