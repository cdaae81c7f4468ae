// The names under which new files wait beside the old ones. A name, not a file.
import { randomBytes } from "node:crypto";

const ending = /\.nw-[0-9a-f]{12}$/;
/** NAME_MAX is 255 bytes (limits.h); the ending and the dot take 17. */
const longest = 238;

function stem(name: string): string {
  let kept = name;
  while (Buffer.byteLength(kept) > longest) kept = kept.slice(0, -1);
  return kept.toWellFormed();
}

/** The leading dot keeps it out of `*.conf` globs, and sudo passes over names with a dot (sudoers(5)). */
export function temporaryName(name: string): string {
  return `.${stem(name)}.nw-${randomBytes(6).toString("hex")}`;
}

/** Is `candidate` a temporary name for `name`? */
export function isTemporaryOf(name: string, candidate: string): boolean {
  return ending.test(candidate) && candidate.replace(ending, "") === `.${stem(name)}`;
}
