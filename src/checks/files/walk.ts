// What the checks over the walked files share: their tag, how a found file is named, what was not seen. No check.
import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { FoundFile, FoundFiles } from "../../facts/file-tree.js";
import { octal } from "../file-mode.js";
import { isListed } from "../path-list.js";

/** `--skip files.walk` leaves out every check that needs the walk. */
export const walkTag = ["files.walk"] as const;

export const walkRemark = "`--skip files.walk` leaves the walk over all files out.";

/** The file as evidence: mode and owner by number, which need no database. */
export function foundSource({ path, mode, uid, gid }: FoundFile): Source {
  return wholeFile(path, `${octal(mode)} ${uid}:${gid}`);
}

/** Files named one by one in one report. */
const nameLimit = 1000;

export interface Named {
  readonly files: readonly FoundFile[];
  /** Counted, and not named. */
  readonly more: number;
}

/** The first of those that are not in `allow`, and how many more there are. */
export function firstOf({ count, entries }: FoundFiles, allow: readonly string[]): Named {
  const wrong = entries.filter(({ path }) => !isListed(path, allow));
  const files = wrong.slice(0, nameLimit);
  return { files, more: wrong.length - files.length + count - entries.length };
}

/** A sentence for what was counted and not named; none where all were named. */
export function moreProblem(more: number, what: string): readonly Problem[] {
  return more > 0 ? [{ message: `${more} more ${what} are not named here` }] : [];
}

export function shown(path: string): string {
  return printable(path, 1000);
}
