// The state directory for one run: the lock, the journal, and what an earlier run left open put back first.
import type { GroupName } from "../core/plan.js";
import type { Refused, StateFiles } from "../host/node-writer.js";
import { type Journal, openJournal } from "../state/journal.js";
import { takeBack } from "./apply-group.js";
import type { Machine } from "./machine.js";
import { type OpenRun, openRuns, type Recovered, recordRecovery, restoreRun } from "./recover.js";

export interface State {
  readonly files: StateFiles;
  readonly journal: Journal;
  /** What was put back before anything else, newest first. */
  readonly recovered: readonly Recovered[];
  release(): void;
}

export type OpenedState =
  | { readonly state: "ok"; readonly value: State }
  | { readonly state: "held"; readonly by: string }
  /** A run waits for its confirmation: nothing else may be changed until it has come, or the run is put back. */
  | { readonly state: "waits"; readonly run: string; readonly until: string }
  | Refused;

/** The programs that read what was put back are told when the caller makes groups react: `told`. */
export type Told = (groups: readonly GroupName[]) => Promise<readonly string[]>;

/** Puts one run back: its files, then the running system. */
async function recoverRun(
  machine: Machine,
  state: Pick<State, "files" | "journal">,
  { begin, live }: OpenRun,
  told: Told,
): Promise<Recovered> {
  const files = restoreRun(machine.writer, state.files, begin.run, begin.groups);
  const failed = [...files.failed];
  for (const { undo } of [...live].reverse())
    for (const one of undo) {
      const reason = await takeBack(machine, one);
      if (reason !== undefined) failed.push({ path: [one.action, ...one.args].join(" "), reason });
    }
  const groups = [...new Set([...files.groups, ...live.map(({ group }) => group)])];
  for (const reason of await told(groups)) failed.push({ path: "", reason });
  // What is live does not keep a run open: the next boot takes it back, and a second try would say the same.
  const recovered = { ...files, groups };
  const written = recordRecovery(state.journal, recovered);
  const unwritten = written.state === "ok" ? [] : [{ path: written.path, reason: written.reason }];
  return { ...recovered, failed: [...failed, ...unwritten] };
}

/** A run whose time to be confirmed is not over. One that is over, or was cut off, is put back. */
function waiting(runs: readonly OpenRun[], now: number): OpenRun | undefined {
  return runs.find(({ waitsUntil }) => waitsUntil !== null && Date.parse(waitsUntil) > now);
}

/** Takes the lock, opens the journal, recovers. `holder` tells a second run who has the lock. */
export async function openState(machine: Machine, holder: string, told: Told): Promise<OpenedState> {
  const files = machine.writer.state();
  if ("state" in files) return files;
  const locked = files.lock(holder);
  if (locked.state !== "ok") return locked;
  const opened = openJournal(files, machine.clock);
  if (opened.state !== "ok") {
    locked.release();
    return opened;
  }
  const { journal } = opened;
  const runs = openRuns(journal);
  const pending = waiting(runs, machine.clock());
  if (pending !== undefined) {
    locked.release();
    return { state: "waits", run: pending.begin.run, until: pending.waitsUntil ?? "" };
  }
  const recovered: Recovered[] = [];
  for (const run of runs) recovered.push(await recoverRun(machine, { files, journal }, run, told));
  return { state: "ok", value: { files, journal, recovered, release: locked.release } };
}
