// The runs that changed a node, for people and programs: a line each, or one of them with its diffs. Decides nothing.
import type { FileRecord, Who } from "../core/journal-event.js";
import type { PastGroup, PastRun } from "../core/past-runs.js";
import { printable } from "../core/printable.js";
import { count } from "./arrange.js";
import { paletteFor } from "./palette.js";
import { paintDiff } from "./plan.js";
import { table } from "./table.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

/** Who did it, the most telling first. */
export function whoText({ uid, loginUid, sudoUser, tty, ssh, parents }: Who): string {
  const name = sudoUser ?? (loginUid === null ? `uid ${uid}` : `uid ${loginUid}`);
  const from = ssh === null ? "" : ` from ${ssh.split(" ", 1)[0]}`;
  const through = tty === null && ssh === null && parents[0] !== undefined ? ` through ${parents[0]}` : "";
  return printable(`${name}${from}${through}`, 80);
}

/** What is still being made, or was cut off, does not wait yet. */
function waits({ waitsUntil, groups }: PastRun): boolean {
  return waitsUntil !== null && groups.every(({ state }) => state !== "open");
}

function resultText(run: PastRun): string {
  if (run.undoneBy !== null) return `${run.result}, undone`;
  return waits(run) ? "waits to be confirmed" : run.result;
}

function what(run: PastRun): string {
  const files = run.groups.reduce((sum, { record }) => sum + record.files.length, 0);
  const live = run.groups.reduce((sum, group) => sum + group.live.length, 0);
  const parts = [...(files > 0 ? [count(files, "file")] : []), ...(live > 0 ? [count(live, "command")] : [])];
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

export function historyText(runs: readonly PastRun[], view: View): string {
  if (runs.length === 0) return "Nothing was changed here yet.\n";
  const columns = [
    { title: "RUN", cell: ({ run }: PastRun) => run },
    { title: "WHEN", cell: ({ began }: PastRun) => `${began.slice(0, 16).replace("T", " ")} UTC` },
    { title: "KIND", cell: ({ kind }: PastRun) => kind },
    { title: "RESULT", cell: resultText, flexible: true },
    { title: "CHANGED", cell: what, flexible: true },
    { title: "WHO", cell: ({ who }: PastRun) => whoText(who), flexible: true },
  ];
  return `${table(columns, [...runs].reverse(), view.columns).join("\n")}\n`;
}

function describe({ before, after, inPlace }: FileRecord): string {
  const octal = (mode: number) => mode.toString(8).padStart(4, "0");
  const attributes = (image: typeof before) =>
    "mode" in image ? `${octal(image.mode)} ${image.uid}:${image.gid}` : image.state;
  if (inPlace) return `${attributes(before)} -> ${attributes(after)}`;
  if (before.state === "absent") return `new ${after.state}`;
  if (after.state === "absent") return "removed";
  return after.state === "symlink" ? `link to ${printable(after.target)}` : "edited";
}

function groupLines({ record, state, reason, live }: PastGroup, view: View): readonly string[] {
  const palette = paletteFor(view);
  const word = { done: "done", skipped: "not changed", "rolled-back": "put back", open: "unfinished" }[state];
  const paint = state === "done" ? palette.good : palette.bad;
  return [
    "",
    `${palette.strong(record.name)}: ${paint(word)}`,
    ...(reason === ""
      ? []
      : wrap(printable(reason, 1000), Math.min(110, view.columns) - 2).map((line) => `  ${line}`)),
    ...record.files.flatMap((file) => [
      `  ${printable(file.path, 4096)}: ${describe(file)}`,
      ...(file.checks.length === 0 ? [] : [palette.faint(`    # ${file.checks.join(", ")}`)]),
      ...(file.diff === "" ? [] : paintDiff(file.diff, palette)),
    ]),
    ...live.flatMap(({ change, undo }) => [
      `  ${printable([change.action, ...change.args].join(" "))}`,
      ...undo.map(({ action, args }) =>
        palette.faint(`    undone by ${printable([action, ...args].join(" "))}`),
      ),
    ]),
  ];
}

export function runText(run: PastRun, view: View): string {
  const { strong } = paletteFor(view);
  const rows: readonly (readonly [string, string])[] = [
    ["Kind", run.of === null ? run.kind : `${run.kind} of ${run.of}`],
    ["Began", run.began],
    ["Ended", run.ended ?? "not yet"],
    ["Result", [resultText(run), run.summary].filter((text) => text !== "").join(": ")],
    ["Who", whoText(run.who)],
    ...(!waits(run) ? [] : [["Until", `${run.waitsUntil}: nodeward confirm`] as const]),
    ...(run.undoneBy === null ? [] : [["Undone", `by ${run.undoneBy}`] as const]),
  ];
  const lines = [
    strong(`Run ${run.run}`),
    ...rows.map(([label, text]) => `${label.padEnd(8)}${printable(text, 1000)}`),
    ...run.groups.flatMap((group) => groupLines(group, view)),
  ];
  return `${lines.join("\n")}\n`;
}

export function historyJson(runs: readonly PastRun[]): string {
  return `${JSON.stringify({ schemaVersion: 1, runs }, null, 2)}\n`;
}
