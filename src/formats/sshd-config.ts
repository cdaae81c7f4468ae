// sshd_config(5): text -> lines with spans -> edits. Knows lines, keywords and words; not what a keyword means.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { delimited } from "./sshd-words.js";

/** How the installed sshd reads lines: `delimited` up to OpenSSH 8.6, `arguments` since 8.7. */
export type Dialect = "delimited" | "arguments";

/** A line that sets something; blank lines and comments are only text between. */
export interface SshdLine {
  /** From 1. */
  readonly line: number;
  /** The line without its end. */
  readonly span: Span;
  /** As written. */
  readonly keyword: string;
  /** The keyword in lower case: the same letters mean the same keyword. */
  readonly name: string;
  /** What follows the keyword, white space at the end left out. Empty where nothing does. */
  readonly rest: Span;
}

export interface SshdText {
  readonly text: string;
  readonly lines: readonly SshdLine[];
  /** Lines with a NUL byte: sshd would join them with the line after. */
  readonly nul: readonly number[];
}

/** ASCII letters in lower case, as strcasecmp(3) compares in the C locale; no other letter is folded. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The part of a line that is read: white space at both ends is not, nor, in the older manner, what follows a `#`. */
function readPart(text: string, { start, end }: Span, dialect: Dialect): Span {
  let from = start;
  let to = end;
  if (dialect === "delimited") {
    const hash = text.indexOf("#", start);
    if (hash >= 0 && hash < end) to = hash;
  }
  while (from < to && " \t\r".includes(text.charAt(from))) from++;
  // The first character stays, even a form feed (servconf.c).
  while (to > from + 1 && " \t\r\n\f".includes(text.charAt(to - 1))) to--;
  return { start: from, end: to };
}

function parseLine(text: string, line: number, span: Span, dialect: Dialect): SshdLine | undefined {
  const read = readPart(text, span, dialect);
  if (read.start >= read.end) return undefined;
  let word = delimited(text, read.start, read.end, true);
  if (word?.text === "" && word.next !== undefined) word = delimited(text, word.next, read.end, true);
  // A quote that is never closed in the keyword makes sshd skip the line.
  if (word === undefined || word.text === "" || word.text.startsWith("#")) return undefined;
  const rest = { start: word.next ?? read.end, end: read.end };
  return { line, span, keyword: word.text, name: lowerCase(word.text), rest };
}

/** Reads a whole file. Never fails: what sshd would refuse is found by who knows the keywords. */
export function parseSshdConfig(text: string, dialect: Dialect = "arguments"): SshdText {
  const lines: SshdLine[] = [];
  const nul: number[] = [];
  let start = 0;
  for (let number = 1; start <= text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const found = parseLine(text, number, { start, end }, dialect);
    if (found !== undefined) lines.push(found);
    start = end + 1;
  }
  // Rare, so looked for apart.
  for (let at = text.indexOf("\0"); at >= 0 && nul.length < 16; at = text.indexOf("\0", at + 1))
    nul.push(text.slice(0, at).split("\n").length);
  return { text, lines, nul };
}

/** The line as evidence. */
export function lineSource(file: string, text: string, { line, span }: SshdLine): Source {
  return { file, line, span, text: text.slice(span.start, span.end).replace(/\r$/, "") };
}

/** Puts `value` where the words from `first` to `last` stand. */
export function replaceWords(first: Span, last: Span, value: string): Edit {
  return { span: { start: first.start, end: last.end }, text: value };
}

function lineEnd(text: string): string {
  return /\r\n/.test(text.slice(0, 4096)) ? "\r\n" : "\n";
}

/** A new line before the line that starts at `offset`. */
export function insertLine(text: string, offset: number, line: string): Edit {
  return { span: { start: offset, end: offset }, text: `${line}${lineEnd(text)}` };
}

/** A new last line, also where the file does not end with a line end. Several such edits go together. */
export function appendLine(text: string, line: string): Edit {
  const end = lineEnd(text);
  const whole = text === "" || text.endsWith("\n");
  return { span: { start: text.length, end: text.length }, text: whole ? `${line}${end}` : `${end}${line}` };
}
