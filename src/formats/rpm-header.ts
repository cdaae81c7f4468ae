// The header of an installed package as rpm keeps it in its database: an index of tags, and their data (rpm's lib/header.c and
// docs/manual/hregions.md). Only the tags that are asked for.
import { type Failure, Malformed } from "./malformed.js";

export interface RpmFile {
  readonly path: string;
  /** Hexadecimal; empty for folders, links and the like. */
  readonly digest: string;
}

export interface RpmHeader {
  readonly name: string;
  /** Epoch where there is one, version, release: `1:2.3-4`. */
  readonly version: string;
  readonly architecture: string;
  /** The file name of the source package; empty for what has none (keys). */
  readonly sourceFile: string;
  /** All its files, in its order; undefined where their list cannot be followed. */
  files(): readonly RpmFile[] | undefined;
}

export type RpmHeaderRead = { readonly state: "ok"; readonly header: RpmHeader } | Failure;

/** rpm's own limits (HEADER_TAGS_MAX, HEADER_DATA_MAX). */
const entryLimit = 0xffff;
const dataLimit = 0x0fffffff;
const preamble = 8;
const entrySize = 16;

const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  architecture: 1022,
  fileDigests: 1035,
  sourceFile: 1044,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
} as const;
const types = { int32: 4, text: 6, texts: 8 } as const;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

class Index {
  private readonly entries = new Map<number, Entry>();
  private readonly data: Buffer;

  constructor(bytes: Buffer) {
    const [count, size] = bytes.length < preamble ? [0, 0] : [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
    const start = preamble + count * entrySize;
    if (count === 0 || count > entryLimit || size > dataLimit || start + size > bytes.length)
      throw new Malformed("a package's header is cut off");
    this.data = bytes.subarray(start, start + size);
    for (let index = 0; index < count; index++) {
      const at = preamble + index * entrySize;
      const entry = {
        type: bytes.readUInt32BE(at + 4),
        offset: bytes.readUInt32BE(at + 8),
        count: bytes.readUInt32BE(at + 12),
      };
      const tag = bytes.readUInt32BE(at);
      if (!this.entries.has(tag)) this.entries.set(tag, entry);
    }
  }

  texts(tag: number): readonly string[] {
    const entry = this.entries.get(tag);
    if (entry === undefined || (entry.type !== types.texts && entry.type !== types.text)) return [];
    const found: string[] = [];
    let at = entry.offset;
    while (found.length < entry.count) {
      const end = this.data.indexOf(0, at);
      if (end < 0 || at >= this.data.length) throw new Malformed("a list of a package's header is cut off");
      found.push(this.data.toString("utf8", at, end));
      at = end + 1;
    }
    return found;
  }

  numbers(tag: number): readonly number[] {
    const entry = this.entries.get(tag);
    if (entry === undefined || entry.type !== types.int32) return [];
    if (entry.offset + entry.count * 4 > this.data.length)
      throw new Malformed("a list of a package's header is cut off");
    return Array.from({ length: entry.count }, (_, index) =>
      this.data.readUInt32BE(entry.offset + index * 4),
    );
  }
}

function filesOf(index: Index): readonly RpmFile[] | undefined {
  try {
    const folders = index.texts(tags.directoryNames);
    const places = index.numbers(tags.directoryIndexes);
    const digests = index.texts(tags.fileDigests);
    const names = index.texts(tags.baseNames);
    if (names.length !== places.length) return undefined;
    return names.map((name, at) => ({
      path: `${folders[places[at] ?? -1] ?? ""}${name}`,
      digest: digests[at] ?? "",
    }));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Never throws. */
export function rpmHeader(given: Uint8Array): RpmHeaderRead {
  try {
    const index = new Index(Buffer.from(given.buffer, given.byteOffset, given.byteLength));
    const text = (tag: number) => index.texts(tag)[0] ?? "";
    const [name, version, release] = [text(tags.name), text(tags.version), text(tags.release)];
    if (name === "" || version === "") throw new Malformed("a package's header has no name or version");
    const [epoch] = index.numbers(tags.epoch);
    const header = {
      name,
      version: `${epoch === undefined ? "" : `${epoch}:`}${version}-${release}`,
      architecture: text(tags.architecture),
      sourceFile: text(tags.sourceFile),
      files: () => filesOf(index),
    };
    return { state: "ok", header };
  } catch (error) {
    if (error instanceof Malformed) return { state: "malformed", reason: error.message };
    throw error;
  }
}
