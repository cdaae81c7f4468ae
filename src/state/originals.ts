// The saved bytes of files, under their hash. What belongs to which run stands in the journal.
import type { Refused, StateFiles } from "../host/node-writer.js";
import { hashOf } from "./journal-file.js";

const objectName = (sha256: string) => `objects/${sha256}`;

export type Original = { readonly state: "ok"; readonly bytes: Buffer } | Refused;

/** Reads saved bytes, and refuses those that are no longer what was saved. */
export function readOriginal(files: StateFiles, sha256: string): Original {
  const name = objectName(sha256);
  const path = `${files.path}/${name}`;
  const read = files.read(name);
  if (read.state === "absent")
    return { state: "refused", path, reason: `${path}: the saved original is missing` };
  if (read.state !== "ok") return read;
  return hashOf(read.bytes) === sha256
    ? read
    : { state: "refused", path, reason: `${path}: the saved original is damaged` };
}

/** Saves bytes under their hash; on the disk when it returns. */
export function saveOriginal(files: StateFiles, bytes: Uint8Array): Refused | { readonly state: "ok" } {
  const sha256 = hashOf(bytes);
  return readOriginal(files, sha256).state === "ok" ? { state: "ok" } : files.put(objectName(sha256), bytes);
}

/** The empty file that keeps the attributes of the nth file of a run. */
export function keptName(run: string, index: number): string {
  return `originals/${run}/${index}`;
}
