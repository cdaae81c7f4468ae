// The parts of the built program and the file of what V8 compiled of them. Part of the loader that build.ts puts in front,
// and of warm-up.ts; not used from source.
import { closeSync, openSync, readSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** In the order in which they are needed, and stand in both files. */
export const partNames = ["first", "audit", "rest"] as const;
export type PartName = (typeof partNames)[number];

/** A part is a line of its own, a comment: this, the part's id, a space, and the part as one function in ASCII, packed. */
export function mark(name: PartName): string {
  return `\n//nodeward-${name} `;
}

const idLength = 64;

/** A part of a built program: its id, and what is in it as `unpacked` takes it. */
export interface Part {
  readonly id: string;
  readonly packed: string;
}

export function partOf(program: string, name: PartName): Part {
  const start = program.indexOf(mark(name)) + mark(name).length;
  const end = start + idLength;
  return { id: program.slice(start, end), packed: program.slice(end + 1, program.indexOf("\n", end)) };
}

/** Node and V8 read every byte of the file at every start, also for help: packed it is a third. */
export function packed(source: string): string {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return brotliCompressSync(source, { params }).toString("base64");
}

export function unpacked(text: string): string {
  return brotliDecompressSync(Buffer.from(text, "base64")).toString("latin1");
}

/** `nodeward.js` -> `nodeward.cache`: the parts unpacked, and what V8 compiled of them at build time. The program works without it. */
export function cacheFile(program: string): string {
  return program.replace(/(\.[cm]?js)?$/, ".cache");
}

const headerLength = 160;

/** What precedes a part in the cache: which part of which program it is. V8 itself compares lengths and flags alone. */
function header(id: string, source: number, code: number): string {
  return `${id} ${process.version} ${process.arch} ${source} ${code}`.padEnd(headerLength);
}

export function cacheSection(id: string, source: string, code: Buffer): Buffer {
  return Buffer.concat([Buffer.from(header(id, source.length, code.length) + source, "latin1"), code]);
}

export interface CachedPart {
  readonly source: string;
  readonly code: Buffer;
}

/** As build.ts writes every part; what a disk that was full or lost power leaves of one is not taken. */
function isWhole(source: string): boolean {
  return source.startsWith("(function(") && source.endsWith("})");
}

/** A part from the cache; undefined where there is none, or one of another program or another Node. */
export function cachedPart(program: string, name: PartName, id: string): CachedPart | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(cacheFile(program), "r");
    const head = Buffer.alloc(headerLength);
    let at = 0;
    for (const part of partNames) {
      readSync(fd, head, 0, headerLength, at);
      const text = head.toString("latin1");
      const [length = 0, code = 0] = text.trimEnd().split(" ").slice(3).map(Number);
      at += headerLength;
      if (part === name) {
        if (!(length > 0 && code > 0) || text !== header(id, length, code)) return undefined;
        const bytes = Buffer.allocUnsafeSlow(length + code);
        if (readSync(fd, bytes, 0, bytes.length, at) !== bytes.length) return undefined;
        const source = bytes.toString("latin1", 0, length);
        return isWhole(source) ? { source, code: bytes.subarray(length) } : undefined;
      }
      at += length + code;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
