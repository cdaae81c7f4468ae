// The report for a person at a terminal: header, findings by domain, summary. Prints nothing itself.
import type { Report } from "../core/report.js";
import { aboutRows } from "./about.js";
import { byDomain, countsText, type Group } from "./arrange.js";
import { type Palette, paletteFor } from "./palette.js";
import { safe } from "./safe.js";
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
  return [rule(group.domain, aside, view.columns, palette), ...body];
}

export function text(given: Report, wanted: View): string {
  const report = safe(given);
  const view = { ...wanted, columns: Math.min(widest, Math.max(40, wanted.columns)) };
  const palette = paletteFor(view);
  const closing = summary(report, view, palette);
  const sections = byDomain(report.results).map((group) => section(group, view, palette));
  const lines = view.quiet
    ? closing
    : [
        ...header(report, view.columns, palette),
        "",
        // Domains of which there is nothing to say stand together.
        ...sections.flatMap((body) => (body.length > 1 ? [...body, ""] : body)),
        ...(sections.at(-1)?.length === 1 ? [""] : []),
        rule("summary", "", view.columns, palette),
        ...closing,
      ];
  return `${lines.join("\n")}\n`;
}
