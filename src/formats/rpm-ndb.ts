// The blobs of rpm's own database Packages.db (the format "ndb" of SUSE, rpm's lib/backend/ndb/rpmpkg.c). Not what is in them.
import { type Failure, Malformed } from "./malformed.js";

export type NdbBlobs = { readonly state: "ok"; readonly blobs: readonly Uint8Array[] } | Failure;

const page = 4096;
const slot = 16;
/** The file's own header takes the place of the first two slots. */
const firstSlot = 32;
const block = 16;
const blobHead = 16;
const blobTail = 12;

const marks = {
  file: "RpmP",
  slot: "Slot",
  start: "BlbS",
  end: "BlbE",
} as const;

function hasMark(bytes: Buffer, at: number, mark: string): boolean {
  return bytes.subarray(at, at + 4).toString("latin1") === mark;
}

function blobAt(bytes: Buffer, at: number, owner: number, room: number): Uint8Array {
  if (at + blobHead > bytes.length || !hasMark(bytes, at, marks.start))
    throw new Malformed("a package does not begin where it is said to");
  const length = bytes.readUInt32LE(at + 12);
  const end = at + room - blobTail;
  if (
    bytes.readUInt32LE(at + 4) !== owner ||
    length > room - blobHead - blobTail ||
    end + blobTail > bytes.length
  )
    throw new Malformed("a package is not as long as it is said to be");
  if (bytes.readUInt32LE(end + 4) !== length || !hasMark(bytes, end + 8, marks.end))
    throw new Malformed("a package does not end where it is said to");
  return bytes.subarray(at + blobHead, at + blobHead + length);
}

/** Never throws. */
export function ndbBlobs(given: Uint8Array): NdbBlobs {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  try {
    if (bytes.length < page || !hasMark(bytes, 0, marks.file))
      throw new Malformed("it is no database of rpm's");
    if (bytes.readUInt32LE(4) !== 0) throw new Malformed("it has a version that is not known");
    const slots = bytes.readUInt32LE(12) * page;
    if (slots < page || slots > bytes.length) throw new Malformed("its list of packages runs past the end");
    const blobs: Uint8Array[] = [];
    let total = 0;
    for (let at = firstSlot; at < slots; at += slot) {
      if (!hasMark(bytes, at, marks.slot)) throw new Malformed("its list of packages is damaged");
      const index = bytes.readUInt32LE(at + 4);
      if (index === 0) continue;
      const room = bytes.readUInt32LE(at + 12) * block;
      total += room;
      // Blobs do not overlap: more than the file holds is none of rpm's.
      if (total > bytes.length) throw new Malformed("its packages take more than the file");
      blobs.push(blobAt(bytes, bytes.readUInt32LE(at + 8) * block, index, room));
    }
    return { state: "ok", blobs };
  } catch (error) {
    if (error instanceof Malformed) return { state: "malformed", reason: error.message };
    throw error;
  }
}
