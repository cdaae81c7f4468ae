// What the dead man's switch has on the disk while a run waits: which run, until when, who must be stopped first. The boot
// unit looks for this file.
import type { Done, StateFiles } from "../host/node-writer.js";

/** Below the state directory. */
export const pendingName = "pending";

export interface Pending {
  readonly run: string;
  /** RFC 3339. */
  readonly until: string;
  /** Each arming has a token of its own: a timer of an earlier one does nothing. */
  readonly token: string;
  /** The timer of systemd; empty where a process waits instead. */
  readonly unit: string;
  /** The process that makes the changes. */
  readonly pid: number;
  /** When that process started, in ticks since boot: numbers are given anew. 0 where it is not known. */
  readonly started: number;
}

const texts = ["run", "until", "token", "unit"] as const;

/** Records of versions that did not know when the process started have none. */
function isPending(value: unknown): value is Omit<Pending, "started"> & Partial<Pick<Pending, "started">> {
  if (typeof value !== "object" || value === null) return false;
  const data = new Map<string, unknown>(Object.entries(value));
  const started = data.get("started");
  return (
    texts.every((name) => typeof data.get(name) === "string") &&
    typeof data.get("pid") === "number" &&
    (started === undefined || typeof started === "number")
  );
}

export function parsePending(text: string): Pending | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPending(value) ? { ...value, started: value.started ?? 0 } : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where nothing waits, or what is there cannot be read: then the journal alone tells. */
export function readPending(files: StateFiles): Pending | undefined {
  const read = files.read(pendingName);
  return read.state === "ok" ? parsePending(read.bytes.toString()) : undefined;
}

export function writePending(files: StateFiles, pending: Pending): Done {
  return files.put(pendingName, Buffer.from(`${JSON.stringify(pending)}\n`));
}
