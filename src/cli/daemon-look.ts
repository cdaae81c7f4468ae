// One look of the daemon, in a process of its own: takes the lock, audits, compares, keeps, tells the channels, and says on
// standard output what the daemon has to know.

import { type LookMessage, messageLine, parseOrder } from "../daemon/look-message.js";
import { type Asked, type WatchedFolder, watchList } from "../daemon/watch-list.js";
import type { Host } from "../host/host.js";
import { recordingHost } from "../host/recording.js";
import type { Opened } from "../host/rooted.js";
import { parsePending } from "../remedy/switch-record.js";
import { count } from "../report/arrange.js";
import { changedIn } from "../report/drift.js";
import { driftMetrics, driftSummary } from "../report/drift-notes.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { type DriftLook, type DriftOptions, driftLook, tellDrift } from "./drift.js";
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
function saidOf({ report, run, problems }: DriftLook, cut: number): readonly string[] {
  const [drift] = report.drifts;
  const kinds = run.report.run.root === "/" ? run.settings.notify.map(({ kind }) => kind) : [];
  const told =
    problems.length === 0
      ? `told ${kinds.length === 0 ? "nobody" : kinds.join(", ")}`
      : "to be told when it can be kept";
  const changes =
    drift?.against !== "the last run" || !changedIn(drift)
      ? []
      : [`${driftSummary(drift)} since ${drift.comparison.since}: ${told}`];
  const many = cut === 0 ? [] : [`${cut} folders are not watched: too many`];
  return [...changes, ...report.remarks, ...many];
}

async function lookOnce(
  options: DriftOptions,
  context: Context,
  say: (message: LookMessage) => void,
): Promise<void> {
  const files = openStateFiles(context, options.root);
  const pending = options.root === "/" ? context.hands.pending() : undefined;
  if (pending !== undefined) {
    const run = parsePending(pending)?.run ?? "";
    say({ message: "busy", by: `run ${run} waits to be confirmed` });
    return;
  }
  const locked = files.lock("nodeward daemon");
  if (locked.state === "held") {
    say({ message: "busy", by: locked.by });
    return;
  }
  if (locked.state !== "ok") throw new CommandError(exit.incomplete, locked.reason);
  try {
    const noted = recorded(context, options.root);
    let folders: readonly WatchedFolder[] = [];
    let cut = 0;
    const looked = await driftLook(options, noted.context, files, locked, async (host: Host) => {
      ({ folders, cut } = await watchList(host, noted.asked()));
    });
    const { documents, settings } = looked.run;
    const { intervalMs, metrics = null } = settings;
    say({ message: "policy", documents, intervalMs, metrics });
    await tellDrift(looked, files, context);
    say({
      message: "looked",
      folders,
      said: saidOf(looked, cut),
      status: statusOf(looked),
      metrics: metrics === null ? "" : driftMetrics(looked.news.report, looked.news.drift),
    });
  } finally {
    locked.release();
  }
}

/** Reads its order from standard input. */
export async function daemonLook(options: DriftOptions, context: Context): Promise<ExitCode> {
  const order = parseOrder(await context.input());
  if (order === undefined) throw new CommandError(exit.usage, "--look is for the daemon: it takes an order");
  const { documents } = order;
  const quiet = { ...options, quiet: true };
  await lookOnce(documents === null ? quiet : { ...quiet, documents }, context, (message) =>
    context.out.write(messageLine(message)),
  );
  return exit.done;
}
