// The saved bytes of files, under their hash. What belongs to which run stands in the journal.
import type { Done, Refused, StateFiles } from "../host/node-writer.js";
import { hashOf } from "./journal-file.js";

const folder = "objects";

export type Original = { readonly state: "ok"; readonly bytes: Buffer } | Refused;

/** Reads saved bytes, and refuses those that are no longer what was saved. */
export function readOriginal(files: StateFiles, sha256: string): Original {
  const name = `${folder}/${sha256}`;
  const path = `${files.path}/${name}`;
  const read = files.read(name);
  if (read.state === "absent")
    return { state: "refused", path, reason: `${path}: the saved original is missing` };
  if (read.state !== "ok") return read;
  return hashOf(read.bytes) === sha256
    ? read
    : { state: "refused", path, reason: `${path}: the saved original is damaged` };
}

/** Saves the bytes of some files, each under its hash; on the disk when it returns. */
export function saveOriginals(files: StateFiles, all: readonly Uint8Array[]): Done {
  const missing = new Map<string, Uint8Array>();
  for (const bytes of all) {
    const sha256 = hashOf(bytes);
    if (readOriginal(files, sha256).state !== "ok") missing.set(sha256, bytes);
  }
  return files.putAll(
    folder,
    [...missing].map(([name, bytes]) => ({ name, bytes })),
  );
}

/** The empty file that keeps the attributes of the nth file of a run. */
export function keptName(run: string, index: number): string {
  return `originals/${run}/${index}`;
}
