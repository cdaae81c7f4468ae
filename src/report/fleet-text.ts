// Several nodes' reports at a terminal: a line a node, then a matrix of the checks that are not in order everywhere.
import type { Report } from "../core/report.js";
import { count, countsText } from "./arrange.js";
import { type Fleet, type FleetCheck, fleetOf, isBad, legend, notable, statusLetter } from "./fleet.js";
import { type Palette, paletteFor } from "./palette.js";
import { rule } from "./text.js";
import type { View } from "./view.js";
import { hang, pad, padLeft, widthOf, wrap } from "./wrap.js";

const numberWidth = 7;
const severityWidth = 10;
/** Node names listed for one check; --verbose lists all. */
const nameLimit = 8;

function longest(texts: readonly string[], most: number): number {
  return Math.min(most, Math.max(0, ...texts.map(widthOf)));
}

function nodeLines({ nodes }: Fleet, { columns }: View, palette: Palette): readonly string[] {
  const numbers = (cells: readonly (string | number)[]) =>
    cells.map((cell) => padLeft(String(cell), numberWidth)).join("");
  const nameWidth = longest([...nodes.map(({ label }) => label), "node"], 40);
  const ordinal = String(nodes.length).length + 1;
  const head = " ".repeat(ordinal) + pad("node", nameWidth) + numbers(["score", "failed", "error", "passed"]);
  const lines = nodes.map(({ label, report: { summary, host } }, index) => {
    const start = padLeft(String(index + 1), ordinal - 1);
    const values = numbers([summary.score, summary.fail, summary.error, summary.pass]);
    const about = `  ${host.os}${host.kubelet === null ? "" : `, kubelet ${host.kubelet}`}`;
    const line = `${start} ${pad(label, nameWidth)}${values}`;
    return widthOf(line + about) <= columns ? line + palette.faint(about) : line;
  });
  return [palette.faint(head), ...lines];
}

/** One check: a letter a node where they fit behind `head`, else the names of the nodes below it. */
function checkLines(
  check: FleetCheck,
  fleet: Fleet,
  head: string,
  view: View,
  palette: Palette,
): readonly string[] {
  const painted = head.replace(check.severity, palette.severity(check.severity)(check.severity));
  if (widthOf(head) + fleet.nodes.length <= view.columns) {
    const cells = check.results.map((result) =>
      result === undefined ? " " : palette.status(result.status)(statusLetter[result.status]),
    );
    return [painted + cells.join("")];
  }
  const names = fleet.nodes.filter((_, index) => isBad(check.results[index])).map(({ label }) => label);
  const shown = view.verbose ? names : names.slice(0, nameLimit);
  const rest = names.length - shown.length;
  const list = shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return [painted.trimEnd(), ...(list === "" ? [] : hang(" ".repeat(severityWidth), list, view.columns))];
}

/** Node numbers above the matrix: tens over ones. */
function ruler(fleet: Fleet, indent: number, { columns }: View): readonly string[] {
  const total = fleet.nodes.length;
  if (indent + total > columns) return [];
  const numbers = fleet.nodes.map((_, index) => index + 1);
  const tens = numbers.map((number) => (number % 10 === 0 ? String(Math.floor(number / 10) % 10) : " "));
  const ones = numbers.map((number) => String(number % 10));
  const blank = " ".repeat(indent);
  return [...(total > 9 ? [blank + tens.join("")] : []), blank + ones.join("")];
}

function matrix(fleet: Fleet, view: View, palette: Palette): readonly string[] {
  const checks = view.verbose ? fleet.checks : notable(fleet);
  const total = fleet.nodes.length;
  const idWidth = longest(
    checks.map(({ id }) => id),
    46,
  );
  const shareWidth = 2 * String(total).length + 1;
  const heads = checks.map(({ severity, id, counts }) => {
    const share = padLeft(`${counts.fail + counts.error}/${total}`, shareWidth);
    return `${severity.padEnd(severityWidth)}${pad(id, idWidth)}  ${share}  `;
  });
  const indent = severityWidth + idWidth + shareWidth + 4;
  return [
    ...ruler(fleet, indent, view).map(palette.faint),
    ...checks.flatMap((check, index) => checkLines(check, fleet, heads[index] ?? "", view, palette)),
  ];
}

function closingLines(fleet: Fleet, view: View): readonly string[] {
  const failing = fleet.checks.filter(({ counts }) => counts.fail > 0).length;
  const everywhere = fleet.checks.filter(
    ({ counts }) => counts.pass > 0 && counts.pass === fleet.nodes.length,
  ).length;
  return [
    `${count(fleet.nodes.length, "node")}, mean score ${fleet.score} of 100: ${countsText(fleet.counts)}.`,
    `${count(failing, "check")} of ${fleet.checks.length} fail${failing === 1 ? "s" : ""} on some node, ${everywhere} pass${everywhere === 1 ? "es" : ""} on every node.`,
  ].flatMap((line) => wrap(line, view.columns));
}

export function fleetText(reports: readonly Report[], given: View): string {
  const view = { ...given, columns: Math.max(60, given.columns) };
  const palette = paletteFor(view);
  const fleet = fleetOf(reports);
  if (view.quiet) return `${closingLines(fleet, view).join("\n")}\n`;
  return `${[
    rule("nodes", "worst first", view.columns, palette),
    "",
    ...nodeLines(fleet, view, palette),
    "",
    rule("checks", view.verbose ? "all" : "those not in order everywhere", view.columns, palette),
    "",
    ...matrix(fleet, view, palette),
    "",
    palette.faint(legend),
    "",
    rule("summary", "", view.columns, palette),
    "",
    ...closingLines(fleet, view),
  ].join("\n")}\n`;
}
