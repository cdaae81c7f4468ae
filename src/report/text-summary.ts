// The last lines of the text report: counts by status and severity, score, what the exit code means, what to do next.
import { severities } from "../core/outcome.js";
import type { Report, Result } from "../core/report.js";
import { count, statusOrder, statusWord, tally, worstFirst } from "./arrange.js";
import type { Palette } from "./palette.js";
import type { View } from "./view.js";
import { hang, padLeft, wrap } from "./wrap.js";

const labelWidth = 16;
const cellWidth = 10;

function table(results: readonly Result[], palette: Palette): readonly string[] {
  const number = tally(results);
  const head = severities.map((severity) => palette.severity(severity)(padLeft(severity, cellWidth)));
  const rows = statusOrder.map((status) => {
    const cells = severities.map((severity) => number(status, severity));
    const sum = cells.reduce((total, cell) => total + cell, 0);
    const paint = sum > 0 ? palette.status(status) : palette.faint;
    const shown = cells.map((cell) =>
      cell === 0 ? palette.faint(padLeft("-", cellWidth)) : padLeft(String(cell), cellWidth),
    );
    return paint(statusWord[status].padEnd(labelWidth)) + shown.join("") + padLeft(String(sum), cellWidth);
  });
  return [" ".repeat(labelWidth) + head.join("") + padLeft("total", cellWidth), ...rows];
}

function scoreLine(report: Report, palette: Palette): string {
  const { score } = report.summary;
  const paint = score >= 90 ? palette.good : score < 50 ? palette.bad : palette.strong;
  return `Score ${paint(String(score))} of 100, the weighted share of applicable checks that pass.`;
}

function permissionLines(results: readonly Result[]): readonly string[] {
  const denied = results.filter(
    ({ status, message }) => status === "error" && /permission denied/i.test(message),
  );
  if (denied.length === 0) return [];
  return [
    `${count(denied.length, "check")} could not be decided for lack of permission: run as root to decide ${denied.length === 1 ? "it" : "them"}.`,
  ];
}

/** Commands that lead on from here. */
function nextSteps(report: Report, { columns }: View): readonly string[] {
  const worst = worstFirst(report.results).find(({ status }) => status === "fail" || status === "error");
  if (worst === undefined) return [];
  const steps: readonly (readonly [string, string])[] = [
    [`nodeward explain ${worst.id}`, "why, and how to fix it"],
    [`nodeward audit --only ${worst.domain}`, "judge this domain again"],
    ["nodeward audit --format html -o report.html", "a page to keep or pass on"],
  ];
  const width = Math.max(...steps.map(([command]) => command.length)) + 2;
  return [
    "",
    ...steps.flatMap(([command, purpose], index) =>
      hang((index === 0 ? "Next  " : "      ") + command.padEnd(width), purpose, columns),
    ),
  ];
}

export function summary(report: Report, view: View, palette: Palette): readonly string[] {
  const closing = view.closing === undefined ? [] : [view.closing];
  const said = [...permissionLines(report.results), ...closing].flatMap((line) => wrap(line, view.columns));
  return [
    ...(view.quiet ? [] : [""]),
    ...table(report.results, palette),
    "",
    scoreLine(report, palette),
    ...said,
    ...(view.quiet ? [] : nextSteps(report, view)),
  ];
}
