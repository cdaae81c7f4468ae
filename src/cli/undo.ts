// `nodeward undo RUN`: takes back what a run changed, as a run of its own.

import { type PastRun, pastRuns } from "../core/past-runs.js";
import { printable } from "../core/printable.js";
import { unrestoredOf } from "../remedy/apply-run.js";
import { look, type Machine } from "../remedy/machine.js";
import { ranOf } from "../remedy/ran.js";
import { shownGroups } from "../remedy/shown.js";
import { deadMansSwitch } from "../remedy/switch.js";
import { parsePending } from "../remedy/switch-record.js";
import { planUndo, type UndoPlan, undo } from "../remedy/undo.js";
import { whoRuns } from "../remedy/who.js";
import { ranText, waitingText } from "../report/fixed.js";
import { paletteFor } from "../report/palette.js";
import { paintDiff, planText } from "../report/plan.js";
import { readJournal } from "../state/journal-file.js";
import { newRunId } from "./audit.js";
import { CommandError, type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { ConfirmOptions } from "./fix-options.js";
import { namedRun } from "./history.js";
import { lockState, openMachine, withState } from "./machine.js";
import type { ReadingOptions } from "./options.js";
import { viewFor } from "./output.js";
import { open } from "./prepare.js";

export type UndoOptions = Pick<ReadingOptions, "root" | "color" | "verbose" | "quiet"> &
  ConfirmOptions & {
    readonly force: boolean;
    readonly dryRun: boolean;
  };

/** Why a run has nothing to take back. */
function obstacle({ run, undoneBy, groups, freed }: PastRun): string | undefined {
  if (undoneBy !== null) return `run ${run} is undone already, by ${undoneBy}`;
  if (freed) return `the originals of run ${run} are no longer kept`;
  return groups.some(({ state }) => state === "done") ? undefined : `run ${run} left nothing changed`;
}

/** Later runs that are still in force and changed the same files. */
function laterRuns(run: PastRun, runs: readonly PastRun[]): readonly string[] {
  const paths = new Set(run.groups.flatMap(({ record }) => record.files.map(({ realPath }) => realPath)));
  return runs
    .slice(runs.indexOf(run) + 1)
    .filter(
      ({ undoneBy, groups }) =>
        undoneBy === null &&
        groups.some(
          ({ state, record }) => state === "done" && record.files.some(({ realPath }) => paths.has(realPath)),
        ),
    )
    .map((later) => later.run);
}

function sayForeign(
  context: Context,
  options: UndoOptions,
  { foreign }: UndoPlan,
  later: readonly string[],
): void {
  const palette = paletteFor(viewFor(context, { ...options, output: "-" }));
  const lines = foreign.flatMap(({ path, diffs }) => [
    `${printable(path, 4096)} was changed since by somebody else`,
    ...(diffs[0] === undefined ? [] : ["  what the run did:", ...paintDiff(diffs[0], palette)]),
    ...(diffs[1] === undefined
      ? []
      : ["  what putting it back would do now:", ...paintDiff(diffs[1], palette)]),
    "",
  ]);
  context.out.write(`${lines.join("\n")}\n`);
  const first =
    later.length === 0 ? "" : `; first undo ${later.toReversed().join(", ")}, which changed the same files`;
  context.err.write(
    `nodeward: nothing was put back: ${foreign.length} changed since (--force puts them back all the same)${first}\n`,
  );
}

async function showPlan(
  context: Context,
  options: UndoOptions,
  machine: Machine,
  plan: UndoPlan,
): Promise<void> {
  const groups = await look(machine, (host) => shownGroups(plan.groups, host));
  const shown = { hostname: "", root: options.root, version: versionOf(context.data), groups, left: [] };
  context.out.write(planText(shown, viewFor(context, { ...options, output: "-" })));
}

/** The run that waits to be confirmed, if that is the one meant: it is put back at once. */
function waitingRun(name: string, { root, dryRun }: UndoOptions, { hands }: Context): string | undefined {
  const record = root === "/" && !dryRun ? hands.pending() : undefined;
  const pending = record === undefined ? undefined : parsePending(record);
  const isMeant = pending !== undefined && (name === "last" || pending.run.startsWith(name));
  return isMeant ? pending.run : undefined;
}

export async function undoCommand(name: string, options: UndoOptions, context: Context): Promise<ExitCode> {
  const machine = openMachine(context, options.root);
  const waiting = waitingRun(name, options, context);
  if (waiting !== undefined) {
    const { recovered, release } = await lockState(context, machine, `nodeward undo ${waiting}`, waiting);
    release();
    return recovered.some(({ left, failed }) => left.length + failed.length > 0) ? exit.damaged : exit.done;
  }
  const self = open(context, "/");
  const who = await whoRuns(self, context.uid).finally(() => self.close());
  const holder = `nodeward undo, since ${new Date(context.clock()).toISOString()}`;
  return await withState(context, machine, holder, async (state) => {
    const read = readJournal(state.files, "all");
    if (read.state !== "ok") throw new CommandError(exit.incomplete, read.reason);
    const runs = pastRuns(read.lines);
    const run = namedRun(runs, name);
    const nothing = obstacle(run);
    if (nothing !== undefined) throw new CommandError(exit.usage, nothing);
    const plan = await planUndo(machine, state.files, run, options.force);
    if (plan.foreign.length > 0) {
      sayForeign(context, options, plan, laterRuns(run, runs));
      return exit.damaged;
    }
    for (const { path, reason } of plan.impossible)
      context.err.write(`nodeward: cannot be put back: ${printable(path, 4096)}: ${printable(reason)}\n`);
    if (options.dryRun) {
      await showPlan(context, options, machine, plan);
      return exit.done;
    }
    const seconds = options.confirmTimeout;
    const request = { machine, state, who, run: newRunId(context.clock()), of: run.run };
    const outcome = await undo(
      {
        ...request,
        ...(machine.act === undefined
          ? {}
          : { arm: () => deadMansSwitch(machine, state, context.hands, seconds) }),
        ...(options.confirm === "probe" ? { proof: () => context.clock() + seconds * 1000 } : {}),
      },
      plan,
    );
    if (outcome.state !== "ran") throw new CommandError(exit.incomplete, outcome.reason);
    context.out.write(ranText(ranOf(outcome), viewFor(context, { ...options, output: "-" })));
    if (outcome.waitsUntil !== null) context.out.write(`\n${waitingText(outcome.run, outcome.waitsUntil)}\n`);
    const bad = plan.impossible.length > 0 || unrestoredOf(outcome.groups).length > 0;
    if (bad) return exit.damaged;
    return outcome.groups.some(({ applied }) => applied.state !== "done") ? exit.rolledBack : exit.done;
  });
}
