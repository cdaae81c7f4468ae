// `nodeward history`, `show` and `undo`: what was changed here, by whom, and taking it back.

import { didYouMean } from "../core/nearest.js";
import { type PastRun, pastRuns } from "../core/past-runs.js";
import type { StateFiles } from "../host/node-writer.js";
import { historyJson, historyText, runText } from "../report/history.js";
import type { JournalRead } from "../state/journal-file.js";
import { readJournal } from "../state/journal-file.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

export type HistoryOptions = Pick<ReadingOptions, "root" | "output" | "color" | "verbose" | "quiet"> & {
  readonly format: "text" | "json";
};

const folder = "/var/lib/nodeward";

/** The state directory, without making what is not there. */
export async function stateOf(context: Context, root: string): Promise<StateFiles | undefined> {
  const host = open(context, root);
  const stat = await host.stat(folder).finally(() => host.close());
  if (stat.state === "absent") return undefined;
  if (stat.state !== "ok") throw new CommandError(exit.incomplete, stat.reason);
  const opened = context.hands.openWriter(root);
  if (opened.state !== "ok") throw new CommandError(exit.incomplete, opened.reason);
  const files = opened.writer.state();
  if ("state" in files) throw new CommandError(exit.incomplete, files.reason);
  return files;
}

/** Undefined where nothing was ever changed. */
async function journalOf(context: Context, root: string): Promise<JournalRead | undefined> {
  const files = await stateOf(context, root);
  if (files === undefined) return undefined;
  const read = readJournal(files, "all");
  if (read.state !== "ok") throw new CommandError(exit.incomplete, read.reason);
  return read;
}

export async function historyCommand(options: HistoryOptions, context: Context): Promise<ExitCode> {
  const read = await journalOf(context, options.root);
  const runs = pastRuns(read?.lines ?? []);
  const text = options.format === "json" ? historyJson(runs) : historyText(runs, viewFor(context, options));
  deliver(context, options.output, text);
  return exit.done;
}

/** Exit code 1 names the first line that does not follow from the one before it. */
export async function verifyCommand(options: HistoryOptions, context: Context): Promise<ExitCode> {
  const read = await journalOf(context, options.root);
  const { broken, lines = [], torn } = read ?? {};
  const result = broken === undefined ? "whole" : "broken";
  if (options.format === "json") {
    const value = { schemaVersion: 1, chain: result, lines: lines.length, broken: broken ?? null };
    deliver(context, options.output, `${JSON.stringify(value, null, 2)}\n`);
  } else {
    const cut =
      torn === undefined || torn.length === 0 ? "" : " The last line is torn: the next run cuts it off.";
    const said =
      broken === undefined
        ? `The chain of the journal is whole: ${lines.length} lines.${cut}`
        : `The chain of the journal is broken at ${folder}/${broken.file}:${broken.line}: ${broken.reason}.${cut}`;
    deliver(context, options.output, `${said}\n`);
  }
  return broken === undefined ? exit.done : exit.failed;
}

/** A run by its name, a beginning of it that is no other's, or `last`. */
export function namedRun(runs: readonly PastRun[], name: string): PastRun {
  const last = name === "last" ? runs.at(-1) : undefined;
  const found = last === undefined ? runs.filter(({ run }) => run === name || run.startsWith(name)) : [last];
  const exact = found.find(({ run }) => run === name) ?? found[0];
  if (exact !== undefined && (found.length === 1 || exact.run === name)) return exact;
  if (found.length > 1)
    throw new CommandError(exit.usage, `${name} is the beginning of ${found.length} runs`);
  const known = runs.map(({ run }) => run);
  throw new CommandError(exit.usage, `no run ${name} in the journal${didYouMean(name, known)}`);
}

export async function showCommand(
  name: string,
  options: HistoryOptions,
  context: Context,
): Promise<ExitCode> {
  const run = namedRun(pastRuns((await journalOf(context, options.root))?.lines ?? []), name);
  const text = options.format === "json" ? historyJson([run]) : runText(run, viewFor(context, options));
  deliver(context, options.output, text);
  return exit.done;
}
