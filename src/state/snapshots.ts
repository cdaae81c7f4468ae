// The snapshots that drift compares with, kept in the state directory: the last one, the accepted one, and the texts of
// the files they name. Compares nothing.
import type { Snapshot } from "../core/snapshot.js";
import { type KeptSnapshot, parseSnapshot, texts } from "../formats/snapshot.js";
import type { Done, StateFiles } from "../host/node-writer.js";

export type SnapshotName = "last" | "baseline";

/** The texts by their SHA-256, in one file: a file each would wait for the disk hundreds of times. */
const textsName = "texts.json";

function fileOf(name: SnapshotName): string {
  return `${name}.json`;
}

export function readSnapshot(files: StateFiles, name: SnapshotName): KeptSnapshot {
  const read = files.read(fileOf(name));
  if (read.state === "absent") return read;
  if (read.state !== "ok") return { state: "unusable", reason: read.reason };
  const kept = parseSnapshot(read.bytes.toString("utf8"));
  if (kept.state !== "unusable") return kept;
  return { state: "unusable", reason: `${files.path}/${fileOf(name)}: ${kept.reason}` };
}

function hashesOf(snapshot: Snapshot | undefined): readonly string[] {
  return (snapshot?.things ?? []).flatMap(({ kind, fields: { sha256 } }) =>
    kind === "file" && sha256 !== undefined ? [sha256] : [],
  );
}

function snapshotIn(files: StateFiles, name: SnapshotName): Snapshot | undefined {
  const kept = readSnapshot(files, name);
  return kept.state === "ok" ? kept.snapshot : undefined;
}

/** The kept texts of files, by their SHA-256. A damaged file is as good as none: it is only for showing differences. */
export function keptTexts(files: StateFiles): ReadonlyMap<string, string> {
  const read = files.read(textsName);
  if (read.state !== "ok") return new Map();
  try {
    return new Map(Object.entries(texts(JSON.parse(read.bytes.toString("utf8")))));
  } catch {
    return new Map();
  }
}

/** Texts that neither snapshot names are left out. */
function keepTexts(files: StateFiles, given: ReadonlyMap<string, string>, named: ReadonlySet<string>): Done {
  const before = keptTexts(files);
  const wanted = [...new Map([...before, ...given])].filter(([sha256]) => named.has(sha256));
  if (wanted.length === before.size && wanted.every(([sha256]) => before.has(sha256))) return { state: "ok" };
  return files.put(textsName, Buffer.from(JSON.stringify(Object.fromEntries(wanted))));
}

/**
 * Puts a snapshot in place, first the texts of its files (by their SHA-256) that are not kept yet. The caller leaves out
 * texts that hold secrets.
 */
export function keepSnapshot(
  files: StateFiles,
  name: SnapshotName,
  snapshot: Snapshot,
  given: ReadonlyMap<string, string>,
): Done {
  const other = snapshotIn(files, name === "last" ? "baseline" : "last");
  const kept = keepTexts(files, given, new Set([...hashesOf(snapshot), ...hashesOf(other)]));
  if (kept.state !== "ok") return kept;
  return files.put(fileOf(name), Buffer.from(`${JSON.stringify(snapshot)}\n`));
}
