// `nodeward undo RUN --switch TOKEN`: what the dead man's switch calls when nobody confirmed in time. Not for people.
import { reactAgain, rereadUnits } from "../remedy/react-again.js";
import { atBoot, bootToken, openDue } from "../remedy/switch-due.js";
import { recoveredText } from "../report/recovered.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { openMachine } from "./machine.js";

export interface SwitchOptions {
  readonly token: string;
  /** Seconds to wait first, where no timer does. */
  readonly after: number;
}

export async function switchCommand(
  run: string,
  { token, after }: SwitchOptions,
  context: Context,
): Promise<ExitCode> {
  for (let waited = 0; waited < after; waited++) await context.hands.sleep(1000);
  const boot = token === bootToken;
  const opened = openMachine(context, "/");
  const machine = boot ? atBoot(opened) : opened;
  const holder = `nodeward undo (not confirmed in time), since ${new Date(context.clock()).toISOString()}`;
  const told = (groups: Parameters<typeof reactAgain>[1]) =>
    (boot ? rereadUnits : reactAgain)(machine, groups);
  const state = await openDue(machine, { run, token }, holder, told);
  if (state.state === "nothing") return exit.done;
  if (state.state === "held") throw new CommandError(exit.damaged, `another run does not end: ${state.by}`);
  if (state.state === "waits")
    throw new CommandError(exit.incomplete, `run ${state.run} waits to be confirmed until ${state.until}`);
  if (state.state === "refused") throw new CommandError(exit.damaged, state.reason);
  const { recovered, release } = state.value;
  release();
  for (const one of recovered) context.err.write(recoveredText(one, "was not confirmed"));
  return recovered.some(({ failed, left }) => failed.length + left.length > 0)
    ? exit.damaged
    : exit.rolledBack;
}
