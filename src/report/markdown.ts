// The report as Markdown (GitHub flavour) for an issue, a merge request or a wiki. Text from the node marks nothing up.
import { severities } from "../core/outcome.js";
import type { Evidence, Report, Result } from "../core/report.js";
import { aboutRows } from "./about.js";
import {
  byDomain,
  count,
  countsText,
  type Group,
  partition,
  placeOf,
  statusOrder,
  statusWord,
  tally,
} from "./arrange.js";
import { markdownCode, markdownProse, markdownText } from "./escape.js";
import { safe } from "./safe.js";
import type { View } from "./view.js";

/** A table; the cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}

function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return table(head, rows).replaceAll("---:", "---");
}

function summary(report: Report): string {
  const number = tally(report.results);
  const rows = statusOrder.map((status) => {
    const cells = severities.map((severity) => number(status, severity));
    const sum = cells.reduce((total, one) => total + one, 0);
    return [statusWord[status], ...[...cells, sum].map((one) => (one === 0 ? "–" : String(one)))];
  });
  return table(["", ...severities, "total"], rows);
}

function domains(groups: readonly Group[]): string {
  const rows = groups.map(({ domain, summary: counts }) => [
    markdownText(domain),
    counts.pass + counts.fail + counts.error === 0 ? "–" : String(counts.score),
    ...statusOrder.map((status) => (counts[status] === 0 ? "–" : String(counts[status]))),
  ]);
  return table(["domain", "score", ...statusOrder.map((status) => statusWord[status])], rows);
}

function place(evidence: Evidence): string {
  const text = markdownCode(evidence.text);
  return `  - ${markdownCode(placeOf(evidence))}${text === "" ? "" : `: ${text}`}`;
}

function finding(result: Result): string {
  const { id, severity, status, title, message, details, evidence, waiver } = result;
  const said = details.length > 0 ? details : message === "" ? [] : [message];
  const item = (label: string, text: string) => (text === "" ? [] : [`- **${label}:** ${text}`]);
  const several = said.length > 1 ? said.map((text) => `  - ${markdownText(text)}`) : [];
  return [
    `#### ${markdownCode(id)} (${severity}, ${statusWord[status]})`,
    "",
    markdownText(title),
    "",
    ...(several.length > 0 ? ["- **Problem:**", ...several] : item("Problem", markdownText(said[0] ?? ""))),
    ...item("Found", markdownCode(result.actual)),
    ...item("Expected", markdownCode(result.expected)),
    ...(evidence.length === 0 ? [] : ["- **Where:**", ...evidence.map(place)]),
    ...(status === "waived" && waiver !== undefined
      ? item("Waiver", markdownText(`${waiver.reason} (${waiver.owner}, until ${waiver.expires})`))
      : item("To fix", markdownProse(result.remediation))),
    "",
  ].join("\n");
}

/** Checks that have the same to say, as one item each. */
function alike(results: readonly Result[]): readonly string[] {
  return [...partition(results, ({ message }) => message)].map(
    ([reason, members]) =>
      `- ${reason === "" ? "no reason given" : markdownText(reason)}: ${members.map(({ id }) => markdownCode(id)).join(", ")}`,
  );
}

function section(group: Group, { verbose }: View): string {
  const of = (status: Result["status"]) => group.results.filter((result) => result.status === status);
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`**${title}**`, "", ...lines, ""];
  const passes = verbose
    ? of("pass").map(({ id, title }) => `- ${markdownCode(id)}: ${markdownText(title)}`)
    : [];
  const parts = [
    ...[...of("fail"), ...of("waived")].map(finding),
    ...list("Could not be decided", alike(of("error"))),
    ...list("Not applicable", alike(of("not-applicable"))),
    ...list("Passed", passes),
  ];
  if (parts.length === 0) return "";
  return [`### ${markdownText(group.domain)} (${countsText(group.summary)})`, "", ...parts].join("\n");
}

export function markdown(given: Report, view: View): string {
  const report = safe(given);
  const groups = byDomain(report.results);
  const name = report.host.hostname === "" ? "a node" : report.host.hostname;
  const head = [
    `# Hardening of ${markdownText(name)}`,
    "",
    plainTable(
      ["", ""],
      aboutRows(report)
        .slice(1)
        .map(([label, text]) => [label, markdownText(text)]),
    ),
    "",
    `**Score ${report.summary.score} of 100** for ${count(report.results.length, "check")}.`,
    "",
    summary(report),
    "",
  ];
  if (view.quiet) return head.join("\n");
  const sections = groups.map((group) => section(group, view)).filter((text) => text !== "");
  return [...head, "## Domains", "", domains(groups), "", "## Findings", "", ...sections].join("\n");
}
