// nsswitch.conf and subuid: what the readers of the system take from them.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseNsswitch } from "../../../src/formats/nsswitch.js";
import { parseSubid } from "../../../src/formats/subid.js";

test("nsswitch: actions and comments are no sources, the last line of a database counts", () => {
  const table = parseNsswitch(
    "# x\npasswd: files [NOTFOUND=return] sss # y\ngroup:\tfiles systemd\npasswd:compat\n__proto__: a\n",
  );
  assert.equal(
    [...table],
    [
      ["passwd", ["compat"]],
      ["group", ["files", "systemd"]],
      ["__proto__", ["a"]],
    ],
  );
});

test("subid: ranges; lines of another form are left out", () => {
  assert.equal(parseSubid("alice:100000:65536\n# c\nbob:1:x\n:1:2\n1000:5:6\r\n"), [
    { owner: "alice", first: 100_000, count: 65_536 },
    { owner: "1000", first: 5, count: 6 },
  ]);
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseNsswitch(text);
      parseSubid(text);
    }),
    { numRuns: 200 },
  );
});

test.run();
