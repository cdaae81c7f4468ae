// LZ4 frames (github.com/lz4/lz4, lz4_Frame_format.md and lz4_Block_format.md) -> bytes, bounded. Reads only; no checksum is checked.

export type Unpacked =
  | { readonly state: "ok"; readonly bytes: Uint8Array }
  | { readonly state: "error"; readonly message: string };

const magic = 0x184d2204;

function refused(message: string): Unpacked {
  return { state: "error", message };
}

class Output {
  private buffer = Buffer.alloc(64 * 1024);
  length = 0;

  constructor(readonly limit: number) {}

  /** False where the limit is passed. */
  room(count: number): boolean {
    const needed = this.length + count;
    if (needed > this.limit) return false;
    if (needed > this.buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    return true;
  }

  append(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Copies from `offset` bytes back; the two ranges may overlap, and then the pattern repeats. */
  repeat(offset: number, count: number): void {
    if (offset >= count)
      this.buffer.copyWithin(this.length, this.length - offset, this.length - offset + count);
    else
      for (let index = 0; index < count; index++)
        this.buffer[this.length + index] = this.buffer[this.length - offset + index] ?? 0;
    this.length += count;
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}

/** A length that goes on in further bytes while they are 255; undefined where the block ends first. */
function longer(
  block: Uint8Array,
  at: number,
  first: number,
): { readonly length: number; readonly at: number } | undefined {
  if (first < 15) return { length: first, at };
  let length = first;
  for (let next = at; next < block.length; next++) {
    const byte = block[next] ?? 0;
    length += byte;
    if (byte < 255) return { length, at: next + 1 };
  }
  return undefined;
}

/** One compressed block after what `output` holds; `start` is where matches may reach back to. */
function unpackBlock(block: Uint8Array, output: Output, start: number): string | undefined {
  let at = 0;
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = longer(block, at, token >> 4);
    if (literals === undefined || literals.at + literals.length > block.length)
      return "a block ends in the middle";
    if (!output.room(literals.length)) return `unpacks to more than ${output.limit} bytes`;
    output.append(block.subarray(literals.at, literals.at + literals.length));
    at = literals.at + literals.length;
    if (at === block.length) return undefined;
    const offset = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    const match = at + 2 > block.length ? undefined : longer(block, at + 2, token & 15);
    if (match === undefined) return "a block ends in the middle";
    if (offset === 0 || offset > output.length - start) return "a match reaches before its start";
    if (!output.room(match.length + 4)) return `unpacks to more than ${output.limit} bytes`;
    output.repeat(offset, match.length + 4);
    at = match.at;
  }
  return "a block without an end";
}

/** Unpacks one frame to at most `limit` bytes. */
export function unpackLz4(bytes: Uint8Array, limit: number): Unpacked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== magic) return refused("no LZ4 frame");
  const flags = view.getUint8(4);
  if (flags >> 6 !== 1 || (flags & 0b11) !== 0) return refused("an LZ4 frame of an unknown kind");
  const linked = (flags & 0b100000) === 0;
  const blockChecksum = (flags & 0b10000) === 0 ? 0 : 4;
  const output = new Output(limit);
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
      output.append(block);
      continue;
    }
    const problem = unpackBlock(block, output, linked ? 0 : output.length);
    if (problem !== undefined) return refused(problem);
  }
}
