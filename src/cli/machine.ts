// The machine as runs are given it, and the state directory opened for changing: for the commands that change a node.

import { printable } from "../core/printable.js";
import type { Machine } from "../remedy/machine.js";
import { reactAgain } from "../remedy/react-again.js";
import { openState, type State } from "../remedy/session.js";
import { recoveredText } from "../report/recovered.js";
import { afterLook } from "./after-look.js";
import { CommandError, type Context, exit } from "./context.js";
import { open } from "./prepare.js";
import { progressLine } from "./progress.js";

/** Only root may change a machine; an image may be anybody's who can write into it. */
export function openMachine(context: Context, root: string): Machine {
  if (root === "/" && context.uid !== 0)
    throw new CommandError(exit.incomplete, "only root can change this machine; --dry-run shows the plan");
  const opened = context.hands.openWriter(root);
  if (opened.state !== "ok") throw new CommandError(exit.incomplete, opened.reason);
  if (root !== "/" && opened.writer.root === "/")
    throw new CommandError(
      exit.usage,
      `--root ${printable(root)} is this machine itself, whose programs would not be told: leave --root out`,
    );
  const progress = progressLine(context.err);
  const { act, greeting, sleep, uninterrupted } = context.hands;
  return {
    writer: opened.writer,
    open: () => open(context, root),
    act: root === "/" ? act : undefined,
    greeting,
    sleep,
    uninterrupted,
    clock: context.clock,
    say: (line) => progress?.(line === "" ? undefined : line),
  };
}

/**
 * Takes the lock, and says what an interrupted run had left and was put back; `due` waits no longer. The end of a look is
 * waited for, another run's is not.
 */
export async function lockState(
  context: Context,
  machine: Machine,
  holder: string,
  due?: string,
): Promise<State> {
  const begin = () => openState(machine, holder, (groups) => reactAgain(machine, groups), due);
  const opened = await afterLook(begin, machine);
  if (opened.state === "held")
    throw new CommandError(exit.incomplete, `another run is changing this node: ${opened.by}`);
  if (opened.state === "waits")
    throw new CommandError(
      exit.incomplete,
      `run ${opened.run} waits to be confirmed until ${opened.until}: nodeward confirm, or let it be put back`,
    );
  if (opened.state === "refused") throw new CommandError(exit.incomplete, opened.reason);
  const { repaired, journal } = opened.value;
  if (journal.broken !== undefined)
    context.err.write(
      `nodeward: the journal is not as it was written, from ${journal.broken.file}:${journal.broken.line} on: nodeward history --verify\n`,
    );
  if (repaired > 0)
    context.err.write(`nodeward: the journal ended in a torn line, which was cut off (${repaired} bytes)\n`);
  for (const recovered of opened.value.recovered) context.err.write(recoveredText(recovered));
  return opened.value;
}

/** Does something with the state, and lets go of the lock whatever comes of it. */
export async function withState<T>(
  context: Context,
  machine: Machine,
  holder: string,
  work: (state: State) => Promise<T>,
): Promise<T> {
  const state = await lockState(context, machine, holder);
  try {
    return await work(state);
  } finally {
    machine.say("");
    state.release();
  }
}
