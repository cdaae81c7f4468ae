// A comparison as it is shown: differences of texts, and who made each change. Keeps nothing.
import type { Comparison, Snapshot, ThingChange } from "../core/snapshot.js";
import { type Attributed, attribute, type Evidence } from "../engine/attribute.js";
import { compareSnapshots } from "../engine/compare.js";
import { damp } from "../engine/flapping.js";
import { accounts } from "../facts/accounts.js";
import { deedsSince } from "../facts/deeds.js";
import { listenerOrigins } from "../facts/listener-origins.js";
import { packageOwners } from "../facts/package-owners.js";
import type { Ask } from "../facts/source.js";
import type { Host } from "../host/host.js";
import type { StateFiles } from "../host/node-writer.js";
import { driftDiff } from "../remedy/drift-diff.js";
import type { ShownBundle, ShownChange, ShownDrift } from "../report/drift.js";
import { readJournal } from "../state/journal-file.js";

export interface Against {
  /** `the last run`. */
  readonly name: string;
  readonly snapshot: Snapshot;
  /** Damps what goes back and forth within this time; undefined: a state is shown, not changes from look to look. */
  readonly flapWindowMs?: number;
}

export interface Seen {
  readonly host: Host;
  readonly ask: Ask;
  readonly snapshot: Snapshot;
}

/** From how many changes on a deed is told in one line. */
const bundleFrom = 3;

async function evidenceFor(
  things: readonly ThingChange[],
  since: string,
  { host, ask, snapshot }: Seen,
  files: StateFiles,
): Promise<Evidence> {
  const listening = things.filter(({ kind, change }) => kind === "listener" && change !== "gone");
  const paths = things.filter(({ kind }) => kind === "file").map(({ key }) => key);
  const sinceMs = Date.parse(since);
  const [deeds, owners, people, origins] = await Promise.all([
    deedsSince(host, sinceMs),
    packageOwners(host, ask, paths),
    ask(accounts),
    listenerOrigins(host, ask, new Set(listening.map(({ key }) => key))),
  ]);
  const journal = readJournal(files, "all");
  return {
    deeds,
    journal: journal.state === "ok" ? journal.lines : [],
    owner: (path) => (owners.state === "known" ? owners.value.get(path) : undefined),
    userName: (uid) => (people.state === "known" ? people.value.user(uid)?.name : undefined),
    listener: (key) => origins.get(key),
    sinceMs,
    untilMs: Date.parse(snapshot.takenAt),
  };
}

function timeText(atMs: number | undefined): string {
  return atMs === undefined ? "" : new Date(atMs).toISOString();
}

/** Many changes of one deed become one bundle; the others are shown one by one. */
function arranged(
  all: readonly Attributed[],
  text: (sha256: string) => string | undefined,
): Pick<ShownDrift, "changes" | "bundles"> {
  const deeds = new Map<string, Attributed[]>();
  for (const one of all)
    if (one.deed !== undefined) deeds.set(one.deed, [...(deeds.get(one.deed) ?? []), one]);
  const large = [...deeds.values()].filter((list) => list.length >= bundleFrom);
  const bundled = new Set(large.flat());
  const bundles = large.map((list): ShownBundle => {
    const [first] = list;
    return { by: first?.by ?? "", when: timeText(first?.atMs), things: list.map(({ thing }) => thing) };
  });
  const changes = all
    .filter((one) => !bundled.has(one))
    .map(
      ({ thing, by, atMs }): ShownChange => ({
        thing,
        diff: driftDiff(thing, text),
        by,
        when: timeText(atMs),
      }),
    );
  return { changes, bundles };
}

/** What differs from `against`, who did it, and how texts changed as far as they were kept. */
export async function shownDrift(
  { name, snapshot: before, flapWindowMs }: Against,
  seen: Seen,
  files: StateFiles,
  text: (sha256: string) => string | undefined,
): Promise<ShownDrift> {
  const all: Comparison = compareSnapshots(before, seen.snapshot);
  const { comparison, flaps } =
    flapWindowMs === undefined
      ? { comparison: all, flaps: undefined }
      : damp(before.flaps ?? [], all, seen.snapshot, flapWindowMs);
  const head = { against: name, comparison, ...(flaps === undefined ? {} : { flaps }) };
  if (comparison.things.length === 0) return { ...head, changes: [], bundles: [] };
  const evidence = await evidenceFor(comparison.things, comparison.since, seen, files);
  return { ...head, ...arranged(attribute(comparison.things, evidence), text) };
}
