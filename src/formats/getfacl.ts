// The output of getfacl(1) -p -s: text -> the named entries of files that have an access list. Reads no list itself.
import { unmangle } from "./mountinfo.js";

export interface AclEntry {
  /** `user:alice` or `group:wheel`, as getfacl names them. */
  readonly who: string;
  /** Permission bits 0–7 that are in force, the mask applied. */
  readonly bits: number;
}

function bitsOf(text: string): number {
  return (text[0] === "r" ? 4 : 0) | (text[1] === "w" ? 2 : 0) | (text[2] === "x" ? 1 : 0);
}

function entriesOf(block: string): readonly AclEntry[] {
  const found = [...block.matchAll(/^(user|group):([^:\n]+):([r-][w-][x-])/gm)];
  const mask = /^mask::([r-][w-][x-])/m.exec(block)?.[1];
  const allowed = mask === undefined ? 7 : bitsOf(mask);
  return found.map(([, kind = "", name = "", bits = ""]) => ({
    who: `${kind}:${unmangle(name)}`,
    bits: bitsOf(bits) & allowed,
  }));
}

/** Entries beyond owner, group and others, by path; default entries of directories are not among them. */
export function parseGetfacl(text: string): ReadonlyMap<string, readonly AclEntry[]> {
  const found = new Map<string, readonly AclEntry[]>();
  for (const block of text.split(/\n\n+/)) {
    const path = /^# file: (.*)$/m.exec(block)?.[1];
    const entries = entriesOf(block);
    if (path !== undefined && entries.length > 0) found.set(unmangle(path), entries);
  }
  return found;
}
