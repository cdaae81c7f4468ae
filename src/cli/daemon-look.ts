// One look of the daemon, in a process of its own: takes the lock, audits, compares, keeps, tells the channels, and says on
// standard output what the daemon has to know.

import type { AutofixLedger } from "../core/autofix.js";
import { type AutofixPlan, planAutofix } from "../daemon/autofix.js";
import { type LookMessage, messageLine, parseOrder } from "../daemon/look-message.js";
import { type Asked, type WatchedFolder, watchList } from "../daemon/watch-list.js";
import { briefHolder } from "../host/lock.js";
import type { Locked, StateFiles } from "../host/node-writer.js";
import { recordingHost } from "../host/recording.js";
import type { Opened } from "../host/rooted.js";
import { parsePending } from "../remedy/switch-record.js";
import { count } from "../report/arrange.js";
import { changedIn } from "../report/drift.js";
import { driftMetrics, driftSummary } from "../report/drift-notes.js";
import { keepLedger, readLedger } from "../state/autofix-ledger.js";
import { autofixCommand } from "./autofix.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { DaemonOptions } from "./daemon.js";
import { type Before, type DriftLook, driftLook, type Looked, tellDrift } from "./drift.js";
import { openStateFiles } from "./state-files.js";

/** Notes what is asked of the root that is audited. */
function recorded(
  context: Context,
  root: string,
): { readonly context: Context; readonly asked: () => Asked } {
  const trails: (() => Asked)[] = [];
  const openHost = (path: string, progress?: (text: string | undefined) => void): Opened => {
    const opened = context.openHost(path, progress);
    if (opened.state !== "ok" || path !== root) return opened;
    const host = recordingHost(opened.host);
    trails.push(() => host.trail);
    return { ...opened, host };
  };
  const all = () => trails.map((trail) => trail());
  return {
    context: { ...context, openHost },
    asked: () => ({
      paths: all().flatMap(({ paths }) => paths),
      folders: all().flatMap(({ folders }) => folders),
    }),
  };
}

function statusOf({ run }: DriftLook): string {
  const { score, fail } = run.report.summary;
  return `score ${score}, ${count(fail, "check")} ${fail === 1 ? "fails" : "fail"}`;
}

/** What is worth a line: changes, and what could not be done. */
function saidOf(
  { report, run, problems }: DriftLook,
  { cut, untold }: { readonly cut: number; readonly untold: boolean },
): readonly string[] {
  const [drift] = report.drifts;
  const kinds = run.report.run.root === "/" ? run.settings.notify.map(({ kind }) => kind) : [];
  const whom = kinds.length === 0 ? "nobody" : kinds.join(", ");
  const done = untold ? `not all could be told (${whom})` : `told ${whom}`;
  const told = problems.length === 0 ? done : "to be told when it can be kept";
  const changes =
    drift?.against !== "the last run" || !changedIn(drift)
      ? []
      : [`${driftSummary(drift)} since ${drift.comparison.since}: ${told}`];
  const many = cut === 0 ? [] : [`${cut} folders are not watched: too many`];
  const fights = (drift?.comparison.damped?.notes ?? []).filter(({ note }) => note === "contested");
  return [...changes, ...fights.map(({ message }) => message), ...report.remarks, ...many];
}

/** Of the last look and, where there is one, the accepted state. */
function askAutofix({ report, more, settings }: Looked, before: Before, ledger: AutofixLedger): AutofixPlan {
  const accepted = before.baseline.snapshot ?? before.last.snapshot;
  const statuses = new Map(accepted?.verdicts.map(({ id, status }) => [id, status]));
  const authors = new Map<string, string>();
  for (const { changes, bundles } of more.toReversed()) {
    for (const { by, things } of bundles) for (const { key } of things) authors.set(key, by);
    for (const { by, thing } of changes) authors.set(thing.key, by);
  }
  return planAutofix(ledger, {
    autofix: settings.autofix,
    nowMs: Date.parse(report.run.startedAt),
    results: report.results,
    before: (check) => statuses.get(check),
    by: (file) => authors.get(file),
  });
}

/** What another run keeps from being seen is soon there to be seen; what could not be kept needs somebody to make room. */
const [busyMs, unkeptMs] = [10_000, 60_000];

interface Looking {
  readonly looked: DriftLook;
  readonly folders: readonly WatchedFolder[];
  readonly said: readonly string[];
  readonly plan: AutofixPlan | undefined;
  readonly untold: boolean;
}

