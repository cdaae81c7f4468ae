// A repair of files as the engine makes it, without an audit around it: lock, recovery, originals, groups, journal.
import { pastRuns } from "../../src/core/past-runs.js";
import type { Group } from "../../src/core/plan.js";
import type { Host } from "../../src/host/host.js";
import type { NodeWriter } from "../../src/host/node-writer.js";
import { applyRun, unrestoredOf } from "../../src/remedy/apply-run.js";
import type { Machine } from "../../src/remedy/machine.js";
import { type PreparedGroup, prepare } from "../../src/remedy/prepare.js";
import { reactionOf } from "../../src/remedy/reactions.js";
import { openState, type State } from "../../src/remedy/session.js";
import { planUndo } from "../../src/remedy/undo.js";
import { nobodyInParticular } from "./journal-events.js";

export interface Applied {
  /** `done`, `rolled-back`, `open` (could not be put back), or why nothing was begun. */
  readonly result: string;
  readonly reason: string;
}

/** An image: nothing runs, so nothing is told. */
export function imageMachine(writer: NodeWriter, clock: () => number, open: () => Host): Machine {
  return {
    writer,
    open,
    act: undefined,
    greeting: () => Promise.reject(new Error("nobody listens on an image")),
    sleep: async () => {},
    clock,
    say: () => {},
  };
}

/** Owners are numbers here. */
function numbers(owner: string): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = owner.split(":").map(Number);
  return { uid, gid };
}

interface Asked {
  readonly run: string;
  readonly of: string | null;
  readonly groups: readonly Group[];
  readonly prepared: readonly PreparedGroup[];
  /** What the second look at the node finds. */
  readonly failure: string | undefined;
}

async function make(machine: Machine, state: State, asked: Asked): Promise<Applied> {
  const { run, of, groups, prepared, failure } = asked;
  const outcome = await applyRun(machine, state, groups, {
    run,
    kind: of === null ? "fix" : "undo",
    of,
    who: nobodyInParticular,
    prepared,
    reaction: (group) => reactionOf(group, () => false),
    verify: async () => (failure === undefined ? undefined : { reason: failure, checks: [] }),
    before: async () => undefined,
  });
  if (outcome.state !== "ran") return { result: "not-begun", reason: outcome.reason };
  const reason = outcome.groups.flatMap(({ applied }) => (applied.state === "done" ? [] : [applied.reason]));
  const open = unrestoredOf(outcome.groups)[0];
  if (open !== undefined) return { result: "open", reason: open.reason };
  return { result: outcome.result, reason: reason[0] ?? "" };
}

/** With the state open, and let go afterwards. */
async function withState(
  machine: Machine,
  holder: string,
  work: (state: State) => Promise<Applied>,
): Promise<Applied> {
  const state = await openState(machine, holder, async () => []);
  if (state.state === "held") return { result: "held", reason: state.by };
  if (state.state === "waits") return { result: "waits", reason: state.run };
  if (state.state === "refused") return { result: "not-recovered", reason: state.reason };
  try {
    return await work(state.value);
  } finally {
    state.value.release();
  }
}

/** Puts back what an earlier run left, and lets go again. */
export async function recover(machine: Machine): Promise<Applied> {
  return await withState(machine, "recovery", async () => ({ result: "recovered", reason: "" }));
}

/** Applies some groups as one run. `failure` is what the second look at the node then finds. */
export async function apply(
  machine: Machine,
  run: string,
  groups: readonly Group[],
  failure?: string,
): Promise<Applied> {
  return await withState(machine, run, async (state) => {
    const { groups: prepared, refused } = await prepare(machine.writer, groups, numbers);
    if (refused[0] !== undefined) return { result: "refused", reason: refused[0].reason };
    return await make(machine, state, { run, of: null, groups, prepared, failure });
  });
}

/** Takes a run back, as a run of its own. */
export async function undoRun(machine: Machine, of: string, run: string, failure?: string): Promise<Applied> {
  return await withState(machine, run, async (state) => {
    const past = pastRuns(state.journal.lines).find((one) => one.run === of);
    if (past === undefined) return { result: "no-run", reason: of };
    const { groups, prepared } = await planUndo(machine, state.files, past, false);
    return await make(machine, state, { run, of, groups, prepared, failure });
  });
}
