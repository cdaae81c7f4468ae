// What goes back and forth, over simulated days: told once, then silent, then told that it stays; nothing new is ever silent.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Flap } from "../../../src/core/flap.js";
import type { Snapshot, Thing } from "../../../src/core/snapshot.js";
import { compareSnapshots } from "../../../src/engine/compare.js";
import { damp, flapWindowMs } from "../../../src/engine/flapping.js";
import { parseSnapshot } from "../../../src/formats/snapshot.js";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 21);
const key = "/etc/motd";

function snapshot(atMs: number, content: string | undefined, status: "pass" | "fail" = "pass"): Snapshot {
  const thing: Thing = { kind: "file", key, fields: { sha256: content ?? "" } };
  return {
    version: 1,
    takenAt: new Date(atMs).toISOString(),
    run: "r",
    profile: "baseline",
    hostname: "n1",
    things: content === undefined ? [] : [thing],
    unseen: {},
    verdicts: [{ id: "a.b", status, severity: "low", message: "m" }],
  };
}

/** Looks at contents one after the other; answers what was told at each: `change`, `flaps`, `settled`, `silent`. */
class Looks {
  private before: Snapshot;
  flaps: readonly Flap[] = [];
  constructor(
    public atMs: number,
    content: string | undefined,
  ) {
    this.before = snapshot(atMs, content);
  }

  look(afterMs: number, content: string | undefined, status: "pass" | "fail" = "pass"): string {
    this.atMs += afterMs;
    const now = snapshot(this.atMs, content, status);
    const { comparison, flaps } = damp(this.flaps, compareSnapshots(this.before, now), now, hour);
    // As it is kept and read again.
    const kept = parseSnapshot(JSON.stringify({ ...now, flaps }));
    this.flaps = kept.state === "ok" ? (kept.snapshot.flaps ?? []) : [];
    this.before = now;
    return [
      ...comparison.things.map(() => "change"),
      ...comparison.verdicts.map(({ change }) => change),
      ...(comparison.damped?.notes ?? []).map(({ note }) => note),
      ...(comparison.damped?.silent ?? []).map(() => "silent"),
    ].join(" ");
  }
}

test("three changes are told as they are; then once that it goes back and forth; then that it stays", () => {
  const looks = new Looks(start, "a");
  const told = ["b", "a", "b", "a", "b", "a", "b"].map((content) => looks.look(5 * minute, content));
  assert.equal(told, ["change", "change", "change", "flaps", "silent", "silent", "silent"]);
  assert.is(looks.look(30 * minute, "b"), "");
  assert.is(looks.look(30 * minute, "b"), "settled");
  assert.equal(looks.flaps, [], "nothing is left of it");
  assert.is(looks.look(minute, "a"), "change");
});

test("content that is new is told, however much goes back and forth", () => {
  const looks = new Looks(start, "a");
  for (const content of ["b", "a", "b", "a", "b"]) looks.look(minute, content);
  assert.is(looks.look(minute, "evil"), "change");
  assert.is(looks.look(minute, "a"), "silent");
  assert.is(looks.look(minute, undefined), "change");
  assert.is(looks.look(minute, "evil"), "silent", "it was told");
});

test("verdicts, too: by their status", () => {
  const looks = new Looks(start, "a");
  const told = (["fail", "pass", "fail", "pass", "fail"] as const).map((status) =>
    looks.look(minute, "a", status),
  );
  assert.equal(told, ["new", "resolved", "new", "flaps", "silent"]);
});

test("seldom changes are told for ever: four a day are no flapping within an hour", () => {
  const looks = new Looks(start, "a");
  for (let day = 0; day < 8; day++) assert.is(looks.look(6 * hour, day % 2 === 0 ? "b" : "a"), "change");
  assert.is(flapWindowMs(5 * minute), hour);
  assert.is(flapWindowMs(hour), 6 * hour, "a timer of an hour sees four of six");
});

test("a clock that is put back or jumps ahead silences nothing for ever", () => {
  const looks = new Looks(start, "a");
  for (const content of ["b", "a", "b", "a", "b"]) looks.look(minute, content);
  assert.match(looks.look(-30 * 24 * hour, "a"), "change", "what lies in the future is forgotten");
  for (const content of ["b", "a", "b", "a"]) looks.look(minute, content);
  assert.is(looks.look(365 * 24 * hour, "a"), "settled");
});

test("what is remembered is bounded; what is damaged is forgotten", () => {
  const things = Array.from(
    { length: 3000 },
    (_, index): Thing => ({ kind: "file", key: `/x/${index}`, fields: {} }),
  );
  const empty = snapshot(start, undefined);
  const full = { ...snapshot(start + minute, undefined), things };
  const { comparison, flaps } = damp([], compareSnapshots(empty, full), full, hour);
  assert.is(comparison.things.length, 3000);
  assert.is(flaps.length, 500);
  const whole = snapshot(start, "a");
  for (const broken of [{}, [{}], "x", [{ key: "a", first: "b", changes: [{ atMs: "1" }] }]]) {
    const kept = parseSnapshot(JSON.stringify({ ...whole, flaps: broken }));
    assert.is(kept.state === "ok" ? kept.snapshot.flaps : "lost", undefined);
  }
});

test("whatever happens, no state is first seen in silence, and what is told last is true when all is calm", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ content: fc.constantFrom("a", "b", "c", "d"), after: fc.integer({ min: 1, max: 90 }) }),
        {
          maxLength: 60,
        },
      ),
      (steps) => {
        const looks = new Looks(start, "a");
        const seen = new Set(["a"]);
        let last = "a";
        let damped = false;
        for (const { content, after } of steps) {
          const told = looks.look(after * minute, content);
          if (content !== last && !seen.has(content)) assert.match(told, "change");
          if (content !== last) assert.ok(told !== "", "a change is told or said to be silent");
          seen.add(content);
          last = content;
          damped = looks.flaps.some((flap) => flap.damped);
        }
        const end = looks.look(2 * hour, last);
        assert.is(end, damped ? "settled" : "");
      },
    ),
    { numRuns: 300, seed: 8 },
  );
});

test.run();
