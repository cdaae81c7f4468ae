// The state directory opened for a command that changes something: locked, tidied, its journal repaired.
import type { Refused, StateFiles } from "../host/node-writer.js";
import { type Journal, openJournal } from "./journal.js";
import { tidy } from "./retention.js";

export interface Store {
  readonly state: "ok";
  readonly files: StateFiles;
  readonly journal: Journal;
  /** Bytes of a torn last line that were cut off, 0 as a rule; to be said. */
  readonly repaired: number;
  /** Lets others in. The end of the process does, too. */
  release(): void;
}

export type OpenedStore = Store | { readonly state: "held"; readonly by: string } | Refused;

/** `holder` tells who comes second who we are: command, process and since when. */
export function openStore(files: StateFiles, clock: () => number, holder: string): OpenedStore {
  const lock = files.lock(holder);
  if (lock.state !== "ok") return lock;
  const opened = openJournal(files, clock);
  if (opened.state !== "ok") {
    lock.release();
    return opened;
  }
  tidy(files);
  return { state: "ok", files, journal: opened.journal, repaired: opened.repaired, release: lock.release };
}
