// What the journal says of a run, event by event. Not how it is kept (state/journal.ts).
import type { Risk } from "./outcome.js";
import type { GroupName, Image, LiveChange } from "./plan.js";

/** Members that a later version adds are kept; a later version that means something else raises it. */
export const journalVersion = 1;

/** Why files are changed: a repair, its undoing, or an installation of shipped files. */
export type RunKind = "fix" | "undo" | "install";

/** Who started a run, as far as the kernel tells (proc_pid_loginuid(5), sudo(8) SUDO_USER, sshd SSH_CONNECTION). */
export interface Who {
  readonly uid: number;
  /** Null where nobody has logged in: a timer, a boot unit. */
  readonly loginUid: number | null;
  readonly session: number | null;
  readonly sudoUser: string | null;
  readonly tty: string | null;
  readonly ssh: string | null;
  /** The programs above this one, nearest first. */
  readonly parents: readonly string[];
}

/** One file of the intent: what is there, what will be, and where the old one is kept. */
export interface FileRecord {
  /** As the checks name it. */
  readonly path: string;
  /** Where it lies, no symbolic link on the way. */
  readonly realPath: string;
  readonly before: Image;
  readonly after: Image;
  /** The bytes stay: mode and owner are changed on the file itself. */
  readonly inPlace: boolean;
  /** The empty file of the state directory that carries owner, mode, times, ACL and extended attributes of `before`. */
  readonly kept: string | null;
  readonly checks: readonly string[];
  /** Redacted; empty where the file holds secrets. */
  readonly diff: string;
}

export interface GroupRecord {
  readonly name: GroupName;
  readonly risk: Risk;
  readonly files: readonly FileRecord[];
  readonly live: readonly LiveChange[];
  readonly checks: readonly string[];
}

export type RunResult = "done" | "partly" | "rolled-back" | "nothing";

/** How a change of the running system is taken back. */
export interface LiveUndo {
  readonly action: string;
  readonly args: readonly string[];
}

/** A file that was not put back, and why. */
export interface Unrestored {
  readonly path: string;
  readonly reason: string;
}

export type JournalEvent =
  /** The whole intent, on disk before the first byte is changed. */
  | {
      readonly event: "begin";
      readonly run: string;
      readonly kind: RunKind;
      /** The run that is undone. */
      readonly of: string | null;
      readonly who: Who;
      readonly groups: readonly GroupRecord[];
    }
  | { readonly event: "file-done"; readonly run: string; readonly group: GroupName; readonly path: string }
  /** Written before the running system is changed: how to take it back. */
  | {
      readonly event: "live";
      readonly run: string;
      readonly group: GroupName;
      readonly change: LiveChange;
      readonly undo: readonly LiveUndo[];
    }
  | { readonly event: "group-done"; readonly run: string; readonly group: GroupName }
  | {
      readonly event: "group-skipped" | "group-rolled-back";
      readonly run: string;
      readonly group: GroupName;
      readonly reason: string;
    }
  /** The dead man's switch stands; without `confirmed` by `until` the run is put back. */
  | {
      readonly event: "armed";
      readonly run: string;
      readonly until: string;
      readonly layers: readonly string[];
    }
  | { readonly event: "confirmed"; readonly run: string; readonly by: string }
  /** These groups of an interrupted or unconfirmed run are about to be put back: whoever goes on with it tells their programs. */
  | { readonly event: "recovering"; readonly run: string; readonly groups: readonly GroupName[] }
  /** What an interrupted or unconfirmed run had changed was put back, or could not be. */
  | {
      readonly event: "recovered";
      readonly run: string;
      readonly restored: readonly string[];
      /** Changed by somebody else since: as they were found. */
      readonly left: readonly Unrestored[];
      /** Could not be written: the run stays open, and the next start tries again. */
      readonly failed: readonly Unrestored[];
    }
  | { readonly event: "end"; readonly run: string; readonly result: RunResult; readonly summary: string }
  /** A line that a crash had torn was cut off. */
  | { readonly event: "repaired"; readonly bytes: number; readonly sha256: string }
  /** The journal goes on in this file; the one before is called `from`. */
  | { readonly event: "rotated"; readonly from: string }
  /** Runs that can no longer be undone; only after this line are their originals deleted. */
  | { readonly event: "freed"; readonly runs: readonly string[] };

/** One line of the journal, as found. `data` has every member of the line, those of later versions too. */
export interface JournalLine {
  readonly version: number;
  readonly seq: number;
  /** RFC 3339; clocks jump, so the order is that of `seq`. */
  readonly time: string;
  /** Null for an event that this version does not know. */
  readonly event: JournalEvent | null;
  readonly data: Readonly<Record<string, unknown>>;
}
