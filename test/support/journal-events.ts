// Events of a run as the journal keeps them, for tests.
import type { FileRecord, JournalEvent, Who } from "../../src/core/journal-event.js";

export const nobodyInParticular: Who = {
  uid: 0,
  loginUid: null,
  session: null,
  sudoUser: null,
  tty: null,
  ssh: null,
  parents: [],
};

/** A file that was edited; its original is kept under `sha256`. */
export function fileRecord(path: string, sha256: string): FileRecord {
  const owner = { mode: 0o644, uid: 0, gid: 0 };
  return {
    path,
    realPath: path,
    before: { state: "file", sha256, size: 1, ...owner },
    after: { state: "file", sha256: "f".repeat(64), size: 1, ...owner },
    inPlace: false,
    kept: null,
    checks: ["a.check"],
    diff: "",
  };
}

export function begin(
  run: string,
  files: readonly FileRecord[] = [],
): JournalEvent & { readonly event: "begin" } {
  return {
    event: "begin",
    run,
    kind: "fix",
    of: null,
    who: nobodyInParticular,
    groups: [{ name: "other", risk: "none", files, live: [], checks: ["a.check"] }],
  };
}

export function done(run: string): JournalEvent {
  return { event: "end", run, result: "done", summary: "done" };
}
