// /etc/default/ufw and /etc/ufw/ufw.conf: assignments that two programs read in two ways. The boot script sources the
// file as shell; the ufw command has a pattern of its own. Knows no setting's meaning.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";

export interface UfwAssignment {
  readonly name: string;
  /** What the shell assigns; undefined where that depends on more than this line (a variable, a command). */
  readonly value: string | undefined;
  /** What the ufw command takes it for, in lower case; undefined where it does not see the line. */
  readonly seen: string | undefined;
  /** The value as written, quotes included. */
  readonly span: Span;
  readonly source: Source;
}

export interface UfwConf {
  readonly text: string;
  readonly assignments: readonly UfwAssignment[];
  /** Lines that are no plain assignment: what the shell makes of them is not known. */
  readonly other: readonly Source[];
}

/** The value at the start of `text` as sh(1) reads a word, and its length. */
function shellWord(text: string): { readonly value: string | undefined; readonly length: number } {
  let value = "";
  let plain = true;
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (/[\s;&|<>()]/.test(letter)) break;
    if (letter === "'" || letter === '"') {
      const end = text.indexOf(letter, at + 1);
      if (end < 0) return { value: undefined, length: text.length };
      const inside = text.slice(at + 1, end);
      if (letter === '"' && /[$`\\]/.test(inside)) plain = false;
      value += inside;
      at = end + 1;
    } else {
      if (letter === "$" || letter === "`" || letter === "\\") plain = false;
      value += letter;
      at++;
    }
  }
  return { value: plain ? value : undefined, length: at };
}

/** As /usr/lib/python3/dist-packages/ufw/backend.py reads a line: `NAME=` and a word character, up to the next `=`. */
function seenByUfw(line: string): string | undefined {
  if (!/^\w+="?\w/.test(line)) return undefined;
  return (line.trim().split("=")[1] ?? "").toLowerCase().replace(/^["']+|["']+$/g, "");
}

/** Nothing, or a comment. */
function isBlank(text: string): boolean {
  const shown = text.trim();
  return shown === "" || shown.startsWith("#");
}

/** Reads every assignment, in order: the last of a name is in force for both programs. */
export function parseUfwConf(file: string, text: string): UfwConf {
  const assignments: UfwAssignment[] = [];
  const other: Source[] = [];
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const shown = text.slice(start, end);
    const [lead, name] = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=/.exec(shown) ?? [];
    const source = { file, line, span: { start, end }, text: shown.trim() };
    if (lead !== undefined && name !== undefined) {
      const { value, length } = shellWord(shown.slice(lead.length));
      const from = start + lead.length;
      assignments.push({
        name,
        // A carriage return is blank to a reader and part of the value to the shell.
        value: shown.charAt(lead.length + length) === "\r" ? `${value ?? ""}\r` : value,
        seen: seenByUfw(shown),
        span: { start: from, end: from + length },
        source,
      });
      if (!isBlank(shown.slice(lead.length + length))) other.push(source);
    } else if (!isBlank(shown)) other.push(source);
    start = end + 1;
  }
  return { text, assignments, other };
}

/** The assignment in force. */
export function lastOf(conf: UfwConf, name: string): UfwAssignment | undefined {
  return conf.assignments.findLast((assignment) => assignment.name === name);
}

/**
 * Gives `name` the value, at the assignment in force or on a line of its own at the end. A carriage return there goes: the
 * shell would make it part of the value.
 */
export function setUfwConf({ text, assignments }: UfwConf, name: string, value: string): Edit {
  const before = assignments.findLast((assignment) => assignment.name === name);
  // A line the ufw command does not see (indented, exported, in single quotes) is written anew.
  if (before !== undefined && before.seen === undefined && before.span.end > before.span.start)
    return { span: before.source.span, text: `${name}=${value}` };
  if (before !== undefined)
    return { span: { start: before.span.start, end: endOf(text, before) }, text: value };
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  return { span: { start: text.length, end: text.length }, text: `${gap}${name}=${value}\n` };
}

/** What follows the value on its line belongs to it for the ufw command: a comment there has to go. */
function endOf(text: string, { source, span }: UfwAssignment): number {
  return isBlank(text.slice(span.end, source.span.end)) ? source.span.end : span.end;
}
