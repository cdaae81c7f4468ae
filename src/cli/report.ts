// `nodeward report`: saved JSON reports in another format; those of several nodes together as one.
import { resolve } from "node:path";
import { printable } from "../core/printable.js";
import type { Report } from "../core/report.js";
import type { Host } from "../host/host.js";
import { formats } from "../report/index.js";
import { readReport } from "../report/saved.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { OutputOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

/** Bytes of one saved report. The largest of a node is far below one MiB. */
const reportLimit = 64 * 1024 * 1024;

type Loaded = { readonly report: Report } | { readonly problem: string };

async function load(host: Host, context: Context, file: string): Promise<Loaded> {
  const name = file === "-" ? "standard input" : printable(file);
  let text: string;
  if (file === "-") text = await context.input();
  else {
    const read = await host.read(resolve(file), { limit: reportLimit });
    if (read.state !== "ok") return { problem: read.reason };
    text = read.text;
  }
  const saved = readReport(text);
  return saved.state === "ok" ? { report: saved.report } : { problem: `${name}: ${printable(saved.reason)}` };
}

async function loadAll(context: Context, files: readonly string[]): Promise<readonly Report[]> {
  const host = open(context, "/");
  try {
    const loaded: Loaded[] = [];
    // One after another: a fleet's reports together may be larger than what is wanted in memory as text.
    for (const file of files) loaded.push(await load(host, context, file));
    const problems = loaded.flatMap((one) => ("problem" in one ? [one.problem] : []));
    if (problems.length > 0) throw new CommandError(exit.usage, problems.join("\n"));
    return loaded.flatMap((one) => ("report" in one ? [one.report] : []));
  } finally {
    await host.close();
  }
}

/** Prints the schema that reports keep to, or renders the reports in `files` (`-` is standard input). */
export async function reportCommand(
  files: readonly string[],
  options: OutputOptions & { readonly schema: boolean },
  context: Context,
): Promise<ExitCode> {
  if (options.schema) {
    deliver(context, options.output, context.data.read("schema/report.schema.json") ?? "");
    return exit.done;
  }
  if (files.length === 0)
    throw new CommandError(exit.usage, "report takes at least one FILE (- is standard input)");
  const reports = await loadAll(context, files);
  const format = await formats[options.format]();
  const view = viewFor(context, options);
  const [first] = reports;
  if (first !== undefined && reports.length === 1) {
    deliver(context, options.output, format.one(first, view));
    return exit.done;
  }
  if (format.many === undefined)
    throw new CommandError(exit.usage, `--format ${options.format} tells of one node: give one FILE`);
  deliver(context, options.output, format.many(reports, view));
  return exit.done;
}
