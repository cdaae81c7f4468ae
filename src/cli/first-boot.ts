// `nodeward bootstrap --prove`: what nodeward-prove.service calls at the first boot of an image. Not for people.
import { printable } from "../core/printable.js";
import { markProven, takeUnprovenBack, unprovenName, unprovenRuns } from "../remedy/first-boot.js";
import { proveHealth } from "../remedy/prove-health.js";
import { ranOf } from "../remedy/ran.js";
import { whoRuns } from "../remedy/who.js";
import { ranText } from "../report/fixed.js";
import { newRunId } from "./audit.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { FixOptions } from "./fix-options.js";
import { openMachine, withState } from "./machine.js";
import { viewFor } from "./output.js";
import { open } from "./prepare.js";
import { openStateFiles } from "./state-files.js";

function unproven(files: Parameters<typeof unprovenRuns>[0]) {
  const runs = unprovenRuns(files) ?? [];
  if ("state" in runs) throw new CommandError(exit.incomplete, runs.reason);
  return runs;
}

export async function proveCommand(options: FixOptions, context: Context): Promise<ExitCode> {
  const machine = openMachine(context, "/");
  const waiting = unproven(openStateFiles(context, "/"));
  const deadline = context.clock() + options.confirmTimeout * 1000;
  // The lock is not held meanwhile: others may look at the node.
  const ill = waiting.length === 0 ? undefined : await proveHealth(machine, { deadline, firstBoot: true });
  const self = open(context, "/");
  const who = await whoRuns(self, context.uid).finally(() => self.close());
  const holder = `nodeward bootstrap --prove, since ${new Date(context.clock()).toISOString()}`;
  return await withState(context, machine, holder, async (state) => {
    const runs = unproven(state.files);
    if (ill === undefined) {
      const by = "a minute of health at the first boot";
      for (const { run } of runs) {
        const said = state.journal.append({ event: "confirmed", run, by });
        if (said.state !== "ok") throw new CommandError(exit.incomplete, said.reason);
        context.out.write(`Run ${run} is kept: sshd and the kubelet were well for a minute.\n`);
      }
      return forgotten(state.files);
    }
    context.err.write(`nodeward: the first boot was not well for a minute: ${printable(ill)}\n`);
    const newRun = () => newRunId(context.clock());
    const back = await takeUnprovenBack({ machine, state, who, newRun }, runs);
    const view = viewFor(context, { ...options, output: "-" });
    for (const ran of back.runs) context.out.write(ranText(ranOf(ran), view));
    for (const { path, reason } of back.unrestored)
      context.err.write(`nodeward: not put back: ${printable(path, 4096)}: ${printable(reason)}\n`);
    if (back.unrestored.length > 0) return exit.damaged;
    const done = forgotten(state.files);
    return done === exit.done ? exit.rolledBack : done;
  });

  function forgotten(files: Parameters<typeof markProven>[0]): ExitCode {
    const removed = markProven(files);
    if (removed.state === "ok") return exit.done;
    context.err.write(`nodeward: ${unprovenName}: ${removed.reason}\n`);
    return exit.incomplete;
  }
}
