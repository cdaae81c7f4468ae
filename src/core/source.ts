// Where a value was read: file, line and byte-true span. Not how it was read.

/** Half-open range of UTF-16 offsets in the text of one file, as `String.prototype.slice` takes them. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a file of the node. `line` counts from 1; 0 says that the whole file (or a live value) is meant. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly span: Span;
  readonly text: string;
}

const nowhere: Span = { start: 0, end: 0 };

/** A source that is a whole file or a live value rather than a line of it. */
export function wholeFile(file: string, text = ""): Source {
  return { file, line: 0, span: nowhere, text };
}

/** `file:line`, or the file alone when no line is meant. */
export function place(source: Source): string {
  return source.line > 0 ? `${source.file}:${source.line}` : source.file;
}
