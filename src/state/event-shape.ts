// Is a value read from the journal an event that this version knows? Says yes or no; members it does not know are fine.
import type { JournalEvent } from "../core/journal-event.js";
import { risks } from "../core/outcome.js";
import { groupNames } from "../core/plan.js";

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === "string";
const number: Shape = (value) => typeof value === "number" && Number.isFinite(value);
const flag: Shape = (value) => typeof value === "boolean";
const list =
  (of: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(of);
const orNull =
  (of: Shape): Shape =>
  (value) =>
    value === null || of(value);
const word = (words: readonly string[]): Shape => {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value) => known.has(value);
};

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const record =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    isRecord(value) &&
    Object.entries(members).every(([name, shape]) => Object.hasOwn(value, name) && shape(value[name]));

const either =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.some((shape) => shape(value));

const attributes = { mode: number, uid: number, gid: number };
const image = either(
  record({ state: word(["absent"]) }),
  record({ state: word(["file"]), sha256: text, size: number, ...attributes }),
  record({ state: word(["directory"]), ...attributes }),
  record({ state: word(["symlink"]), target: text, uid: number, gid: number }),
);
const file = record({
  path: text,
  realPath: text,
  before: image,
  after: image,
  inPlace: flag,
  kept: orNull(text),
  checks: list(text),
  diff: text,
});
const group = word(groupNames);
const live = record({ action: text, args: list(text), checks: list(text) });
const who = record({
  uid: number,
  loginUid: orNull(number),
  session: orNull(number),
  sudoUser: orNull(text),
  tty: orNull(text),
  ssh: orNull(text),
  parents: list(text),
});
const unrestored = list(record({ path: text, reason: text }));

const events: Readonly<Record<JournalEvent["event"], Shape>> = {
  begin: record({
    run: text,
    kind: word(["fix", "undo", "install"]),
    of: orNull(text),
    who,
    groups: list(
      record({ name: group, risk: word(risks), files: list(file), live: list(live), checks: list(text) }),
    ),
  }),
  "file-done": record({ run: text, group, path: text }),
  live: record({ run: text, group, change: live, undo: list(record({ action: text, args: list(text) })) }),
  "group-done": record({ run: text, group }),
  "group-skipped": record({ run: text, group, reason: text }),
  "group-rolled-back": record({ run: text, group, reason: text }),
  armed: record({ run: text, until: text, layers: list(text) }),
  confirmed: record({ run: text, by: text }),
  recovering: record({ run: text, groups: list(group) }),
  recovered: record({ run: text, restored: list(text), left: unrestored, failed: unrestored }),
  end: record({
    run: text,
    result: word(["done", "partly", "rolled-back", "nothing"]),
    summary: text,
  }),
  repaired: record({ bytes: number, sha256: text }),
  rotated: record({ from: text }),
  freed: record({ runs: list(text) }),
};

const shapes: ReadonlyMap<unknown, Shape> = new Map(Object.entries(events));

export function isJournalEvent(value: unknown): value is JournalEvent {
  return isRecord(value) && shapes.get(value.event)?.(value) === true;
}
