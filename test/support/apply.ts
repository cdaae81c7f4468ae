// A repair of files as the engine makes it, without an audit around it: lock, recovery, originals, groups, journal.
import type { Group } from "../../src/core/plan.js";
import type { Host } from "../../src/host/host.js";
import type { NodeWriter } from "../../src/host/node-writer.js";
import { applyRun, unrestoredOf } from "../../src/remedy/apply-run.js";
import type { Machine } from "../../src/remedy/machine.js";
import { prepare } from "../../src/remedy/prepare.js";
import { reactionOf } from "../../src/remedy/reactions.js";
import { openState, type State } from "../../src/remedy/session.js";
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

/** Puts back what an earlier run left, and lets go again. */
export async function recover(machine: Machine): Promise<Applied> {
  const state = await openState(machine, "recovery", async () => []);
  if (state.state === "held") return { result: "held", reason: state.by };
  if (state.state === "waits") return { result: "waits", reason: state.run };
  if (state.state === "refused") return { result: "not-recovered", reason: state.reason };
  state.value.release();
  return { result: "recovered", reason: "" };
}

/** Owners are numbers here. */
function numbers(owner: string): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = owner.split(":").map(Number);
  return { uid, gid };
}

async function applyTo(
  machine: Machine,
  state: State,
  run: string,
  groups: readonly Group[],
  failure: string | undefined,
): Promise<Applied> {
  const { groups: prepared, refused } = await prepare(machine.writer, groups, numbers);
  if (refused[0] !== undefined) return { result: "refused", reason: refused[0].reason };
  const outcome = await applyRun(machine, state, groups, {
    run,
    kind: "fix",
    of: null,
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

/** Applies some groups as one run. `failure` is what the second look at the node then finds. */
export async function apply(
  machine: Machine,
  run: string,
  groups: readonly Group[],
  failure?: string,
): Promise<Applied> {
  const state = await openState(machine, run, async () => []);
  if (state.state === "held") return { result: "held", reason: state.by };
  if (state.state === "waits") return { result: "waits", reason: state.run };
  if (state.state === "refused") return { result: "not-recovered", reason: state.reason };
  try {
    return await applyTo(machine, state.value, run, groups, failure);
  } finally {
    state.value.release();
  }
}
