// Keeping a run that waits: by somebody who has logged in since, or by the unattended proof.
import type { RunResult, Who } from "../core/journal-event.js";
import { type PastRun, pastRuns } from "../core/past-runs.js";
import type { Done, Refused } from "../host/node-writer.js";
import { openJournal } from "../state/journal.js";
import type { Machine } from "./machine.js";
import { isWhole, openRuns } from "./recover.js";
import type { State } from "./session.js";
import { stopTimer } from "./switch.js";
import { pendingName, readPending } from "./switch-record.js";

/**
 * Is it the session from which the run was made? The kernel numbers logins (proc_pid_sessionid(5)); where it does not,
 * the connections tell. Who has neither has not shown that anybody can log in.
 */
export function isSameSession(before: Who, now: Who): boolean {
  if (before.session !== null && now.session !== null) return before.session === now.session;
  if (before.ssh !== null && now.ssh !== null) return before.ssh === now.ssh;
  return now.session === null && now.ssh === null;
}

function resultOf({ groups }: PastRun): RunResult {
  if (groups.every(({ state }) => state === "done")) return "done";
  return groups.some(({ state }) => state === "done") ? "partly" : "nothing";
}

/** Writes that a run is kept, then takes the switch away: in this order, so that it can only be put back too late to count. */
export async function keepRun(
  machine: Machine,
  state: Pick<State, "files" | "journal">,
  run: string,
  by: string,
): Promise<Done> {
  const past = pastRuns(state.journal.lines).find((one) => one.run === run);
  const names = past?.groups.filter((group) => group.state === "done").map(({ record }) => record.name) ?? [];
  const result = past === undefined ? "done" : resultOf(past);
  const said = state.journal.append(
    { event: "confirmed", run, by },
    { event: "end", run, result, summary: `done: ${names.join(", ")}; confirmed` },
  );
  if (said.state !== "ok") return said;
  const pending = readPending(state.files);
  state.files.remove(pendingName);
  if (pending !== undefined) await stopTimer(machine, pending);
  return said;
}

export type Confirmed =
  | { readonly state: "kept"; readonly run: string }
  | { readonly state: "nothing" }
  | { readonly state: "same-session"; readonly run: string }
  | { readonly state: "late"; readonly run: string }
  /** It was ended before all of it was made: half of it is not kept. */
  | { readonly state: "cut-off"; readonly run: string }
  | { readonly state: "held"; readonly by: string }
  | Refused;

export interface ConfirmRequest {
  readonly machine: Machine;
  readonly holder: string;
  readonly who: Who;
  /** Whose word it is, for the journal. */
  readonly by: string;
  /** The session from which the run was made will do. */
  readonly sameSession: boolean;
}

/** Keeps the run that waits. */
export async function confirm({ machine, holder, who, by, sameSession }: ConfirmRequest): Promise<Confirmed> {
  const files = machine.writer.state();
  if ("state" in files) return files;
  const lock = files.lock(holder);
  if (lock.state !== "ok") return lock;
  try {
    const opened = openJournal(files, machine.clock);
    if (opened.state !== "ok") return opened;
    const { journal } = opened;
    const open = openRuns(journal).find(({ waitsUntil }) => waitsUntil !== null);
    if (open === undefined) return { state: "nothing" };
    if (!isWhole(open)) return { state: "cut-off", run: open.begin.run };
    const { run } = open.begin;
    if (Date.parse(open.waitsUntil ?? "") <= machine.clock()) return { state: "late", run };
    if (!sameSession && isSameSession(open.begin.who, who)) return { state: "same-session", run };
    const kept = await keepRun(machine, { files, journal }, run, by);
    return kept.state === "ok" ? { state: "kept", run } : kept;
  } finally {
    lock.release();
  }
}
