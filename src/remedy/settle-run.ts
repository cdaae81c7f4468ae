// What becomes of a run that waits to be confirmed: kept after a minute of health, or put back at once; where nobody is to
// prove it, it goes on waiting.
import type { RunOutcome } from "./apply-run.js";
import { keepRun } from "./confirm.js";
import type { Machine } from "./machine.js";
import { proveHealth } from "./prove-health.js";
import { reactAgain } from "./react-again.js";
import { putBack, type State } from "./session.js";

export type Ran = RunOutcome & { readonly state: "ran" };

/** `proof`: milliseconds since the epoch until which a minute of health confirms the run; undefined: somebody does. */
export async function settleRun(
  machine: Machine,
  state: State,
  ran: Ran,
  proof: (() => number) | undefined,
): Promise<Ran> {
  if (ran.waitsUntil === null || proof === undefined) return ran;
  const ill = await proveHealth(machine, { deadline: proof() });
  const kept = ill === undefined ? await keepRun(machine, state, ran.run, "a minute of health") : undefined;
  if (kept?.state === "ok") return { ...ran, waitsUntil: null };
  const back = await putBack(machine, state, ran.run, (groups) => reactAgain(machine, groups));
  const reason = `it was not well for a minute: ${ill ?? "the journal could not be written"}`;
  const unrestored = [...(back?.failed ?? []), ...(back?.left ?? [])];
  const groups = ran.groups.map(({ group }) => ({
    group,
    applied: { state: "rolled-back" as const, reason, checks: group.checks, unrestored },
  }));
  return { ...ran, result: "rolled-back", groups, waitsUntil: null };
}
