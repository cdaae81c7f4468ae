// The state directory for one run: the lock, the journal, and what an earlier run left open put back first.
import type { GroupRecord } from "../core/journal-event.js";
import type { Refused, StateFiles } from "../host/node-writer.js";
import type { Journal } from "../state/journal.js";
import { free } from "../state/retention.js";
import { openStore } from "../state/store.js";
import { takeBack } from "./call.js";
import type { Machine } from "./machine.js";
import {
  groupsToTell,
  isWhole,
  type OpenRun,
  openRuns,
  type Recovered,
  recordRecovery,
  restoreRun,
} from "./recover.js";
import { stopTimer } from "./switch.js";
import { pendingName, readPending } from "./switch-record.js";

export interface State {
  readonly files: StateFiles;
  readonly journal: Journal;
  /** What was put back before anything else, newest first. */
  readonly recovered: readonly Recovered[];
  /** Bytes of a line that a crash had torn, cut off the journal; 0 as a rule. */
  readonly repaired: number;
  release(): void;
}

export type OpenedState =
  | { readonly state: "ok"; readonly value: State }
  | { readonly state: "held"; readonly by: string }
  /** A run waits for its confirmation: nothing else may be changed until it has come, or the run is put back. */
  | { readonly state: "waits"; readonly run: string; readonly until: string }
  | Refused;

/** Tells the programs that read what was put back; answers what is not well then. */
export type Told = (groups: readonly GroupRecord[]) => Promise<readonly string[]>;

/** Puts one run back: its files, then the running system. */
async function recoverRun(
  machine: Machine,
  state: Pick<State, "files" | "journal">,
  open: OpenRun,
  told: Told,
): Promise<Recovered> {
  const { begin, live } = open;
  const groups = groupsToTell(machine.writer, open);
  // Before the first file: cut off after the last one, the next recovery would find nothing that anybody must be told.
  if (groups.length > 0)
    state.journal.append({ event: "recovering", run: begin.run, groups: groups.map(({ name }) => name) });
  const files = restoreRun(machine.writer, state.files, begin.run, begin.groups);
  const failed = [...files.failed];
  for (const { undo } of [...live].reverse())
    for (const one of undo) {
      const reason = await takeBack(machine, one);
      if (reason !== undefined) failed.push({ path: [one.action, ...one.args].join(" "), reason });
    }
  for (const reason of await told(groups)) failed.push({ path: "", reason });
  // What is live does not keep a run open: the next boot takes it back, and a second try would say the same.
  const written = recordRecovery(state.journal, files);
  const unwritten = written.state === "ok" ? [] : [{ path: written.path, reason: written.reason }];
  return { ...files, failed: [...failed, ...unwritten] };
}

/** What the switch had for a run that is put back goes too, unless something is left to do at the next start. */
async function forget(machine: Machine, files: StateFiles, recovered: readonly Recovered[]): Promise<void> {
  const pending = readPending(files);
  const done = recovered.find(({ run }) => run === pending?.run);
  if (pending === undefined || done === undefined || done.failed.length > 0) return;
  files.remove(pendingName);
  await stopTimer(machine, pending);
}

/** New changes on top of files that are half put back could not be undone. */
function unrecovered({ begin: { run } }: OpenRun, recovered: readonly Recovered[]): Refused {
  const failed = recovered.find((one) => one.run === run)?.failed[0];
  const path = failed?.path ?? run;
  return {
    state: "refused",
    path,
    reason: `the interrupted run ${run} could not be put back, and nothing is changed before it is: ${failed?.reason ?? "it is still open"}`,
  };
}

/** Puts a run back that is still open, now. */
export async function putBack(
  machine: Machine,
  state: State,
  run: string,
  told: Told,
): Promise<Recovered | undefined> {
  const open = openRuns(state.journal).find(({ begin }) => begin.run === run);
  if (open === undefined) return undefined;
  const recovered = await recoverRun(machine, state, open, told);
  await forget(machine, state.files, [recovered]);
  return recovered;
}

/** The longest time to confirm (--confirm-timeout); an end further ahead tells of a clock that was put back. */
const longestWait = 3600 * 1000;

/** A run whose time to be confirmed is not over. One that is over, or was cut off, is put back. */
function waiting(runs: readonly OpenRun[], now: number, due: string | undefined): OpenRun | undefined {
  return runs.find((run) => {
    const { begin, waitsUntil } = run;
    const left = waitsUntil === null ? 0 : Date.parse(waitsUntil) - now;
    return left > 0 && left <= longestWait && begin.run !== due && isWhole(run);
  });
}

/**
 * Takes the lock, opens the journal, recovers. `holder` tells a second run who has the lock; `due` is a run that is put
 * back whatever the clock says.
 */
export async function openState(
  machine: Machine,
  holder: string,
  told: Told,
  due?: string,
): Promise<OpenedState> {
  const files = machine.writer.state();
  if ("state" in files) return files;
  const store = openStore(files, machine.clock, holder);
  if (store.state !== "ok") return store;
  const { journal, repaired, release } = store;
  const runs = openRuns(journal);
  const pending = waiting(runs, machine.clock(), due);
  if (pending !== undefined) {
    release();
    return { state: "waits", run: pending.begin.run, until: pending.waitsUntil ?? "" };
  }
  const recovered: Recovered[] = [];
  for (const run of runs) recovered.push(await recoverRun(machine, { files, journal }, run, told));
  await forget(machine, files, recovered);
  const stuck = openRuns(journal)[0];
  if (stuck !== undefined) {
    release();
    return unrecovered(stuck, recovered);
  }
  // Space is freed where it can be; that it could not is no reason to change nothing.
  journal.rotate();
  free(files, journal, machine.clock());
  return { state: "ok", value: { files, journal, recovered, repaired, release } };
}
