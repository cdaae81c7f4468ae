// A table for a terminal: columns as wide as their content, the flexible ones narrowed and wrapped to fit. No colour.
import { printable } from "../core/printable.js";
import { pad, widthOf, wrap } from "./wrap.js";

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
  /** May be narrowed and wrapped when the table is wider than the terminal. */
  readonly flexible?: boolean;
}

const gap = "  ";
const narrowest = 12;

/** Widths that fit `columns`: flexible columns give way, the widest first, down to a readable least. */
function fit(natural: readonly number[], flexible: readonly boolean[], columns: number): readonly number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
  while (total() > columns) {
    let widest = -1;
    for (const [index, width] of widths.entries())
      if (flexible[index] === true && width > narrowest && width > (widths[widest] ?? 0)) widest = index;
    if (widest < 0) break;
    const over = total() - columns;
    const second = Math.max(
      narrowest,
      ...widths.filter((_, index) => index !== widest && flexible[index] === true),
    );
    const width = widths[widest] ?? narrowest;
    widths[widest] = Math.max(narrowest, width - over, Math.min(second, width - 1));
  }
  return widths;
}

/** What stands under a row, over the whole width; nothing for an empty text. */
function under(text: string, width: number): readonly string[] {
  if (text === "") return [];
  return wrap(printable(text, 1000), width - 4).map((line) => `    ${line}`);
}

/**
 * Lines of the table: titles, a rule, the rows, each with what `below` says of it. Cells come from the node and are made
 * printable here.
 */
export function table<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number,
  below: (row: T) => string = () => "",
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row), 1000)));
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ""))),
  );
  const widths = fit(
    natural,
    columns.map(({ flexible }) => flexible === true),
    width,
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0))
      .join(gap)
      .trimEnd();
  const notes = rows.map((row) => under(below(row), width));
  const body = cells.flatMap((row, index) => {
    const wrapped = row.map((text, at) => wrap(text, widths[at] ?? narrowest));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    const shown = Array.from({ length: height }, (_, at) => line(wrapped.map((lines) => lines[at] ?? "")));
    return [...shown, ...(notes[index] ?? [])];
  });
  return [line(columns.map(({ title }) => title)), line(widths.map((one) => "-".repeat(one))), ...body];
}
