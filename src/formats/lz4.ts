// LZ4 frames (github.com/lz4/lz4, lz4_Frame_format.md and lz4_Block_format.md) -> bytes, bounded. Reads only; no checksum is checked.

export type Unpacked =
  | { readonly state: "ok"; readonly bytes: Uint8Array }
  | { readonly state: "error"; readonly message: string };

const magic = 0x184d2204;

function refused(message: string): Unpacked {
  return { state: "error", message };
}

/** Bytes from which on a call costs less than copying one by one; most pieces have fewer. */
const worthCall = 48;

class Output {
  private buffer: Uint8Array;
  length = 0;

  constructor(
    readonly limit: number,
    expected: number,
  ) {
    this.buffer = new Uint8Array(Math.min(limit, Math.max(expected, 64 * 1024)));
  }

  /** False where the limit is passed. */
  room(count: number): boolean {
    const needed = this.length + count;
    if (needed > this.limit) return false;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, this.buffer.length * 2)));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    return true;
  }

  append(bytes: Uint8Array, from: number, count: number): void {
    const { buffer, length } = this;
    if (count >= worthCall) buffer.set(bytes.subarray(from, from + count), length);
    else for (let index = 0; index < count; index++) buffer[length + index] = bytes[from + index] ?? 0;
    this.length = length + count;
  }

  /** Copies from `offset` bytes back; the two ranges may overlap, and then the pattern repeats. */
  repeat(offset: number, count: number): void {
    const { buffer, length } = this;
    const from = length - offset;
    if (offset >= count && count >= worthCall) buffer.copyWithin(length, from, from + count);
    else for (let index = 0; index < count; index++) buffer[length + index] = buffer[from + index] ?? 0;
    this.length = length + count;
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}

/** One compressed block after what `output` holds; `start` is where matches may reach back to. */
class Block {
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly output: Output,
    private readonly start: number,
  ) {}

  /** What is wrong with it, once the rest is unpacked. */
  unpack(): string | undefined {
    const { bytes, output } = this;
    while (this.at < bytes.length) {
      const token = bytes[this.at++] ?? 0;
      const literals = token < 0xf0 ? token >> 4 : this.longer();
      if (literals < 0 || this.at + literals > bytes.length) return "a block ends in the middle";
      if (!output.room(literals)) return `unpacks to more than ${output.limit} bytes`;
      output.append(bytes, this.at, literals);
      this.at += literals;
      if (this.at === bytes.length) return undefined;
      const offset = (bytes[this.at] ?? 0) | ((bytes[this.at + 1] ?? 0) << 8);
      this.at += 2;
      const short = token & 15;
      const match = this.at > bytes.length ? -1 : short < 15 ? short : this.longer();
      if (match < 0) return "a block ends in the middle";
      if (offset === 0 || offset > output.length - this.start) return "a match reaches before its start";
      if (!output.room(match + 4)) return `unpacks to more than ${output.limit} bytes`;
      output.repeat(offset, match + 4);
    }
    return "a block without an end";
  }

  /** A length of 15 goes on in further bytes while they are 255; negative where the block ends first. */
  private longer(): number {
    for (let length = 15; this.at < this.bytes.length; ) {
      const byte = this.bytes[this.at++] ?? 0;
      length += byte;
      if (byte < 255) return length;
    }
    return -1;
  }
}

/** Unpacks one frame to at most `limit` bytes. */
export function unpackLz4(bytes: Uint8Array, limit: number): Unpacked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== magic) return refused("no LZ4 frame");
  const flags = view.getUint8(4);
  if (flags >> 6 !== 1 || (flags & 0b11) !== 0) return refused("an LZ4 frame of an unknown kind");
  const linked = (flags & 0b100000) === 0;
  const blockChecksum = (flags & 0b10000) === 0 ? 0 : 4;
  // What apt packs shrinks to a quarter or a third.
  const output = new Output(limit, bytes.length * 4);
  let at = 7 + ((flags & 0b1000) === 0 ? 0 : 8);
  for (;;) {
    if (at + 4 > bytes.length) return refused("an LZ4 frame without its end");
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) return { state: "ok", bytes: output.bytes() };
    const size = word & 0x7fffffff;
    if (at + size > bytes.length) return refused("an LZ4 frame without its end");
    const block = bytes.subarray(at, at + size);
    at += size + blockChecksum;
    if (word >>> 31 === 1) {
      if (!output.room(size)) return refused(`unpacks to more than ${limit} bytes`);
      output.append(block, 0, size);
      continue;
    }
    const problem = new Block(block, output, linked ? 0 : output.length).unpack();
    if (problem !== undefined) return refused(problem);
  }
}
