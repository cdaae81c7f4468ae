import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Snapshot } from "../../../src/core/snapshot.js";
import { parseSnapshot } from "../../../src/formats/snapshot.js";
import { MemoryState } from "../../../src/host/memory-state.js";
import { keepSnapshot, keptTexts, readSnapshot } from "../../../src/state/snapshots.js";

const hash = (digit: string) => digit.repeat(64);

function snapshot(...hashes: readonly string[]): Snapshot {
  return {
    version: 1,
    takenAt: "2026-11-21T10:00:00.000Z",
    run: "r1",
    profile: "baseline",
    hostname: "n1",
    things: hashes.map((sha256, index) => ({
      kind: "file",
      key: `/etc/${index}`,
      fields: { sha256, mode: "0644" },
      changedMs: 5,
      stamp: "1:2:3:4",
    })),
    unseen: { module: "no /proc" },
    verdicts: [{ id: "a.b", status: "fail", severity: "low", message: "m" }],
  };
}
const files = () => new MemoryState(() => undefined);

test("what is kept is read back as it was", () => {
  const state = files();
  const kept = snapshot(hash("a"));
  assert.is(keepSnapshot(state, "last", kept, new Map([[hash("a"), "text\n"]])).state, "ok");
  assert.equal(readSnapshot(state, "last"), { state: "ok", snapshot: kept });
  assert.equal(readSnapshot(state, "baseline"), { state: "absent" });
  assert.is(keptTexts(state).get(hash("a")), "text\n");
});

test("texts that no snapshot names are let go, those of the baseline stay", () => {
  const state = files();
  keepSnapshot(state, "baseline", snapshot(hash("a")), new Map([[hash("a"), "old"]]));
  keepSnapshot(state, "last", snapshot(hash("b")), new Map([[hash("b"), "between"]]));
  keepSnapshot(state, "last", snapshot(hash("c")), new Map([[hash("c"), "new"]]));
  assert.equal([...keptTexts(state)].sort(), [
    [hash("a"), "old"],
    [hash("c"), "new"],
  ]);
});

test("a later version's members are passed over; its meaning is not guessed", () => {
  const text = JSON.stringify({ ...snapshot(), later: true });
  assert.is(parseSnapshot(text).state, "ok");
  const other = parseSnapshot(JSON.stringify({ ...snapshot(), version: 2 }));
  assert.match(other.state === "unusable" ? other.reason : "", "version 2");
});

test("a damaged snapshot is unusable and says where it lies; damaged texts are none", () => {
  const whole = JSON.stringify(snapshot(hash("a")));
  const state = files();
  for (const text of ["", "null", "[]", "{}", whole.slice(0, -5), '{"version":1}', `${whole}x`]) {
    state.put("last.json", Buffer.from(text));
    const read = readSnapshot(state, "last");
    assert.match(read.state === "unusable" ? read.reason : read.state, "/var/lib/nodeward/last.json: it is ");
  }
  state.put("texts.json", Buffer.from("{"));
  assert.is(keptTexts(state).size, 0);
});

test("no damage of any byte is an exception, or a snapshot with another shape", () => {
  const whole = JSON.stringify(snapshot(hash("a"), hash("b")));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 3 }), (at, text) => {
      const read = parseSnapshot(whole.slice(0, at) + text + whole.slice(at + 1));
      if (read.state !== "ok") return;
      for (const thing of read.snapshot.things) assert.type(thing.key, "string");
      for (const { status } of read.snapshot.verdicts) assert.is(status, "fail");
    }),
    { numRuns: 500, seed: 8 },
  );
});

test.run();