class DaemonLook {
  constructor(
    private readonly options: DaemonOptions,
    private readonly context: Context,
    private readonly say: (message: LookMessage) => void,
  ) {}

  async run(): Promise<void> {
    const { options, context, say } = this;
    const files = openStateFiles(context, options.root);
    const pending = options.root === "/" ? context.hands.pending() : undefined;
    if (pending !== undefined) {
      say({ message: "busy", by: `run ${parsePending(pending)?.run ?? ""} waits to be confirmed` });
      return;
    }
    const first = await this.locked(files);
    if ("busy" in first) {
      say({ message: "busy", by: first.busy });
      return;
    }
    const repaired = (first.plan?.now.length ?? 0) > 0;
    const problems = repaired ? await this.repair() : [];
    // What was repaired is told as resolved; where another run is at it now, by the look after that.
    const second = repaired ? await this.locked(files) : first;
    const busy = "busy" in second;
    const last = busy ? first : second;
    const { metrics } = last.looked.run.settings;
    const { report, drift } = last.looked.news;
    say({
      message: "looked",
      folders: last.folders,
      said: [...first.said, ...problems, ...(last === first ? [] : last.said)],
      status: statusOf(last.looked),
      metrics: metrics === undefined ? "" : driftMetrics(report, drift),
      againMs: busy ? busyMs : last.looked.problems.length > 0 ? unkeptMs : (last.plan?.againMs ?? null),
      untold: last.untold,
    });
  }

  /** Looks, keeps and tells under the lock. */
  private async locked(files: StateFiles): Promise<Looking | { readonly busy: string }> {
    const locked = files.lock(`${briefHolder}nodeward daemon`);
    if (locked.state === "held") return { busy: locked.by };
    if (locked.state !== "ok") throw new CommandError(exit.incomplete, locked.reason);
    try {
      return await this.look(files, locked);
    } finally {
      locked.release();
    }
  }

  private async look(files: StateFiles, locked: Locked): Promise<Looking> {
    const { options, context } = this;
    const noted = recorded(context, options.root);
    let folders: readonly WatchedFolder[] = [];
    let cut = 0;
    let plan: AutofixPlan | undefined;
    const looked = await driftLook(options, noted.context, files, locked, {
      host: async (host) => {
        ({ folders, cut } = await watchList(host, noted.asked()));
      },
      judge: (run, before) => {
        if (run.settings.autofix === "off") return { remarks: [], notes: [] };
        plan = askAutofix(run, before, readLedger(files));
        const kept = keepLedger(files, plan.ledger);
        if (kept.state === "ok") return { remarks: plan.remarks, notes: plan.fights };
        plan = undefined;
        return { remarks: [`nothing is repaired: ${kept.reason}`], notes: [] };
      },
    });
    const { documents, settings } = looked.run;
    const { intervalMs, metrics = null } = settings;
    this.say({ message: "policy", documents, intervalMs, metrics });
    const untold = !(await tellDrift(looked, files, context));
    return { looked, folders, said: saidOf(looked, { cut, untold }), plan, untold };
  }

  /** By the unit that may, or here; the report goes to the log. Answers what went wrong. */
  private async repair(): Promise<readonly string[]> {
    const { options, context } = this;
    this.say({ message: "repairing" });
    const { repairUnit } = options;
    if (repairUnit === undefined) {
      const { documents: _, ...now } = options;
      const code = await autofixCommand(now, { ...context, out: context.err });
      return code === exit.done || code === exit.guarded ? [] : [`the repair ended with ${code}`];
    }
    const started = await context.hands.act("start-unit", repairUnit);
    if (started.state === "ok" && started.code === 0) return [];
    const why = started.state === "ok" ? started.stderr.trim().split("\n", 1)[0] : started.reason;
    return [`the repair by ${repairUnit} failed: ${why}`];
  }
}

/** Reads its order from standard input. */
export async function daemonLook(options: DaemonOptions, context: Context): Promise<ExitCode> {
  const order = parseOrder(await context.input());
  if (order === undefined) throw new CommandError(exit.usage, "--look is for the daemon: it takes an order");
  const { documents } = order;
  const quiet = { ...options, quiet: true };
  const say = (message: LookMessage) => context.out.write(messageLine(message));
  await new DaemonLook(documents === null ? quiet : { ...quiet, documents }, context, say).run();
  return exit.done;
}
