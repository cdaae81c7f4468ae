// The report for a person at a terminal: header, findings by domain, summary. Prints nothing itself.
import { printable } from "../core/printable.js";
import type { Report } from "../core/report.js";
import { byDomain, countsText, type Group } from "./arrange.js";
import { type Palette, paletteFor } from "./palette.js";
import { findings } from "./text-findings.js";
import { summary } from "./text-summary.js";
import type { View } from "./view.js";
import { hang, widthOf } from "./wrap.js";

/** Prose is not drawn out further than this, however wide the terminal. */
const widest = 160;

/** `━━ title ━━━━` over the whole width. */
export function rule(title: string, aside: string, columns: number, { strong, faint }: Palette): string {
  const words = aside === "" ? ` ${title} ` : ` ${title} · ${aside} `;
  const rest = "━".repeat(Math.max(2, columns - 2 - widthOf(words)));
  const middle = aside === "" ? strong(` ${title} `) : `${strong(` ${title}`)} · ${aside} `;
  return `${faint("━━")}${middle}${faint(rest)}`;
}

/** `2026-11-21 13:10:00 UTC` of an RFC 3339 time. */
export function when(time: string): string {
  return printable(time).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** What the report is about, as label and text. */
export function aboutRows({
  run,
  host,
  tool,
}: Pick<Report, "run" | "host" | "tool">): readonly (readonly [string, string])[] {
  const kernel = host.kernel === "" ? "" : `, kernel ${host.kernel}`;
  const kubelet = host.kubelet === null ? [] : [`kubelet ${host.kubelet}`];
  const role = host.roles.length === 0 ? ["no Kubernetes role found"] : [host.roles.join(" and ")];
  const rows: readonly (readonly [string, string])[] = [
    ["Node", host.hostname === "" ? "(no host name)" : host.hostname],
    ["System", `${host.os}${kernel}`],
    ["Role", [...role, ...kubelet].join(", ")],
    ["Profile", run.profile],
    ["Root", run.root],
    ["Run", `${when(run.startedAt)}, ${run.durationMs} ms, ${run.id}`],
    ["Tool", `${tool.name} ${tool.version}`],
  ];
  return rows.map(([label, text]) => [label, printable(text, 1000)]);
}

function header(report: Report, columns: number, { strong, faint }: Palette): readonly string[] {
  return aboutRows(report).flatMap(([label, text], index) =>
    hang(label.padEnd(9), text, columns).map((line) =>
      index === 0 ? strong(line) : line.replace(label, faint(label)),
    ),
  );
}

function section(group: Group, view: View, palette: Palette): readonly string[] {
  const aside = countsText(group.summary);
  const body = findings(group, view, palette);
  return [rule(printable(group.domain), aside, view.columns, palette), ...body];
}

export function text(report: Report, given: View): string {
  const view = { ...given, columns: Math.min(widest, Math.max(40, given.columns)) };
  const palette = paletteFor(view);
  const closing = summary(report, view, palette);
  const lines = view.quiet
    ? closing
    : [
        ...header(report, view.columns, palette),
        "",
        ...byDomain(report.results).flatMap((group) => {
          const lines = section(group, view, palette);
          // Domains of which there is nothing to say stand together.
          return lines.length > 1 ? [...lines, ""] : lines;
        }),
        rule("summary", "", view.columns, palette),
        ...closing,
      ];
  return `${lines.join("\n")}\n`;
}
