// apt.conf(5) before it has a meaning: lines without comments, and words with their places. Not statements (apt-conf.ts).
import type { Span } from "../core/source.js";

/** A character of a statement and where it stood: comments and line ends between them are gone. */
export interface Char {
  readonly char: string;
  readonly at: number;
}

const blank = /^[\t-\r ]$/;

function isBlank(char: Char | undefined): boolean {
  return char !== undefined && blank.test(char.char);
}

export function stripped(chars: readonly Char[]): readonly Char[] {
  let [start, end] = [0, chars.length];
  while (start < end && isBlank(chars[start])) start++;
  while (end > start && isBlank(chars[end - 1])) end--;
  return chars.slice(start, end);
}

const directive = /^(?:clear|include|x-apt-configure-index)/;

/** Where a line comment starts: `//`, or `#` that is no directive, outside of quotes. */
function lineComment(text: string, start: number, end: number): number {
  let quoted = false;
  let hash = end;
  for (let at = start; at < end; at++) {
    if (text[at] === '"') quoted = !quoted;
    if (quoted) continue;
    if (text.startsWith("//", at)) return Math.min(at, hash);
    if (text[at] === "#" && hash === end && !directive.test(text.slice(at + 1, at + 24))) hash = at;
  }
  return hash;
}

/** The text of each line without its comments, as apt's reader sees it. */
export function* contentLines(
  text: string,
): Generator<{ readonly line: number; readonly chars: readonly Char[] }> {
  let inComment = false;
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const gap = text.indexOf("\n", start);
    const end = gap < 0 ? text.length : gap;
    let from = start;
    start = end + 1;
    if (inComment) {
      const close = text.indexOf("*/", from);
      if (close < 0 || close >= end) continue;
      inComment = false;
      from = close + 2;
    }
    const to = lineComment(text, from, end);
    const chars: Char[] = [];
    let quoted = false;
    for (let at = from; at < to; at++) {
      const char = text[at] ?? "";
      if (char === '"') quoted = !quoted;
      if (!quoted && text.startsWith("/*", at) && at + 1 < to) {
        const close = text.indexOf("*/", at + 2);
        inComment = close < 0 || close + 2 > to;
        if (inComment) break;
        at = close + 1;
        continue;
      }
      // apt turns a tab into eight blanks, inside quotes too.
      for (let times = char === "\t" ? 8 : 1; times > 0; times--)
        chars.push({ char: char === "\t" ? " " : char, at });
    }
    const content = stripped(chars);
    if (content.length > 0) yield { line, chars: content };
  }
}

export interface Word {
  readonly text: string;
  readonly span: Span;
  /** Index after the word and the blanks that follow. */
  readonly next: number;
}

export function spanOf(chars: readonly Char[], start: number, end: number): Span {
  return { start: chars[start]?.at ?? 0, end: (chars[end - 1]?.at ?? -1) + 1 };
}

function indexOf(chars: readonly Char[], char: string, from: number): number {
  for (let at = from; at < chars.length; at++) if (chars[at]?.char === char) return at;
  return -1;
}

/** A word that may hold quotes, brackets and %XX (ParseQuoteWord of apt's strutl.cc). */
export function quoteWord(chars: readonly Char[], from: number): Word | undefined {
  let start = from;
  while (chars[start]?.char === " ") start++;
  let at = start;
  for (; at < chars.length && !isBlank(chars[at]); at++) {
    if (chars[at]?.char === '"') at = indexOf(chars, '"', at + 1);
    else if (chars[at]?.char === "[") at = indexOf(chars, "]", at + 1);
    if (at < 0) return undefined;
  }
  if (at === start) return undefined;
  const raw = chars.slice(start, at).map(({ char }) => char);
  const text = raw
    .join("")
    .replaceAll('"', "")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  let next = at;
  while (isBlank(chars[next])) next++;
  return { text, span: spanOf(chars, start, at), next };
}

/** Quoted texts one after another, the blanks between them as one (ParseCWord of apt's strutl.cc); all up to the end. */
export function quotedWords(chars: readonly Char[], from: number): Word | undefined {
  let text = "";
  if (chars.length - from >= 1024) return undefined;
  let start = from;
  while (chars[start]?.char === " ") start++;
  if (start >= chars.length) return undefined;
  for (let at = start; at < chars.length; at++) {
    if (chars[at]?.char === '"') {
      const close = indexOf(chars, '"', at + 1);
      if (close < 0) return undefined;
      text += chars
        .slice(at + 1, close)
        .map(({ char }) => char)
        .join("");
      at = close;
    } else if (!isBlank(chars[at])) return undefined;
    else if (!isBlank(chars[at - 1])) text += " ";
  }
  return { text, span: spanOf(chars, start, chars.length), next: chars.length };
}
