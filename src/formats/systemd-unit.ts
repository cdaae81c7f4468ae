// systemd unit files and their drop-ins: text -> assignments with spans (systemd.syntax(7)). Merges no files, expands nothing.
import type { Span } from "../core/source.js";
import type { Traced } from "./traced.js";

export interface UnitAssignment {
  readonly section: string;
  readonly key: string;
  /** Continuation lines joined, surrounding white space taken off; empty resets lists. */
  readonly value: string;
  /** Line of the key, from 1. */
  readonly line: number;
  /** From the key to the end of the last line, without its line end. */
  readonly span: Span;
  /** The value with its places in the file. */
  readonly traced: Traced;
}

export interface UnitProblem {
  readonly line: number;
  readonly message: string;
  /** systemd reads no further and does not load the unit. */
  readonly fatal: boolean;
}

export interface UnitText {
  readonly assignments: readonly UnitAssignment[];
  readonly problems: readonly UnitProblem[];
}

/** LONG_LINE_MAX of systemd: a longer line, continuations included, is an error. */
const lineLimit = 1024 * 1024;
const whitespace = " \t\n\r";

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** What one assignment or header is made of: stretches of the file, each but the last ending in its backslash. */
interface Logical {
  readonly pieces: readonly Piece[];
  readonly line: number;
}

/** Line ends as systemd's read_line has them: each of LF, CR and NUL at most once makes one end. */
function* physicalLines(text: string): Generator<Piece & { readonly line: number }> {
  let start = 0;
  let line = 1;
  if (!/[\r\0]/.test(text))
    for (; start < text.length; line++) {
      const feed = text.indexOf("\n", start);
      const end = feed < 0 ? text.length : feed;
      yield { start, end, line };
      start = end + 1;
    }
  while (start < text.length) {
    let end = start;
    while (end < text.length && !"\n\r\0".includes(text[end] ?? "")) end++;
    yield { start, end, line };
    const seen = new Set<string>();
    let next = end;
    while (next < text.length && "\n\r\0".includes(text[next] ?? "") && !seen.has(text[next] ?? "")) {
      seen.add(text[next] ?? "");
      if (text[next] === "\n") line++;
      next++;
    }
    start = next;
  }
}

function isComment(text: string, { start, end }: Piece): boolean {
  let at = start;
  while (at < end && whitespace.includes(text[at] ?? "")) at++;
  return text[at] === "#" || text[at] === ";";
}

/** Does an odd number of backslashes end the line? */
function continues(text: string, { start, end }: Piece): boolean {
  let at = end;
  while (at > start && text[at - 1] === "\\") at--;
  return (end - at) % 2 === 1;
}

/** Joins continuation lines; comment lines between them are left out and do not end them. */
function* logicalLines(text: string): Generator<Logical> {
  let pieces: Piece[] = [];
  let first = 1;
  for (const physical of physicalLines(text)) {
    if (isComment(text, physical)) continue;
    const start = physical.start === 0 && text.startsWith("\ufeff") ? 1 : physical.start;
    const piece = { start, end: physical.end };
    if (pieces.length === 0) first = physical.line;
    pieces.push(piece);
    if (continues(text, piece)) continue;
    yield { pieces, line: first };
    pieces = [];
  }
  if (pieces.length > 0) yield { pieces, line: first };
}

/** Some text of the file: as it stands from `start` on, or joined of several lines, with the place of each character. */
class Stretch {
  constructor(
    readonly text: string,
    private readonly start: number,
    private readonly at?: readonly number[],
  ) {}

  offset(index: number): number {
    return this.at?.[index] ?? this.start + index;
  }

  trimmed(from: number, to: number): Stretch {
    const { text, at } = this;
    let start = from;
    let end = to;
    while (start < end && whitespace.includes(text[start] ?? "")) start++;
    while (end > start && whitespace.includes(text[end - 1] ?? "")) end--;
    return new Stretch(text.slice(start, end), this.offset(start), at?.slice(start, end));
  }

  traced(): Traced {
    const { text, start } = this;
    return { text, at: this.at ?? Array.from({ length: text.length }, (_, index) => start + index) };
  }
}

/** The joined text; a backslash that joins lines counts as the space systemd makes of it. */
function joined(text: string, pieces: readonly Piece[]): Stretch {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1 && !continues(text, only))
    return new Stretch(text.slice(only.start, only.end), only.start);
  const parts: string[] = [];
  const at: number[] = [];
  for (const piece of pieces) {
    for (let offset = piece.start; offset < piece.end; offset++) at.push(offset);
    const raw = text.slice(piece.start, piece.end);
    parts.push(continues(text, piece) ? `${raw.slice(0, -1)} ` : raw);
  }
  return new Stretch(parts.join(""), only?.start ?? 0, at);
}

/**
 * Reads one unit file or drop-in. Lines that systemd ignores with a warning are problems that are not fatal.
 * Invalid UTF-8 (the host then gives one character a byte) is refused line by line, as systemd does.
 */
export function parseUnit(text: string, encoding: "utf8" | "latin1" = "utf8"): UnitText {
  const assignments: UnitAssignment[] = [];
  const problems: UnitProblem[] = [];
  let section: string | undefined;
  for (const { pieces, line } of logicalLines(text)) {
    const length = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
    if (length > lineLimit) {
      problems.push({ line, message: `line longer than ${lineLimit} characters`, fatal: true });
      break;
    }
    const all = joined(text, pieces);
    const content = all.trimmed(0, all.text.length);
    if (content.text === "") continue;
    if (encoding === "latin1" && /[\u0080-\u00ff]/.test(content.text)) {
      problems.push({ line, message: "not valid UTF-8, ignored", fatal: false });
      continue;
    }
    if (content.text.startsWith("[")) {
      if (!content.text.endsWith("]")) {
        problems.push({ line, message: `invalid section header ${content.text}`, fatal: true });
        break;
      }
      section = content.text.slice(1, -1);
      continue;
    }
    const equals = content.text.indexOf("=");
    const ignored =
      section === undefined
        ? "assignment outside of a section, ignored"
        : equals < 0
          ? "no '=', ignored"
          : equals === 0
            ? "no key before '=', ignored"
            : undefined;
    if (ignored !== undefined || section === undefined) {
      problems.push({ line, message: ignored ?? "", fatal: false });
      continue;
    }
    const value = content.trimmed(equals + 1, content.text.length);
    let traced: Traced | undefined;
    assignments.push({
      section,
      key: content.trimmed(0, equals).text,
      value: value.text,
      line,
      span: { start: content.offset(0), end: content.offset(content.text.length - 1) + 1 },
      get traced() {
        // Asked for once a word.
        traced ??= value.traced();
        return traced;
      },
    });
  }
  return { assignments, problems };
}
