// A kept snapshot (core/snapshot.ts) as text: /var/lib/nodeward/last.json and baseline.json. Not where it is kept.
import type { Flap } from "../core/flap.js";
import { type Severity, severities, statuses } from "../core/outcome.js";
import {
  type Snapshot,
  type SnapshotVerdict,
  snapshotVersion,
  type Thing,
  type ThingKind,
  thingKinds,
} from "../core/snapshot.js";

export type KeptSnapshot =
  | { readonly state: "ok"; readonly snapshot: Snapshot }
  | { readonly state: "absent" }
  /** Written by a newer nodeward, damaged, or not readable: as good as none, and to be said. */
  | { readonly state: "unusable"; readonly reason: string };

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

export function texts(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(record(value) ?? {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
  return Object.fromEntries(pairs);
}

function thingOf(value: unknown): Thing | undefined {
  const data = record(value);
  const kind = thingKinds.find((one) => one === data?.kind);
  if (data === undefined || kind === undefined || typeof data.key !== "string") return undefined;
  return {
    kind,
    key: data.key,
    fields: texts(data.fields),
    ...(typeof data.changedMs === "number" ? { changedMs: data.changedMs } : {}),
    ...(typeof data.stamp === "string" ? { stamp: data.stamp } : {}),
  };
}

function verdictOf(value: unknown): SnapshotVerdict | undefined {
  const data = record(value);
  const severity: Severity | undefined = severities.find((one) => one === data?.severity);
  const status = statuses.find((one) => one === data?.status);
  if (data === undefined || severity === undefined || status === undefined) return undefined;
  if (typeof data.id !== "string") return undefined;
  return { id: data.id, status, severity, message: String(data.message ?? "") };
}

function unseenOf(value: unknown): Snapshot["unseen"] {
  const given = texts(value);
  const pairs = thingKinds.flatMap((kind): readonly (readonly [ThingKind, string])[] => {
    const reason = given[kind];
    return reason === undefined ? [] : [[kind, reason]];
  });
  return Object.fromEntries(pairs);
}

function list<T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(read).filter((one) => one !== undefined);
  return found.length === value.length ? found : undefined;
}

function flapOf(value: unknown): Flap | undefined {
  const data = record(value);
  if (data === undefined || typeof data.key !== "string" || typeof data.first !== "string") return undefined;
  const changes = list(data.changes, (one) => {
    const { atMs, state } = record(one) ?? {};
    return typeof atMs === "number" && typeof state === "string" ? { atMs, state } : undefined;
  });
  return changes === undefined
    ? undefined
    : { key: data.key, first: data.first, changes, damped: data.damped === true };
}

/** Reads what state/snapshots.ts wrote. A member that a later version added is passed over. */
export function parseSnapshot(text: string): KeptSnapshot {
  let data: Json | undefined;
  try {
    data = record(JSON.parse(text));
  } catch {
    return { state: "unusable", reason: "it is not whole" };
  }
  if (data === undefined) return { state: "unusable", reason: "it is no snapshot" };
  if (data.version !== snapshotVersion)
    return { state: "unusable", reason: `it is of version ${String(data.version)}, of another nodeward` };
  const things = list(data.things, thingOf);
  const verdicts = list(data.verdicts, verdictOf);
  // Damaged, it is as good as none: a change too many is told.
  const flaps = list(data.flaps, flapOf);
  const { takenAt, run, profile, hostname } = texts(data);
  if (
    things === undefined ||
    verdicts === undefined ||
    takenAt === undefined ||
    Number.isNaN(Date.parse(takenAt))
  )
    return { state: "unusable", reason: "it is damaged" };
  const snapshot: Snapshot = {
    version: snapshotVersion,
    takenAt,
    run: run ?? "",
    profile: profile ?? "",
    hostname: hostname ?? "",
    things,
    unseen: unseenOf(data.unseen),
    verdicts,
    ...(flaps === undefined ? {} : { flaps }),
  };
  return { state: "ok", snapshot };
}
