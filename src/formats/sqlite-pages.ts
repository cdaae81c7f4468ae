// The pages of an SQLite database as a reader sees them: those of the file, and in their place those of committed transactions
// that are still in the write-ahead log. Knows no table.
import { Malformed } from "./malformed.js";

const magic = "SQLite format 3\0";
const logHeader = 32;
const frameHeader = 24;

/** The sum over 8-byte steps that each frame carries on (section 4.2). */
class LogSum {
  first = 0;
  second = 0;

  constructor(private readonly isBig: boolean) {}

  add(bytes: Buffer): void {
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      const one = this.isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
      const two = this.isBig ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
      this.first = (this.first + one + this.second) >>> 0;
      this.second = (this.second + two + this.first) >>> 0;
    }
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.first && bytes.readUInt32BE(at + 4) === this.second;
  }
}

/** Pages of committed transactions, the last of each; what follows a frame that does not fit is of an older log. */
function committed(log: Buffer, size: number): ReadonlyMap<number, Buffer> {
  const pages = new Map<number, Buffer>();
  if (log.length < logHeader) return pages;
  const mark = log.readUInt32BE(0);
  if (mark !== 0x377f0682 && mark !== 0x377f0683) throw new Malformed("its write-ahead log is none");
  if (log.readUInt32BE(8) !== size) throw new Malformed("its write-ahead log has pages of another size");
  const sum = new LogSum(mark === 0x377f0683);
  sum.add(log.subarray(0, 24));
  if (!sum.equals(log, 24)) return pages;
  const salts = log.subarray(16, 24);
  let pending = new Map<number, Buffer>();
  for (let at = logHeader; at + frameHeader + size <= log.length; at += frameHeader + size) {
    const page = log.subarray(at + frameHeader, at + frameHeader + size);
    sum.add(log.subarray(at, at + 8));
    sum.add(page);
    if (!log.subarray(at + 8, at + 16).equals(salts) || !sum.equals(log, at + 16)) break;
    pending.set(log.readUInt32BE(at), page);
    if (log.readUInt32BE(at + 4) === 0) continue;
    for (const [number, one] of pending) pages.set(number, one);
    pending = new Map();
  }
  return pages;
}

export class SqlitePages {
  private readonly bytes: Buffer;
  private readonly newer: ReadonlyMap<number, Buffer>;
  private readonly taken = new Set<number>();
  private readonly size: number;
  /** Of each page, without what extensions keep for themselves. */
  readonly usable: number;

  constructor(bytes: Uint8Array, log: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.bytes.subarray(0, magic.length).toString("latin1") !== magic)
      throw new Malformed("it is no SQLite database");
    const size = this.bytes.length < 100 ? 0 : this.bytes.readUInt16BE(16);
    this.size = size === 1 ? 65_536 : size;
    if (this.size < 512 || (this.size & (this.size - 1)) !== 0)
      throw new Malformed("its pages have no size that there is");
    this.usable = this.size - (this.bytes[20] ?? 0);
    if (this.usable < 480) throw new Malformed("its pages have no room");
    this.newer = committed(Buffer.from(log.buffer, log.byteOffset, log.byteLength), this.size);
  }

  /** A page by its number, from 1; each only once, for no page is in two places. */
  take(number: number): Buffer {
    if (number < 1 || this.taken.has(number)) throw new Malformed(`page ${number} is named twice, or none`);
    this.taken.add(number);
    const start = (number - 1) * this.size;
    const page = this.newer.get(number) ?? this.bytes.subarray(start, start + this.size);
    if (page.length < this.size) throw new Malformed(`page ${number} lies past the end`);
    return page;
  }
}
