// What an image was given that could shut people out or stop pods is proved by its first boot: a minute of health keeps it,
// else it is put back. Nobody can confirm it: there is no session that it was made from.
import type { Unrestored, Who } from "../core/journal-event.js";
import { type PastRun, pastRuns } from "../core/past-runs.js";
import { asker } from "../engine/gather.js";
import { ufw } from "../facts/ufw.js";
import type { Done, Refused, StateFiles } from "../host/node-writer.js";
import { readJournal } from "../state/journal-file.js";
import { isRisky, unrestoredOf } from "./apply-run.js";
import { look, type Machine } from "./machine.js";
import type { State } from "./session.js";
import type { Ran } from "./settle-run.js";
import { planUndo, undo } from "./undo.js";

/** Below the state directory; nodeward-prove.service looks for this file. */
export const unprovenName = "unproven";

/** The last line of the journal before what is to be proved; undefined where nothing is. */
function unprovenSince(files: StateFiles): number | undefined {
  const read = files.read(unprovenName);
  if (read.state !== "ok") return undefined;
  const since = Number(/^\{"since":(\d+)\}\n$/.exec(read.bytes.toString())?.[1]);
  // What is there and says nothing: all that the image was ever given.
  return Number.isSafeInteger(since) ? since : 0;
}

/** Says before the first change that a first boot has something to prove. */
export function markUnproven(files: StateFiles): Done {
  if (unprovenSince(files) !== undefined) return { state: "ok" };
  const read = readJournal(files, "all");
  if (read.state !== "ok") return read;
  return files.put(unprovenName, Buffer.from(`{"since":${read.lines.at(-1)?.seq ?? 0}}\n`));
}

export function markProven(files: StateFiles): Done {
  return files.remove(unprovenName);
}

/** Runs still in force that could shut people out or stop pods, newest first; undefined where nothing is to be proved. */
export function unprovenRuns(files: StateFiles): readonly PastRun[] | Refused | undefined {
  const since = unprovenSince(files);
  if (since === undefined) return undefined;
  const read = readJournal(files, "all");
  if (read.state !== "ok") return read;
  return pastRuns(read.lines.filter(({ seq }) => seq > since))
    .filter(
      ({ kind, undoneBy, groups }) =>
        kind === "fix" &&
        undoneBy === null &&
        groups.some(({ state, record }) => state === "done" && isRisky(record)),
    )
    .reverse();
}

export interface TakenBack {
  readonly runs: readonly Ran[];
  readonly unrestored: readonly Unrestored[];
}

export interface BackRequest {
  readonly machine: Machine;
  readonly state: State;
  readonly who: Who;
  readonly newRun: () => string;
}

/** Puts the runs back, newest first; what somebody has changed since stays as it is. */
export async function takeUnprovenBack(
  { machine, state, who, newRun }: BackRequest,
  past: readonly PastRun[],
): Promise<TakenBack> {
  const runs: Ran[] = [];
  const unrestored: Unrestored[] = [];
  for (const one of past) {
    const plan = await planUndo(machine, state.files, one, false);
    unrestored.push(
      ...plan.impossible,
      ...plan.foreign.map(({ path }) => ({ path, reason: "somebody else has changed it since" })),
    );
    if (plan.groups.length === 0) continue;
    const outcome = await undo({ machine, state, who, run: newRun(), of: one.run }, plan);
    if (outcome.state !== "ran") unrestored.push(outcome);
    else {
      runs.push(outcome);
      unrestored.push(...unrestoredOf(outcome.groups));
    }
  }
  await firewallAsTold(machine);
  return { runs, unrestored };
}

/** ufw passes over a reload where its files say that it is off: its rules would stay until the next boot. */
async function firewallAsTold(machine: Machine): Promise<void> {
  const own = await look(machine, (host) => asker(host)(ufw));
  if (own.state === "known" && !own.value.startsAtBoot) await machine.act?.("unload-ufw");
}
