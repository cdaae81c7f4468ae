// modprobe.d(5), also modules.softdep: text -> statements with spans, and edits. Knows no directory and no order of files.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";

const commands = ["alias", "blacklist", "install", "remove", "options", "softdep", "weakdep"] as const;
export type ModprobeCommand = (typeof commands)[number];

export interface ModprobeStatement {
  readonly command: ModprobeCommand;
  /** A module's name, or for all but `blacklist` a pattern of fnmatch(3); `-` is `_`, as kmod compares them. */
  readonly name: string;
  /** What follows the name, continued lines joined and backslashes taken; empty for `blacklist`. */
  readonly argument: string;
  /** Of the argument in the file, backslashes and line breaks included. */
  readonly argumentSpan: Span;
  readonly source: Source;
}

export interface ModprobeFile {
  readonly text: string;
  readonly statements: readonly ModprobeStatement[];
  /** Lines that kmod reports and passes over. */
  readonly ignored: readonly Source[];
}

/** A line as kmod sees it: continued lines joined, each character with its offset in the file. */
interface Logical {
  readonly text: string;
  readonly span: Span;
  readonly line: number;
  at(index: number): number;
}

/** The character behind a backslash is itself, a line break behind it nothing (freadline_wrapped of kmod). */
function continued(raw: string): { readonly text: string; readonly offsets: readonly number[] } {
  const parts: string[] = [];
  const offsets: number[] = [];
  for (let index = 0; index < raw.length; index++) {
    let at = index;
    if (raw[index] === "\\") {
      index++;
      if (index >= raw.length || raw[index] === "\n") continue;
      at = index;
    }
    parts.push(raw[at] ?? "");
    offsets.push(at);
  }
  return { text: parts.join(""), offsets };
}

/** Offset of the line break that ends the line starting at `start`, or of the end of the text. */
function endOfLine(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "\n") return at;
  }
  return text.length;
}

function logicalAt(text: string, start: number, line: number): Logical {
  // A line without a backslash is the usual case: no character has to be looked at alone.
  const newline = text.indexOf("\n", start);
  const plainEnd = newline < 0 ? text.length : newline;
  const raw = text.slice(start, plainEnd);
  if (!raw.includes("\\"))
    return { text: cString(raw), span: { start, end: plainEnd }, line, at: (index) => start + index };
  const end = endOfLine(text, start);
  const { text: joined, offsets } = continued(text.slice(start, end));
  const at = (index: number) => {
    const offset = offsets[index];
    return offset === undefined ? end : start + offset;
  };
  return { text: cString(joined), span: { start, end }, line, at };
}

