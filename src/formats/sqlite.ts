// The rows of one table of an SQLite database, read from its bytes and those of its write-ahead log (sqlite.org "Database File
// Format", sections 1 to 4). No query, no index, no writing.
import { type Failure, Malformed } from "./malformed.js";
import { SqlitePages } from "./sqlite-pages.js";

export type SqliteValue = number | bigint | Uint8Array | null;

export type SqliteTable =
  | { readonly state: "ok"; readonly rows: readonly (readonly SqliteValue[])[] }
  | Failure;

/** A row of the largest table that is read; a header of rpm may have 256 MiB, and none comes near. */
const rowLimit = 64 * 1024 * 1024;
const columnLimit = 64;

/** Big-endian, seven bits a byte, the ninth whole. */
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < start + 9; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new Malformed("a number runs past its page");
    value = at === start + 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (byte < 0x80 || at === start + 8) return { value, end: at + 1 };
  }
  throw new Malformed("a number does not end");
}

const integerLengths: readonly number[] = [0, 1, 2, 3, 4, 6, 8];

function columnValue(
  record: Buffer,
  type: number,
  at: number,
): { readonly value: SqliteValue; readonly length: number } {
  if (type === 0) return { value: null, length: 0 };
  if (type === 8 || type === 9) return { value: type - 8, length: 0 };
  const length = type >= 12 ? Math.floor((type - 12) / 2) : type === 7 ? 8 : integerLengths[type];
  if (length === undefined || at + length > record.length) throw new Malformed("a row is cut off");
  if (type >= 12 || type === 7) return { value: record.subarray(at, at + length), length };
  return { value: length === 8 ? record.readBigInt64BE(at) : record.readIntBE(at, length), length };
}

/** Values by column; texts and blobs as bytes. */
function recordOf(record: Buffer): readonly SqliteValue[] {
  const header = varint(record, 0);
  if (header.value > record.length) throw new Malformed("a row's header is longer than the row");
  const values: SqliteValue[] = [];
  let at = header.value;
  for (let position = header.end; position < header.value; ) {
    if (values.length === columnLimit) throw new Malformed("a row has too many columns");
    const type = varint(record, position);
    const { value, length } = columnValue(record, type.value, at);
    values.push(value);
    position = type.end;
    at += length;
  }
  return values;
}

/** A leaf's cell: what lies in the page, and what overflows into others (section 1.5). */
function payloadOf(pages: SqlitePages, page: Buffer, start: number): Buffer {
  const size = varint(page, start);
  const key = varint(page, size.end);
  if (size.value > rowLimit) throw new Malformed("a row is larger than is read");
  const usable = pages.usable;
  const most = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size.value - least) % (usable - 4));
  const local = size.value <= most ? size.value : fitting <= most ? fitting : least;
  const parts = [page.subarray(key.end, key.end + local)];
  if (key.end + local > page.length) throw new Malformed("a row runs past its page");
  let left = size.value - local;
  let next = left > 0 ? page.readUInt32BE(key.end + local) : 0;
  while (left > 0) {
    const overflow = pages.take(next);
    const part = overflow.subarray(4, Math.min(usable, 4 + left));
    parts.push(part);
    left -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return parts.length === 1 ? (parts[0] ?? page) : Buffer.concat(parts);
}

const leaf = 0x0d;
const interior = 0x05;

/** The rows below a page, in order; each page is met once, so a circle ends. */
function rowsOf(pages: SqlitePages, root: number): readonly (readonly SqliteValue[])[] {
  const rows: (readonly SqliteValue[])[] = [];
  const left = [root];
  for (let number = left.pop(); number !== undefined; number = left.pop()) {
    const page = pages.take(number);
    // The first page begins with the header of the file.
    const head = number === 1 ? 100 : 0;
    const type = page[head];
    if (type !== leaf && type !== interior) throw new Malformed("a page of the table is none of a table");
    const count = page.readUInt16BE(head + 3);
    const cells = head + (type === leaf ? 8 : 12);
    if (cells + 2 * count > page.length) throw new Malformed("a page names more rows than it can hold");
    const children: number[] = [];
    for (let index = 0; index < count; index++) {
      const at = page.readUInt16BE(cells + 2 * index);
      if (at + 4 > page.length) throw new Malformed("a row lies past its page");
      if (type === leaf) rows.push(recordOf(payloadOf(pages, page, at)));
      else children.push(page.readUInt32BE(at));
    }
    if (type === interior) left.push(page.readUInt32BE(head + 8), ...children.reverse());
  }
  return rows;
}

function text(value: SqliteValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : "";
}

/** `log`: the bytes of the file NAME-wal, empty where there is none. Never throws. */
export function sqliteTable(bytes: Uint8Array, log: Uint8Array, name: string): SqliteTable {
  try {
    const schema = rowsOf(new SqlitePages(bytes, log), 1);
    const row = schema.find(([type, own]) => text(type) === "table" && text(own) === name);
    const root = row?.[3];
    if (typeof root !== "number") return { state: "malformed", reason: `it has no table ${name}` };
    return { state: "ok", rows: rowsOf(new SqlitePages(bytes, log), root) };
  } catch (error) {
    if (error instanceof Malformed) return { state: "malformed", reason: error.message };
    if (error instanceof RangeError) return { state: "malformed", reason: "a page is cut off" };
    throw error;
  }
}
