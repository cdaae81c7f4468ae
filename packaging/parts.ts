// The parts of the built program and the file of what V8 compiled of them. Part of the loader that build.ts puts in front,
// and of warm-up.ts; not used from source.
import { closeSync, openSync, readSync } from "node:fs";

/** In the order in which they are needed, and stand in both files. */
export const partNames = ["first", "audit", "rest"] as const;
export type PartName = (typeof partNames)[number];

/** A part is a line of its own, a comment: this, the part's id, a space, and the part as one function in ASCII. */
export function mark(name: PartName): string {
  return `\n//nodeward-${name} `;
}

const idLength = 64;

/** A part of a built program, and its id. */
export function partOf(program: string, name: PartName): { readonly id: string; readonly source: string } {
  const start = program.indexOf(mark(name)) + mark(name).length;
  const end = start + idLength;
  return { id: program.slice(start, end), source: program.slice(end + 1, program.indexOf("\n", end)) };
}

/** `nodeward.js` -> `nodeward.cache`: what V8 compiled at build time. The program works without it. */
export function cacheFile(program: string): string {
  return program.replace(/(\.[cm]?js)?$/, ".cache");
}

const headerLength = 160;

/** What precedes the cache of a part: which part of which program it belongs to. V8 itself compares lengths and flags alone. */
export function cacheHeader(id: string, length: number): string {
  return `${id} ${process.version} ${process.arch} ${length}`.padEnd(headerLength);
}

/** What V8 compiled of a part; undefined where there is nothing, or of another program or another Node. */
export function cachedPart(program: string, name: PartName, id: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(cacheFile(program), "r");
    const header = Buffer.alloc(headerLength);
    let at = 0;
    for (const part of partNames) {
      readSync(fd, header, 0, headerLength, at);
      const text = header.toString("latin1");
      const length = Number(text.trimEnd().split(" ")[3]);
      at += headerLength;
      if (part === name) {
        if (!(length > 0) || text !== cacheHeader(id, length)) return undefined;
        const bytes = Buffer.allocUnsafe(length);
        return readSync(fd, bytes, 0, length, at) === length ? bytes : undefined;
      }
      at += length;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
