// How sshd cuts a line of its configuration into words: the two manners it has had (misc.c: strdelim up to OpenSSH 8.6,
// argv_split since 8.7). Knows no keyword.
import type { Span } from "../core/source.js";

export interface SshdWord {
  /** Without quotes and escapes. */
  readonly text: string;
  /** As written, quotes included. */
  readonly span: Span;
}

export interface SshdWords {
  readonly words: readonly SshdWord[];
  /** False where a quote is never closed: words up to there. */
  readonly closed: boolean;
}

/** What separates words for strdelim. */
const blanks = " \t\r\n";

function skip(text: string, from: number, end: number, what: string): number {
  let at = from;
  while (at < end && what.includes(text.charAt(at))) at++;
  return at;
}

export interface Delimited {
  readonly text: string;
  readonly span: Span;
  /** Where the next word may start; undefined at the end of the line. */
  readonly next: number | undefined;
}

/**
 * One word as strdelim takes it: ended by white space or, with `equals`, by one `=`; a double quote anywhere starts a
 * part that runs to the next one and ends the word. Undefined where that quote is missing.
 */
export function delimited(text: string, start: number, end: number, equals: boolean): Delimited | undefined {
  let at = start;
  const stops = equals ? `${blanks}"=` : `${blanks}"`;
  while (at < end && !stops.includes(text.charAt(at))) at++;
  if (at >= end) return { text: text.slice(start, end), span: { start, end }, next: undefined };
  if (text[at] === '"') {
    const close = text.indexOf('"', at + 1);
    if (close < 0 || close >= end) return undefined;
    return {
      text: text.slice(start, at) + text.slice(at + 1, close),
      span: { start, end: close + 1 },
      next: skip(text, close + 1, end, blanks),
    };
  }
  const next = skip(text, at + 1, end, blanks);
  const equalsAfter = equals && text[at] !== "=" && next < end && text[next] === "=";
  return {
    text: text.slice(start, at),
    span: { start, end: at },
    next: equalsAfter ? skip(text, next + 1, end, blanks) : next,
  };
}

/** All words from `start` to `end` as strdelim takes them, empty ones included. */
export function delimitedWords(text: string, { start, end }: Span, equals: boolean): SshdWords {
  const words: SshdWord[] = [];
  for (let at: number | undefined = start; at !== undefined && at < end; ) {
    const word = delimited(text, at, end, equals);
    if (word === undefined) return { words, closed: false };
    words.push({ text: word.text, span: word.span });
    // Behind a quote or a `=` at the end there is one more word, an empty one.
    if (word.next !== undefined && word.next >= end) words.push({ text: "", span: { start: end, end } });
    at = word.next;
  }
  return { words, closed: true };
}

/** One word of argv_split from `start`, which is not white space. */
function splitOne(text: string, start: number, end: number): { word: SshdWord; closed: boolean } {
  const parts: string[] = [];
  let quote = "";
  let at = start;
  for (; at < end; at++) {
    const character = text.charAt(at);
    const following = at + 1 < end ? text.charAt(at + 1) : "";
    if (character === "\\") {
      const escapes = following === "'" || following === '"' || following === "\\";
      if (escapes || (quote === "" && following === " ")) at++;
      parts.push(text.charAt(at));
    } else if (quote === "" && (character === " " || character === "\t")) break;
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (quote !== "" && character === quote) quote = "";
    else parts.push(character);
  }
  return { word: { text: parts.join(""), span: { start, end: at } }, closed: quote === "" };
}

/** All words as argv_split takes them: single and double quotes, backslashes, an unquoted `#` at a start ends the line. */
export function argumentWords(text: string, { start, end }: Span): SshdWords {
  const words: SshdWord[] = [];
  for (let at = start; at < end; at++) {
    const character = text.charAt(at);
    if (character === " " || character === "\t") continue;
    if (character === "#") break;
    const { word, closed } = splitOne(text, at, end);
    if (!closed) return { words, closed: false };
    words.push(word);
    at = word.span.end;
  }
  return { words, closed: true };
}
