import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { unpackLz4 } from "../../../src/formats/lz4.js";

const header = [0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7];
const end = [0, 0, 0, 0];
const frame = (...blocks: readonly (readonly number[])[]) =>
  Buffer.from([...header, ...blocks.flatMap((block) => [block.length, 0, 0, 0, ...block]), ...end]);

function text(bytes: Uint8Array, limit = 1000): string {
  const unpacked = unpackLz4(bytes, limit);
  return unpacked.state === "ok" ? Buffer.from(unpacked.bytes).toString() : unpacked.message;
}

test("literals, a match that repeats itself, a match far back", () => {
  // "ab", then 8 from 2 back, then "!".
  assert.is(text(frame([0x24, 97, 98, 2, 0, 0x10, 33])), "ababababab!");
});

test("a second block reaches back into the first where blocks are linked", () => {
  const linked = Buffer.from(frame([0x20, 97, 98], [0x00, 2, 0, 0x10, 33]));
  linked[4] = 0x44;
  assert.is(text(linked), "ababab!");
  assert.match(text(frame([0x20, 97, 98], [0x00, 2, 0, 0x10, 33])), /before its start/);
});

test("a block that is not compressed", () => {
  assert.is(text(Buffer.from([...header, 2, 0, 0, 0x80, 97, 98, ...end])), "ab");
});

test("what is broken is refused, what is too large too", () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("no frame"),
    frame([0x24, 97]),
    frame([0xf0]),
    frame([0x00, 9, 0]),
  ])
    assert.is(unpackLz4(bytes, 1000).state, "error");
  assert.match(text(Buffer.from(header)), /without its end/);
  // 255 in every length byte: 60 bytes that say they are 15,000.
  assert.match(text(frame([0x1f, 97, 1, 0, ...Array<number>(58).fill(255), 0, 0x10, 33])), /more than 1000/);
});

test("any bytes end in a value", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      assert.ok(["ok", "error"].includes(unpackLz4(bytes, 10_000).state));
      assert.ok(
        ["ok", "error"].includes(
          unpackLz4(Buffer.concat([frame([...bytes]), Buffer.from(end)]), 10_000).state,
        ),
      );
    }),
    { numRuns: 500 },
  );
});

test.run();
