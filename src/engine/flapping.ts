// Damps what goes back and forth: more than three changes within the window, to a state that it had before, are told once as
// flapping, and then not until it stays. A state that is new is always told: nobody hides a change behind many others.
import { createHash } from "node:crypto";
import type { Flap, FlapNote } from "../core/flap.js";
import type { Comparison, Snapshot, ThingChange, VerdictChange } from "../core/snapshot.js";

/** More than so many changes within the window are too many. */
const changeLimit = 3;
/** States of one thing that are remembered. */
const stateLimit = 16;
/** Things and verdicts that are remembered at once. */
const flapLimit = 500;
const shortestWindowMs = 3_600_000;

/** An hour; where a node is looked at seldom, so long that a change at every second look is still seen. */
export function flapWindowMs(intervalMs: number): number {
  return Math.max(shortestWindowMs, 6 * intervalMs);
}

function hash(state: unknown): string {
  return createHash("sha256").update(JSON.stringify(state)).digest("hex").slice(0, 12);
}

function fieldsHash(fields: Readonly<Record<string, string>>): string {
  return hash(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Change {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

function ofThing(thing: ThingChange): Change {
  const absent = "absent";
  return {
    key: `${thing.kind} ${thing.key}`,
    before: thing.change === "appeared" ? absent : fieldsHash(thing.before.fields),
    after: thing.change === "gone" ? absent : fieldsHash(thing.after.fields),
  };
}

/** Of a verdict its status: why it fails is another state only where the status stays. */
function ofVerdict({ id, before, after, message }: VerdictChange): Change {
  const same = before === after;
  return {
    key: `check ${id}`,
    before: hash([before]),
    after: same ? hash([after, message]) : hash([after]),
  };
}

function recent(flap: Flap, nowMs: number, windowMs: number): Flap {
  // What a clock that was put back leaves in the future is no recent change.
  const fresh = ({ atMs }: { readonly atMs: number }) => atMs <= nowMs && nowMs - atMs < windowMs;
  const changes = flap.changes.filter(fresh);
  const gone = flap.changes.filter((change) => !fresh(change));
  return { ...flap, changes, first: gone.at(-1)?.state ?? flap.first };
}

function stateWords(key: string, now: Snapshot): string {
  if (key.startsWith("check ")) {
    const verdict = now.verdicts.find(({ id }) => `check ${id}` === key);
    return verdict === undefined ? "it is not judged any more" : `its status is ${verdict.status}`;
  }
  const thing = now.things.find((one) => `${one.kind} ${one.key}` === key);
  return thing === undefined ? "it is not there" : "it is there";
}

function hours(ms: number): string {
  const number = Math.round(ms / 3_600_000);
  return number === 1 ? "an hour" : `${number} hours`;
}

type Verdict = "told" | "noted" | "silent";

/** The record with this change, and what is to be told of it. */
function withChange(before: Flap | undefined, change: Change, nowMs: number): readonly [Flap, Verdict] {
  const old: Flap = before ?? { key: change.key, first: change.before, changes: [], damped: false };
  const seen = [old.first, ...old.changes.map(({ state }) => state)].includes(change.after);
  const changes = [...old.changes, { atMs: nowMs, state: change.after }].slice(-stateLimit);
  const flaps = seen && changes.length > changeLimit;
  const damped = old.damped || flaps;
  return [{ ...old, changes, damped }, flaps ? (old.damped ? "silent" : "noted") : "told"];
}

/** Drops what is not damped first. */
function bounded(flaps: readonly Flap[]): readonly Flap[] {
  if (flaps.length <= flapLimit) return flaps;
  const last = ({ changes }: Flap) => changes.at(-1)?.atMs ?? 0;
  return flaps
    .toSorted((a, b) => Number(b.damped) - Number(a.damped) || last(b) - last(a))
    .slice(0, flapLimit);
}

/** `comparison` without what is damped, and what is remembered for the next look. */
export function damp(
  before: readonly Flap[],
  comparison: Comparison,
  now: Snapshot,
  windowMs: number,
): { readonly comparison: Comparison; readonly flaps: readonly Flap[] } {
  const nowMs = Date.parse(now.takenAt);
  const flaps = new Map(before.map((flap) => [flap.key, recent(flap, nowMs, windowMs)]));
  const notes: FlapNote[] = [];
  const silent: string[] = [];
  for (const [key, { changes, damped }] of flaps) {
    if (changes.length > 0) continue;
    flaps.delete(key);
    if (damped)
      notes.push({
        key,
        note: "settled",
        message: `${key} has stayed as it is for ${hours(windowMs)}: ${stateWords(key, now)}`,
      });
  }
  const told = (change: Change): boolean => {
    const [flap, verdict] = withChange(flaps.get(change.key), change, nowMs);
    flaps.set(change.key, flap);
    if (verdict === "silent") silent.push(change.key);
    if (verdict === "noted")
      notes.push({
        key: change.key,
        note: "flaps",
        message: `${change.key} goes back and forth (${flap.changes.length} changes within ${hours(windowMs)}): not told again until it stays or is something new; now ${stateWords(change.key, now)}`,
      });
    return verdict === "told";
  };
  const things = comparison.things.filter((thing) => told(ofThing(thing)));
  const verdicts = comparison.verdicts.filter((verdict) => told(ofVerdict(verdict)));
  return {
    comparison: { ...comparison, things, verdicts, damped: { notes, silent } },
    flaps: bounded([...flaps.values()]),
  };
}
