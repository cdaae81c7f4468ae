// System calls that change something, as values: done, or refused with the reason in words. Makes no call itself.
import { printable } from "../core/printable.js";
import type { Refused } from "./node-writer.js";

/** Thrown inside the host only, where a rule ends a change, and turned into a value by `attempt`. */
export class Rule extends Error {}

const words: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "is in use, for instance as a mount point",
  EDQUOT: "the disk quota is used up",
  EEXIST: "is there already",
  EIO: "input/output error",
  EISDIR: "is a directory",
  ELOOP: "a part of the path is a symbolic link by now",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "too many open files on this machine",
  ENOENT: "is gone",
  ENOSPC: "no space left on the file system",
  ENOTDIR: "a part of the path is not a directory by now",
  ENOTEMPTY: "the directory is not empty",
  EPERM: "not permitted; an immutable or append-only flag keeps even root from changing it (lsattr, chattr)",
  EROFS: "the file system is mounted read-only",
  ETXTBSY: "the program is running",
  EXDEV: "lies on another file system",
};

export function refused(path: string, reason: string): Refused {
  return { state: "refused", path, reason: `${printable(path)}: ${printable(reason)}` };
}

/** errno(3) of Linux that libuv has no name for. */
const edquot = -122;

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("errno" in error && error.errno === edquot) return "EDQUOT";
  return "code" in error ? String(error.code) : "";
}

/** Is it the error of a system call with this code? */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error));
}

/** The error of a system call in words. */
export function wordsOf(error: unknown): string {
  if (error instanceof Rule) return error.message;
  const code = codeOf(error);
  return words[code] ?? (code || (error instanceof Error ? error.message : String(error)));
}

export function attempt<T>(path: string, work: () => T): T | Refused {
  try {
    return work();
  } catch (error) {
    const code = codeOf(error);
    return { ...refused(path, wordsOf(error)), ...(code === "" ? {} : { code }) };
  }
}

/** As `attempt`, of work that waits. */
export async function attemptLater<T>(path: string, work: () => Promise<T>): Promise<T | Refused> {
  try {
    return await work();
  } catch (error) {
    return attempt(path, () => {
      throw error;
    });
  }
}

export const done = { state: "ok" } as const;
