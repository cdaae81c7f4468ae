// Do we unpack what lz4 packs? Every kind of frame it makes, of generated texts.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { unpackLz4 } from "../../src/formats/lz4.js";

const program = "/usr/bin/lz4";
const kinds = [
  [],
  ["-9"],
  ["-BD"],
  ["-B4", "-BD", "-9"],
  ["-BX"],
  ["--content-size"],
  ["--no-frame-crc"],
  ["-B4"],
];
const word = fc.constantFrom("Package: ", "Version: 1.2-3\n", "\n", "amd64", "a", "é");
const text = fc
  .tuple(fc.array(word, { maxLength: 400 }), fc.integer({ min: 1, max: 60 }))
  .map(([words, times]) => words.join("").repeat(times));

if (existsSync(program))
  test("what was packed comes out again", () => {
    for (const kind of kinds)
      for (const input of fc.sample(text, { numRuns: 6, seed: 46 })) {
        const packed = execFileSync(program, ["-c", ...kind], { input, stdio: ["pipe", "pipe", "ignore"] });
        const unpacked = unpackLz4(packed, 4 * 1024 * 1024);
        assert.is(unpacked.state === "ok" ? Buffer.from(unpacked.bytes).toString() : unpacked.message, input);
      }
  });
else console.log(`SKIPPED lz4: ${program} is not installed`);

test.run();
