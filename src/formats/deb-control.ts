// Paragraphs of fields, as in .sources and Release files (deb-control(5), deb822): text -> fields with places.
import type { Span } from "../core/source.js";
import { withoutBlanks } from "./line-end.js";

export interface ControlField {
  /** As written; apt and dpkg do not regard case. */
  readonly name: string;
  /** Continuation lines joined by line ends, comment lines left out, surrounding white space taken off. */
  readonly value: string;
  readonly line: number;
  /** From the name to the end of the last line. */
  readonly span: Span;
}

export interface Paragraph {
  readonly fields: readonly ControlField[];
  readonly line: number;
  readonly span: Span;
  /** Lines that are neither a field nor a continuation. */
  readonly broken: readonly number[];
  /** The last field of that name. */
  get(name: string): ControlField | undefined;
}

interface Open {
  readonly name: string;
  readonly line: number;
  readonly start: number;
  end: number;
  readonly values: string[];
}

class Reader {
  readonly paragraphs: Paragraph[] = [];
  private fields: ControlField[] = [];
  private broken: number[] = [];
  private open: Open | undefined;
  private first: { readonly line: number; readonly start: number } | undefined;

  line(raw: string, line: number, start: number): void {
    const text = withoutBlanks(raw);
    if (raw.startsWith("#")) return;
    if (text === "") {
      this.endParagraph();
      return;
    }
    this.first ??= { line, start };
    const end = start + text.length;
    if (/^[ \t]/.test(text) && this.open !== undefined) {
      this.open.values.push(text.trim());
      this.open.end = end;
      return;
    }
    this.endField();
    const colon = text.indexOf(":");
    if (colon <= 0 || /^[ \t]/.test(text)) {
      this.broken.push(line);
      return;
    }
    const value = text.slice(colon + 1).trim();
    this.open = { name: text.slice(0, colon).trimEnd(), line, start, end, values: [value] };
  }

  private endField(): void {
    if (this.open === undefined) return;
    const { name, line, start, end, values } = this.open;
    this.fields.push({ name, value: values.join("\n").trim(), line, span: { start, end } });
    this.open = undefined;
  }

  endParagraph(): void {
    this.endField();
    const { fields, broken, first } = this;
    this.fields = [];
    this.broken = [];
    this.first = undefined;
    if (first === undefined) return;
    const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
    const span = { start: first.start, end: fields.at(-1)?.span.end ?? first.start };
    this.paragraphs.push({
      fields,
      broken,
      line: first.line,
      span,
      get: (name) => byName.get(name.toLowerCase()),
    });
  }
}

/** Every paragraph of a text; `limit` ends the reading after that many. */
export function parseControl(text: string, limit = Number.POSITIVE_INFINITY): readonly Paragraph[] {
  const reader = new Reader();
  let start = 0;
  for (let line = 1; start <= text.length && reader.paragraphs.length < limit; line++) {
    const gap = text.indexOf("\n", start);
    const end = gap < 0 ? text.length : gap;
    reader.line(text.slice(start, end), line, start);
    start = end + 1;
  }
  if (reader.paragraphs.length < limit) reader.endParagraph();
  return reader.paragraphs;
}