/** What a C program sees of a line: nothing behind a NUL. */
function cString(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function logicalLines(text: string): readonly Logical[] {
  const lines: Logical[] = [];
  let line = 1;
  for (let start = 0; start < text.length; ) {
    const logical = logicalAt(text, start, line);
    lines.push(logical);
    for (let at = start; at <= logical.span.end; at++) if (text[at] === "\n") line++;
    start = logical.span.end + 1;
  }
  return lines;
}

/** `-` becomes `_` outside brackets; undefined for brackets that do not pair (underscores of kmod). */
export function withUnderscores(name: string): string | undefined {
  let made = "";
  for (let at = 0; at < name.length; at++) {
    const sign = name[at] ?? "";
    if (sign === "]") return undefined;
    if (sign === "[") {
      const close = name.indexOf("]", at);
      if (close < 0) return undefined;
      made += name.slice(at, close + 1);
      at = close;
    } else made += sign === "-" ? "_" : sign;
  }
  return made;
}

function isCommand(word: string): word is ModprobeCommand {
  return commands.some((command) => command === word);
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The next word from `from`: words are parted by blanks and tabs alone, a carriage return is a letter. */
function wordFrom(text: string, from: number): Word | undefined {
  let start = from;
  while (text[start] === " " || text[start] === "\t") start++;
  let end = start;
  while (end < text.length && text[end] !== " " && text[end] !== "\t") end++;
  return end === start ? undefined : { text: text.slice(start, end), start, end };
}

type Read = Omit<ModprobeStatement, "source">;

function statementOf(logical: Logical, command: ModprobeCommand, after: number): Read | undefined {
  const { text } = logical;
  const word = wordFrom(text, after);
  const name = word === undefined ? undefined : withUnderscores(word.text);
  if (word === undefined || name === undefined) return undefined;
  const spanOf = (start: number, end: number): Span => {
    const from = logical.at(start);
    return { start: from, end: end > start ? logical.at(end - 1) + 1 : from };
  };
  if (command === "blacklist")
    return { command, name, argument: "", argumentSpan: spanOf(word.end, word.end) };
  if (command === "alias") {
    const target = wordFrom(text, word.end);
    const module = target === undefined ? undefined : withUnderscores(target.text);
    if (target === undefined || module === undefined) return undefined;
    return { command, name, argument: module, argumentSpan: spanOf(target.start, target.end) };
  }
  // One separator goes with the name; further ones belong to the argument.
  const rest = text.slice(word.end + 1);
  if (rest === "") return undefined;
  return { command, name, argument: rest, argumentSpan: spanOf(word.end + 1, text.length) };
}

/** Reads a file of modprobe.d. Every text can be read: what kmod passes over is in `ignored`. */
export function parseModprobe(file: string, text: string): ModprobeFile {
  const statements: ModprobeStatement[] = [];
  const ignored: Source[] = [];
  for (const logical of logicalLines(text)) {
    const first = wordFrom(logical.text, 0);
    if (first === undefined || logical.text.startsWith("#")) continue;
    const { span, line } = logical;
    const source: Source = { file, line, span, text: text.slice(span.start, span.end) };
    const read = isCommand(first.text) ? statementOf(logical, first.text, first.end) : undefined;
    if (read === undefined) ignored.push(source);
    else statements.push({ ...read, source });
  }
  return { text, statements, ignored };
}

export interface SoftDependencies {
  readonly pre: readonly string[];
  readonly post: readonly string[];
}

const spaces = /[ \t\n\v\f\r]+/;

/**
 * The argument of `softdep`: words behind `pre:` and behind `post:`; words before either count for nothing. A single
 * blank before the first word hides it from kmod (kmod_config_add_softdep), so that `softdep a  pre: b` means nothing.
 */
export function softDependencies(argument: string): SoftDependencies {
  const found = { pre: [] as string[], post: [] as string[] };
  const words = argument.split(spaces).filter((word) => word !== "");
  if (/^[ \t\n\v\f\r][^ \t\n\v\f\r]/.test(argument)) words.shift();
  let into: "pre" | "post" | undefined;
  for (const word of words) {
    if (word === "pre:") into = "pre";
    else if (word === "post:") into = "post";
    else if (into !== undefined) found[into].push(word);
  }
  return found;
}

/** Replaces what follows the name; blanks in front of it stay. */
export function replaceArgument({ argument, argumentSpan }: ModprobeStatement, text: string): Edit {
  const blanks = /^[ \t]*/.exec(argument)?.[0].length ?? 0;
  return { span: { start: argumentSpan.start + blanks, end: argumentSpan.end }, text };
}

/** Adds lines at the end, beginning a new line where the last one is not ended or runs on. */
export function appendLines(text: string, lines: readonly string[]): Edit {
  const ended = text === "" || text.endsWith("\n");
  let slashes = 0;
  for (let at = text.length - (text.endsWith("\n") ? 2 : 1); text[at] === "\\"; at--) slashes++;
  const start = `${ended ? "" : "\n"}${slashes % 2 === 1 ? "\n" : ""}`;
  return {
    span: { start: text.length, end: text.length },
    text: `${start}${lines.map((line) => `${line}\n`).join("")}`,
  };
}
