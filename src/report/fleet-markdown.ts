// Several nodes' reports as Markdown: a table of nodes, and one of the checks that are not in order everywhere.
import type { Report } from "../core/report.js";
import { count, countsText } from "./arrange.js";
import { markdownText } from "./escape.js";
import { type FleetCheck, fleetOf, isBad, legend, notable, statusLetter } from "./fleet.js";
import { table } from "./markdown.js";
import type { View } from "./view.js";

/** A table with more columns than this is not read any more; the nodes are named instead. */
const columnLimit = 12;

export function fleetMarkdown(reports: readonly Report[], view: View): string {
  const fleet = fleetOf(reports);
  const { nodes } = fleet;
  const head = [
    `# Hardening of ${count(nodes.length, "node")}`,
    "",
    `**Mean score ${fleet.score} of 100**: ${countsText(fleet.counts)}.`,
    "",
  ];
  if (view.quiet) return head.join("\n");
  const nodeRows = nodes.map(({ label, report: { summary, host } }) => [
    markdownText(label),
    ...[summary.score, summary.fail, summary.error, summary.pass].map(String),
    markdownText(host.os),
    markdownText(host.kubelet ?? "–"),
  ]);
  const matrix = nodes.length <= columnLimit;
  const where = ({ results }: FleetCheck): readonly string[] =>
    matrix
      ? results.map((result) => (result === undefined ? "" : `\`${statusLetter[result.status]}\``))
      : [
          nodes
            .flatMap(({ label }, index) => (isBad(results[index]) ? [markdownText(label)] : []))
            .join(", "),
        ];
  const checkRows = (view.verbose ? fleet.checks : notable(fleet)).map((check) => [
    markdownText(check.id),
    check.severity,
    `${check.counts.fail + check.counts.error}/${nodes.length}`,
    ...where(check),
  ]);
  const columns = matrix ? nodes.map(({ label }) => markdownText(label)) : ["nodes"];
  return [
    ...head,
    "## Nodes, worst first",
    "",
    table(["node", "score", "failed", "error", "passed", "system", "kubelet"], nodeRows),
    "",
    "## Checks",
    "",
    table(["check", "severity", "not in order", ...columns], checkRows),
    "",
    ...(matrix ? [`${legend.replaceAll(/(^|, )(\S) /g, "$1`$2` ")}`, ""] : []),
  ].join("\n");
}
