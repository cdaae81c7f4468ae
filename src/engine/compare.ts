// What changed between two snapshots. Does not say who did it.
import { byBytes } from "../core/byte-order.js";
import {
  type Comparison,
  type Snapshot,
  type SnapshotVerdict,
  type Thing,
  type ThingChange,
  type ThingKind,
  thingKinds,
  type VerdictChange,
} from "../core/snapshot.js";

function byKey(things: readonly Thing[], kind: ThingKind): ReadonlyMap<string, Thing> {
  return new Map(things.filter((thing) => thing.kind === kind).map((thing) => [thing.key, thing]));
}

/** Fields that both have and that differ: one that only a newer version knows is no change. */
function differing(before: Thing, after: Thing): readonly string[] {
  return Object.keys(after.fields).filter(
    (name) => Object.hasOwn(before.fields, name) && before.fields[name] !== after.fields[name],
  );
}

function changesOf(kind: ThingKind, before: Snapshot, after: Snapshot): readonly ThingChange[] {
  const [old, now] = [byKey(before.things, kind), byKey(after.things, kind)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort(byBytes);
  return keys.flatMap((key): readonly ThingChange[] => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === undefined)
      // What could not be seen before may have been there.
      return is === undefined || before.unseen[kind] !== undefined
        ? []
        : [{ change: "appeared", kind, key, after: is }];
    if (is === undefined)
      return after.unseen[kind] === undefined ? [{ change: "gone", kind, key, before: was }] : [];
    const fields = differing(was, is);
    return fields.length === 0 ? [] : [{ change: "changed", kind, key, before: was, after: is, fields }];
  });
}

function verdictChange(
  id: string,
  was: SnapshotVerdict | undefined,
  is: SnapshotVerdict | undefined,
): VerdictChange | undefined {
  const severity = is?.severity ?? was?.severity ?? "low";
  const all = { id, severity, before: was?.status, after: is?.status };
  if (is?.status === "fail" && was?.status !== "fail") return { ...all, change: "new", message: is.message };
  if (was?.status === "fail" && is !== undefined && is.status !== "fail")
    return { ...all, change: "resolved", message: is.status === "pass" ? was.message : is.message };
  if (was === undefined || is === undefined) return undefined;
  if (was.status !== is.status || (is.status === "fail" && was.message !== is.message))
    return { ...all, change: "changed", message: is.message };
  return undefined;
}

/** Checks that only one of the two judged (another profile, another release) are compared where they fail now. */
function verdictChanges(before: Snapshot, after: Snapshot): readonly VerdictChange[] {
  const old = new Map(before.verdicts.map((verdict) => [verdict.id, verdict]));
  const now = new Map(after.verdicts.map((verdict) => [verdict.id, verdict]));
  const sameProfile = before.profile === after.profile;
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    if (!sameProfile && (was === undefined || is === undefined)) return [];
    return verdictChange(id, was, is) ?? [];
  });
}

/** What differs in `after` from `before`: things by kind and key, verdicts in the order of the report. */
export function compareSnapshots(before: Snapshot, after: Snapshot): Comparison {
  const notCompared = thingKinds.flatMap((kind) => {
    const reasons = [...new Set([before.unseen[kind], after.unseen[kind]])].filter(
      (reason) => reason !== undefined,
    );
    return reasons.map((reason) => `${kind}: ${reason}`);
  });
  const unreadable = after.things.flatMap(({ kind, key, fields: { unread } }) =>
    unread === undefined ? [] : [`${kind} ${key}: ${unread}`],
  );
  const other =
    before.profile === after.profile
      ? []
      : [`checks of one profile only: ${before.profile}, now ${after.profile}`];
  return {
    since: before.takenAt,
    things: thingKinds.flatMap((kind) => changesOf(kind, before, after)),
    verdicts: verdictChanges(before, after),
    notCompared: [...notCompared, ...unreadable, ...other],
  };
}
