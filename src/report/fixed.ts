// What a run of repairs came to, for people and programs: what was changed, what was put back and why, and the score.
import type { Left } from "../core/plan.js";
import { printable } from "../core/printable.js";
import type { Report, Summary } from "../core/report.js";
import { count, countsText } from "./arrange.js";
import { paletteFor } from "./palette.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

export interface RanGroup {
  readonly name: string;
  readonly state: "done" | "skipped" | "rolled-back";
  readonly files: number;
  readonly commands: number;
  /** Empty for what is done. */
  readonly reason: string;
  /** What could not be put back: a person must look. */
  readonly unrestored: readonly { readonly path: string; readonly reason: string }[];
}

export interface Ran {
  readonly run: string;
  readonly result: string;
  readonly groups: readonly RanGroup[];
}

export interface FixReport {
  readonly version: string;
  readonly root: string;
  readonly runs: readonly Ran[];
  readonly left: readonly Left[];
  readonly before: Summary;
  readonly after: Report;
  /** Why nothing, or nothing more, was changed. */
  readonly ended: string;
}

class Writer {
  readonly lines: string[] = [];
  readonly palette;

  constructor(private readonly view: View) {
    this.palette = paletteFor(view);
  }

  prose(text: string, indent: string): void {
    const width = Math.min(110, this.view.columns) - indent.length;
    for (const line of wrap(printable(text, 2000), width)) this.lines.push(indent + line);
  }

  group({ name, state, files, commands, reason, unrestored }: RanGroup): void {
    const { good, bad } = this.palette;
    const parts = [
      ...(files > 0 ? [count(files, "file")] : []),
      ...(commands > 0 ? [count(commands, "command")] : []),
    ];
    const word = state === "done" ? good("done") : bad(state === "skipped" ? "not changed" : "put back");
    this.lines.push(`  ${name}: ${word}${state === "done" ? ` (${parts.join(", ")})` : ""}`);
    if (reason !== "") this.prose(reason, "    ");
    for (const one of unrestored) this.prose(`NOT PUT BACK: ${one.path}: ${one.reason}`, "    ");
  }
}

function run(writer: Writer, { run, groups }: Ran): void {
  writer.lines.push(writer.palette.strong(`Run ${run}`));
  for (const group of groups) writer.group(group);
  if (groups.some(({ state }) => state === "done")) writer.lines.push(`  Undo it with: nodeward undo ${run}`);
}

export function ranText(ran: Ran, view: View): string {
  const writer = new Writer(view);
  run(writer, ran);
  return `${writer.lines.join("\n")}\n`;
}

/** What follows the plan on the terminal. */
export function fixedText({ runs, before, after, ended, left }: FixReport, view: View): string {
  const writer = new Writer(view);
  for (const one of runs) {
    run(writer, one);
    writer.lines.push("");
  }
  if (ended !== "") writer.prose(ended, "");
  const rest = after.summary.fail;
  writer.lines.push(`Score ${before.score} -> ${after.summary.score}; ${countsText(after.summary)}.`);
  const put = new Set(left.map(({ check }) => check));
  const others = after.results.filter(({ status, id }) => status === "fail" && !put.has(id)).length;
  if (rest > 0 && others > 0)
    writer.prose(
      `${count(others, "check")} still failing cannot be repaired automatically: nodeward audit says how.`,
      "",
    );
  return `${writer.lines.join("\n")}\n`;
}

export function fixedJson(fixed: FixReport, plan: unknown): string {
  const { version, root, runs, left, before, after, ended } = fixed;
  const value = {
    schemaVersion: 1,
    tool: { name: "nodeward", version },
    root,
    plan,
    runs,
    left,
    ended,
    before,
    report: after,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What somebody must do about a run that waits. */
export function waitingText(run: string, until: string): string {
  return `Run ${run} is put back at ${until} unless it is confirmed: log in anew, in another window, and run \`nodeward confirm\`.`;
}
