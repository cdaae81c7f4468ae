// The time of the switch is over: the run that waits is put back, by a timer, a process that waited, or the next boot.

import { startedTicks } from "../facts/processes.js";
import type { Act } from "../host/actions.js";
import type { Machine } from "./machine.js";
import { look } from "./machine.js";
import { type OpenedState, openState, type Told } from "./session.js";
import { type Pending, readPending } from "./switch-record.js";

/** The word in place of a token with which the unit of the next boot comes. */
export const bootToken = "boot";

export interface Due {
  readonly run: string;
  readonly token: string;
}

export type DueState =
  /** It was confirmed or put back meanwhile, or another timer is the one. */
  { readonly state: "nothing" } | OpenedState;

/** Seconds that the run itself is given to end by itself. */
const patience = 5;
/** Seconds in which whoever holds the lock must have let go: nobody comes after this. */
const longest = 300;

/** Services come up after it: they are not to be waited for, and read what is on the disk by themselves. */
const afterBoot = /^(?:start|stop|restart|reload|hang-up)-unit$|^(?:enable|unload|reload)-ufw$/;

export function atBoot(machine: Machine): Machine {
  const { act } = machine;
  if (act === undefined) return machine;
  const quiet: Act = async (name, ...args) =>
    afterBoot.test(name) ? { state: "ok", code: 0, stdout: "", stderr: "" } : act(name, ...args);
  return { ...machine, act: quiet };
}

/** Ends the run that hangs: only the process that armed the switch. */
async function end(machine: Machine, { pid, started }: Pending): Promise<void> {
  const now = await look(machine, (host) => startedTicks(host, pid));
  if (pid > 1 && started > 0 && now === started) await machine.act?.("kill-process", String(pid));
}

/** Opens the state with the run put back. */
export async function openDue(
  machine: Machine,
  { run, token }: Due,
  holder: string,
  told: Told,
): Promise<DueState> {
  const files = machine.writer.state();
  if ("state" in files) return files;
  let last: OpenedState = { state: "held", by: "" };
  for (let waited = 0; waited <= longest; waited++) {
    const pending = readPending(files);
    const ours =
      pending !== undefined && (token === bootToken || (pending.run === run && pending.token === token));
    if (!ours) return { state: "nothing" };
    last = await openState(machine, holder, told, pending.run);
    if (last.state !== "held") return last;
    if (waited === patience && token !== bootToken) await end(machine, pending);
    await machine.sleep(1000);
  }
  return last;
}
