// What of a benchmark nodeward answers (`nodeward checks --framework`): item -> checks, or why not. Judges no node.
import { count } from "./arrange.js";
import type { CatalogueFormat } from "./catalogue.js";
import { markdownText } from "./escape.js";
import { table as markdownTable } from "./markdown.js";
import { paletteFor } from "./palette.js";
import { type Column, table } from "./table.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

export interface CoverageItem {
  readonly item: string;
  readonly checks: readonly string[];
  /** Why no check answers it; undefined where one does. */
  readonly reason?: string;
}

export interface Coverage {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly items: readonly CoverageItem[];
}

const byNumber = new Intl.Collator("en", { numeric: true });

/** Items in the order of their numbers. `selected` are the checks that are looked at: others answer nothing. */
export function coverageOf(
  framework: {
    readonly name: string;
    readonly title: string;
    readonly version: string;
    readonly items: ReadonlyMap<string, readonly string[]>;
    readonly excluded: ReadonlyMap<string, string>;
  },
  selected: ReadonlySet<string>,
): Coverage {
  const { name, title, version } = framework;
  const answered = [...framework.items].map(([item, ids]): CoverageItem => {
    const checks = ids.filter((id) => selected.has(id));
    return checks.length > 0 ? { item, checks } : { item, checks, reason: `not chosen: ${ids.join(", ")}` };
  });
  const excluded = [...framework.excluded].map(
    ([item, reason]): CoverageItem => ({ item, checks: [], reason }),
  );
  const items = [...answered, ...excluded].sort((a, b) => byNumber.compare(a.item, b.item));
  return { name, title, version, items };
}

function totals({ items }: Coverage): {
  readonly items: number;
  readonly answered: number;
  readonly checks: number;
} {
  return {
    items: items.length,
    answered: items.filter(({ reason }) => reason === undefined).length,
    checks: new Set(items.flatMap(({ checks }) => checks)).size,
  };
}

function closing(coverage: Coverage): string {
  const { items, answered, checks } = totals(coverage);
  return `${count(items, "item")}: ${answered} answered by ${count(checks, "check")}, ${items - answered} not, for the reasons given.`;
}

function heading({ name, title, version }: Coverage): string {
  return [title === "" ? name : title, version].filter((part) => part !== "").join(", ");
}

const answer = ({ checks, reason }: CoverageItem): string =>
  reason === undefined ? checks.join(", ") : `- ${reason}`;

const columns: readonly Column<CoverageItem>[] = [
  { title: "ITEM", cell: ({ item }) => item },
  { title: "CHECKS, OR WHY NONE", cell: answer, flexible: true },
];

function text(coverage: Coverage, view: View): string {
  const { strong } = paletteFor(view);
  const width = Math.min(view.columns, 160);
  const body = view.quiet
    ? []
    : [strong(heading(coverage)), "", ...table(columns, coverage.items, width), ""];
  return `${[...body, ...wrap(closing(coverage), width)].join("\n")}\n`;
}

function markdown(coverage: Coverage): string {
  const rows = coverage.items.map((one) => [
    markdownText(one.item),
    one.reason === undefined ? one.checks.map(markdownText).join(", ") : `*${markdownText(one.reason)}*`,
  ]);
  const drawn = markdownTable(["item", "checks, or why none"], rows).replaceAll("---:", "---");
  return [`# ${markdownText(heading(coverage))}`, "", closing(coverage), "", drawn, ""].join("\n");
}

export function coverageText(coverage: Coverage, format: CatalogueFormat, view: View): string {
  if (format === "json") {
    const { name, title, version, items } = coverage;
    const document = {
      schemaVersion: 1,
      framework: { name, title, version },
      totals: totals(coverage),
      items,
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  }
  return format === "markdown" ? markdown(coverage) : text(coverage, view);
}
