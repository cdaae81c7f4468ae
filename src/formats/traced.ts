// Text that remembers where each of its characters stands in the file it came from. Knows no file format.
import type { Source, Span } from "../core/source.js";

/** `at[i]` is the offset in the file of `text[i]`. Characters that stand for several point at the first of them. */
export interface Traced {
  readonly text: string;
  readonly at: readonly number[];
}

export function tracedSlice(traced: Traced, start: number, end = traced.text.length): Traced {
  return { text: traced.text.slice(start, end), at: traced.at.slice(start, end) };
}

/** A stretch of the file as it stands. */
export function traceOf(text: string, start = 0, end = text.length): Traced {
  return {
    text: text.slice(start, end),
    at: Array.from({ length: end - start }, (_, index) => start + index),
  };
}

/** Finds the line of an offset without counting from the top each time. */
export class LineIndex {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** From 1. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The line on which `span` starts, as a source of `file`. */
  source(file: string, span: Span): Source {
    const line = this.lineAt(span.start);
    return { file, line, span, text: this.lineText(line) };
  }

  /** A whole line, as a source of `file`. */
  lineSource(file: string, line: number): Source {
    const start = this.starts[line - 1] ?? 0;
    const text = this.lineText(line);
    return { file, line, span: { start, end: start + text.length }, text };
  }

  private lineText(line: number): string {
    const end = this.starts[line];
    const start = this.starts[line - 1] ?? 0;
    const last = end === undefined ? this.text.length : end - 1;
    // The end is looked at alone: a long line is asked for once a word.
    return this.text.slice(start, last > start && this.text[last - 1] === "\r" ? last - 1 : last);
  }
}
