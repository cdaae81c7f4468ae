// `nodeward confirm`: keeps a change that waits, from a login that is newer than it.
import { confirm } from "../remedy/confirm.js";
import { whoRuns } from "../remedy/who.js";
import { whoText } from "../report/history.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { openMachine } from "./machine.js";
import { open } from "./prepare.js";

function nothing({ err }: Context): ExitCode {
  err.write("nodeward: no run waits to be confirmed\n");
  return exit.failed;
}

export async function confirmCommand(
  options: { readonly sameSession: boolean },
  context: Context,
): Promise<ExitCode> {
  const machine = openMachine(context, "/");
  const self = open(context, "/");
  const [who, folder] = await Promise.all([
    whoRuns(self, context.uid),
    self.stat("/var/lib/nodeward"),
  ]).finally(() => self.close());
  if (folder.state === "absent") return nothing(context);
  const holder = `nodeward confirm, since ${new Date(context.clock()).toISOString()}`;
  const { sameSession } = options;
  const answer = await confirm({ machine, holder, who, by: whoText(who), sameSession });
  switch (answer.state) {
    case "kept":
      context.out.write(`Run ${answer.run} is kept. Undo it with: nodeward undo ${answer.run}\n`);
      return exit.done;
    case "nothing":
      return nothing(context);
    case "same-session":
      throw new CommandError(
        exit.incomplete,
        `this is the session from which run ${answer.run} was made: it does not show that anybody can still log in. Log in anew, not through tmux, screen or a shared connection, and confirm there (--same-session confirms all the same)`,
      );
    case "late":
      throw new CommandError(exit.rolledBack, `run ${answer.run} was not confirmed in time, and is put back`);
    case "cut-off":
      throw new CommandError(
        exit.incomplete,
        `run ${answer.run} was cut off before all of it was made, and is put back, not kept: at the latest when its time is over, at once by nodeward undo ${answer.run}`,
      );
    case "held":
      throw new CommandError(exit.incomplete, `the changes are still being made: ${answer.by}`);
    case "refused":
      throw new CommandError(exit.incomplete, answer.reason);
  }
}
