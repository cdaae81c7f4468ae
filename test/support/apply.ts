// A repair of files alone, from lock to last line of the journal: what the engine does around validators and reactions.
import type { JournalEvent } from "../../src/core/journal-event.js";
import type { Group } from "../../src/core/plan.js";
import type { NodeWriter, StateFiles } from "../../src/host/node-writer.js";
import { groupChange } from "../../src/remedy/change-files.js";
import { type PreparedGroup, prepare } from "../../src/remedy/prepare.js";
import { openRuns, recordRecovery, restoreRun } from "../../src/remedy/recover.js";
import { restoreFiles } from "../../src/remedy/restore-files.js";
import { saveOriginals } from "../../src/remedy/save-originals.js";
import type { Journal } from "../../src/state/journal.js";
import { openStore, type Store } from "../../src/state/store.js";
import { nobodyInParticular } from "./journal-events.js";

export interface Applied {
  /** `done`, `rolled-back`, `open` (could not be put back), or why nothing was begun. */
  readonly result: string;
  readonly reason: string;
}

/** Puts back what an earlier run left; why it could not, or nothing. */
export function recover(writer: NodeWriter, { files, journal }: Store): string | undefined {
  for (const { begin } of openRuns(journal)) {
    const recovered = restoreRun(writer, files, begin.run, begin.groups);
    const said = recordRecovery(journal, recovered);
    if (said.state !== "ok") return said.reason;
    if (recovered.failed[0] !== undefined) return recovered.failed[0].reason;
  }
  return undefined;
}

function applyGroup(
  writer: NodeWriter,
  files: StateFiles,
  journal: Journal,
  run: string,
  group: PreparedGroup,
): Applied {
  const change = groupChange(writer, journal, run, group);
  const staged = change.stage();
  const committed = staged.state === "ok" ? change.commit() : staged;
  const closed = change.close();
  const { name } = group.group;
  const said =
    committed.state === "ok" && closed.state === "ok"
      ? journal.append({ event: "group-done", run, group: name })
      : committed;
  if (closed.state === "ok" && said.state === "ok") return { result: "done", reason: "" };
  const reason = said.state === "ok" ? (closed.state === "ok" ? "" : closed.reason) : said.reason;
  const back = restoreFiles(
    writer,
    files,
    group.files.map(({ record }) => record),
  );
  if (back.failed[0] !== undefined) return { result: "open", reason: `${reason}; ${back.failed[0].reason}` };
  const written = journal.append({ event: "group-rolled-back", run, group: name, reason });
  return written.state === "ok" ? { result: "rolled-back", reason } : { result: "open", reason };
}

/** Owners are numbers here. */
function numbers(owner: string): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = owner.split(":").map(Number);
  return { uid, gid };
}

/** Applies some groups as one run. */
export async function apply(
  writer: NodeWriter,
  run: string,
  groups: readonly Group[],
  clock: () => number,
  before?: (journal: Journal) => void,
): Promise<Applied> {
  const files = writer.state();
  if ("state" in files) return { result: "no-state", reason: files.reason };
  const store = openStore(files, clock, run);
  if (store.state === "held") return { result: "held", reason: store.by };
  if (store.state !== "ok") return { result: "no-store", reason: store.reason };
  const { journal } = store;
  try {
    const bad = recover(writer, store);
    if (bad !== undefined) return { result: "not-recovered", reason: bad };
    const prepared = await prepare(writer, groups, numbers);
    if (prepared.refused[0] !== undefined) return { result: "refused", reason: prepared.refused[0].reason };
    const saved = saveOriginals(writer, files, run, prepared.groups);
    if (saved.state !== "ok") return { result: "not-saved", reason: saved.reason };
    const begin: JournalEvent = {
      event: "begin",
      run,
      kind: "fix",
      of: null,
      who: nobodyInParticular,
      groups: saved.records,
    };
    const begun = journal.append(begin);
    if (begun.state !== "ok") return { result: "not-begun", reason: begun.reason };
    before?.(journal);
    const results = saved.groups.map((group) => applyGroup(writer, files, journal, run, group));
    const worst =
      results.find(({ result }) => result === "open") ??
      results.find(({ result }) => result !== "done") ??
      results[0];
    if (worst?.result === "open") return worst;
    const result = worst?.result === "rolled-back" ? "rolled-back" : "done";
    const ended = journal.append({ event: "end", run, result, summary: result });
    return ended.state === "ok"
      ? (worst ?? { result: "done", reason: "" })
      : { result: "open", reason: ended.reason };
  } finally {
    store.release();
  }
}
