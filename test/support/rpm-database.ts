// Databases of rpm made by hand, as small as their formats allow: headers of packages, in SQLite and in rpm's own ndb.

export interface MadePackage {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly architecture?: string;
  readonly source?: string;
  /** Path and digest. */
  readonly files?: readonly (readonly [string, string])[];
}

const [int32, text, texts] = [4, 6, 8];

/** A header as rpm keeps it: count, size, index, data. */
export function rpmBlob(made: MadePackage): Buffer {
  const {
    name,
    version = "1",
    release = "1",
    epoch,
    architecture = "x86_64",
    source = `${name}-1-1.src.rpm`,
    files = [],
  } = made;
  const folders = [...new Set(files.map(([path]) => path.slice(0, path.lastIndexOf("/") + 1)))];
  const tags: (readonly [number, number, readonly (string | number)[]])[] = [
    [1000, text, [name]],
    [1001, text, [version]],
    [1002, text, [release]],
    ...(epoch === undefined ? [] : [[1003, int32, [epoch]] as const]),
    [1022, text, [architecture]],
    [1035, texts, files.map(([, digest]) => digest)],
    [1044, text, [source]],
    [1116, int32, files.map(([path]) => folders.indexOf(path.slice(0, path.lastIndexOf("/") + 1)))],
    [1117, texts, files.map(([path]) => path.slice(path.lastIndexOf("/") + 1))],
    [1118, texts, folders],
  ];
  const index = Buffer.alloc(16 * tags.length);
  const parts: Buffer[] = [];
  let at = 0;
  for (const [position, [tag, type, values]] of tags.entries()) {
    const gap = type === int32 ? (4 - (at % 4)) % 4 : 0;
    const data = values.map((one) => {
      if (typeof one === "string") return Buffer.from(`${one}\0`);
      const number = Buffer.alloc(4);
      number.writeUInt32BE(one);
      return number;
    });
    parts.push(Buffer.alloc(gap), ...data);
    at += gap;
    for (const [word, value] of [tag, type, at, values.length].entries())
      index.writeUInt32BE(value, position * 16 + word * 4);
    at += data.reduce((sum, { length }) => sum + length, 0);
  }
  const start = Buffer.alloc(8);
  start.writeUInt32BE(tags.length, 0);
  start.writeUInt32BE(at, 4);
  return Buffer.concat([start, index, ...parts]);
}

function varint(value: number): Buffer {
  const bytes = [value & 0x7f];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
    bytes.unshift((left & 0x7f) | 0x80);
  return Buffer.from(bytes);
}

/** Texts and blobs by column; null and small numbers too. */
function record(values: readonly (string | Buffer | number | null)[]): Buffer {
  const types = values.map((one) =>
    one === null ? 0 : typeof one === "number" ? 1 : one.length * 2 + (typeof one === "string" ? 13 : 12),
  );
  const head = Buffer.concat(types.map(varint));
  const bodies = values.map((one) =>
    one === null ? Buffer.alloc(0) : typeof one === "number" ? Buffer.from([one]) : Buffer.from(one),
  );
  return Buffer.concat([varint(head.length + 1), head, ...bodies]);
}

const pageSize = 512;

/** A leaf of cells, from `head` on. */
function leaf(cells: readonly Buffer[], head: number): Buffer {
  const page = Buffer.alloc(pageSize);
  page[head] = 0x0d;
  page.writeUInt16BE(cells.length, head + 3);
  let end = pageSize;
  for (const [at, cell] of cells.entries()) {
    end -= cell.length;
    cell.copy(page, end);
    page.writeUInt16BE(end, head + 8 + 2 * at);
  }
  return page;
}

/** A row a leaf, below one inner page; what does not fit lies in further pages. */
export function sqliteFile(blobs: readonly Buffer[]): Buffer {
  const pages: Buffer[] = [Buffer.alloc(0), Buffer.alloc(pageSize)];
  const children: number[] = [];
  for (const [row, blob] of blobs.entries()) {
    const payload = record([null, blob]);
    const usable = pageSize;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((payload.length - least) % (usable - 4));
    const local = payload.length <= usable - 35 ? payload.length : fitting <= usable - 35 ? fitting : least;
    const rest: Buffer[] = [];
    for (let at = local; at < payload.length; at += usable - 4)
      rest.push(payload.subarray(at, at + usable - 4));
    const own = pages.length + 1;
    const next = Buffer.alloc(rest.length > 0 ? 4 : 0);
    if (rest.length > 0) next.writeUInt32BE(own + 1);
    children.push(own);
    pages.push(
      leaf([Buffer.concat([varint(payload.length), varint(row + 1), payload.subarray(0, local), next])], 0),
    );
    for (const [at, part] of rest.entries()) {
      const page = Buffer.alloc(pageSize);
      page.writeUInt32BE(at + 1 < rest.length ? own + at + 2 : 0);
      part.copy(page, 4);
      pages.push(page);
    }
  }
  const inner = pages[1] ?? Buffer.alloc(pageSize);
  inner[0] = 0x05;
  inner.writeUInt16BE(Math.max(0, children.length - 1), 3);
  inner.writeUInt32BE(children.at(-1) ?? 0, 8);
  for (const [at, child] of children.slice(0, -1).entries()) {
    const place = pageSize - 5 * (at + 1);
    inner.writeUInt32BE(child, place);
    inner[place + 4] = at + 1;
    inner.writeUInt16BE(place, 12 + 2 * at);
  }
  const schema = record(["table", "Packages", "Packages", 2, "CREATE TABLE 'Packages' (hnum, blob)"]);
  pages[0] = leaf([Buffer.concat([varint(schema.length), varint(1), schema])], 100);
  pages[0].write("SQLite format 3\0", 0, "latin1");
  pages[0].writeUInt16BE(pageSize, 16);
  return Buffer.concat(pages);
}

export function ndbFile(blobs: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write("RpmP", 0, "latin1");
  slots.writeUInt32LE(1, 12);
  const parts: Buffer[] = [slots];
  let at = slots.length;
  for (let slot = 32; slot < slots.length; slot += 16) slots.write("Slot", slot, "latin1");
  for (const [index, blob] of blobs.entries()) {
    const room = Math.ceil((16 + blob.length + 12) / 16) * 16;
    const part = Buffer.alloc(room);
    part.write("BlbS", 0, "latin1");
    part.writeUInt32LE(index + 1, 4);
    part.writeUInt32LE(blob.length, 12);
    blob.copy(part, 16);
    part.writeUInt32LE(blob.length, room - 8);
    part.write("BlbE", room - 4, "latin1");
    for (const [word, value] of [index + 1, at / 16, room / 16].entries())
      slots.writeUInt32LE(value, 32 + 16 * (2 * index) + 4 + 4 * word);
    parts.push(part);
    at += room;
  }
  return Buffer.concat(parts);
}
