// sysctl.d(5) and sysctl.conf(5): text -> assignments with spans, as systemd-sysctl or as procps' sysctl reads them, and
// edits. Knows no directory and no order of files.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { isWildcard } from "../core/wildcard.js";

/** The two programs differ in lines, blanks and signs. */
export type SysctlReader = "systemd" | "procps";

export interface SysctlEntry {
  /** Below /proc/sys: `net/ipv4/conf/all/rp_filter`; may be a pattern of glob(7). */
  readonly path: string;
  /** The same with every separator as it stands: how sysctl tells whether a pattern would set a key that is named. */
  readonly spelled: string;
  readonly wildcard: boolean;
  /** To the end of the line: there are no comments behind a value. Undefined for `-key`, which only takes the key out of patterns. */
  readonly value: string | undefined;
  readonly valueSpan: Span;
  readonly source: Source;
}

export interface SysctlFile {
  readonly entries: readonly SysctlEntry[];
  /** Lines that are no assignment. */
  readonly ignored: readonly Source[];
  /** The line at which systemd gives up: longer than it reads. Nothing behind it counts. */
  readonly cut: Source | undefined;
}

/** LONG_LINE_MAX of systemd. */
const longestLine = 1024 * 1024;

/**
 * Where the first separator is a dot, dots and slashes change places (`net.ipv4.conf.eth0/100.forwarding`); where it is
 * a slash, all stay.
 */
function withSlashes(key: string): string {
  if (/[./]/.exec(key)?.[0] !== ".") return key;
  return key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}

/** A key as the path below /proc/sys. */
export function sysctlPath(key: string): string {
  return withSlashes(key)
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** `net.ipv4.ip_forward` for `net/ipv4/ip_forward`. */
export function sysctlKey(path: string): string {
  return path.replace(/[./]/g, (separator) => (separator === "/" ? "." : "/"));
}

interface Line {
  readonly raw: string;
  readonly start: number;
  readonly number: number;
}

/** systemd ends lines at a carriage return and at NUL as well; numbers count line feeds all the same. */
function* linesOf(text: string, reader: SysctlReader): Generator<Line> {
  let number = 1;
  const ends = reader === "systemd" ? /[\n\r\0]/g : /\n/g;
  for (let start = 0; start <= text.length; ) {
    ends.lastIndex = start;
    const match = ends.exec(text);
    const end = match?.index ?? text.length;
    const whole = text.slice(start, end);
    const nul = whole.indexOf("\0");
    const raw = nul < 0 ? whole : whole.slice(0, nul);
    if (raw !== "") yield { raw, start, number };
    if (match?.[0] === "\n") number++;
    start = end + 1;
  }
}

const blanks: Readonly<Record<SysctlReader, RegExp>> = { systemd: /[ \t\n\r]/, procps: /[ \t\n\v\f\r]/ };

interface Piece {
  readonly text: string;
  readonly start: number;
}

function stripped({ text, start }: Piece, reader: SysctlReader): Piece {
  const blank = blanks[reader];
  let from = 0;
  let to = text.length;
  while (from < to && blank.test(text[from] ?? "")) from++;
  while (to > from && blank.test(text[to - 1] ?? "")) to--;
  return { text: text.slice(from, to), start: start + from };
}

/** The path that a program opens for a key, or undefined where it opens none. */
function pathOf(key: string, reader: SysctlReader): string | undefined {
  const path = sysctlPath(key);
  const parts = path.split("/");
  // systemd takes a separator at the end off, and refuses `..`; for procps the kernel does the one and not the other.
  if (reader === "systemd") return parts.includes("..") ? undefined : path;
  if (/[./]$/.test(key)) return undefined;
  const found: string[] = [];
  for (const part of parts) {
    if (part === "..") found.pop();
    else found.push(part);
  }
  return found.join("/");
}

/** The key's text without the minus that means "no error where this fails" or "not by a pattern". */
function bareKey(key: Piece, reader: SysctlReader): string {
  if (!key.text.startsWith("-")) return key.text;
  const rest = key.text.slice(1);
  // systemd strips blanks behind the minus, procps takes a second minus off.
  return reader === "systemd" ? stripped({ text: rest, start: 0 }, reader).text : rest.replace(/^-/, "");
}

function entryOf(line: Piece, source: Source, reader: SysctlReader): SysctlEntry | undefined {
  const equals = line.text.indexOf("=");
  if (equals < 0 && !line.text.startsWith("-")) return undefined;
  const key = stripped(
    { text: equals < 0 ? line.text : line.text.slice(0, equals), start: line.start },
    reader,
  );
  const bare = bareKey(key, reader);
  const path = pathOf(bare, reader);
  if (path === undefined || path === "") return undefined;
  const named = { path, spelled: withSlashes(bare), wildcard: isWildcard(path) };
  if (equals < 0) {
    const end = line.start + line.text.length;
    return { ...named, value: undefined, valueSpan: { start: end, end }, source };
  }
  const value = stripped({ text: line.text.slice(equals + 1), start: line.start + equals + 1 }, reader);
  // Of nothing but blanks the place right behind the sign is the value's.
  const start = value.text === "" ? line.start + equals + 1 : value.start;
  return { ...named, value: value.text, valueSpan: { start, end: start + value.text.length }, source };
}

/** Bytes count; only a long text has to be measured. */
function isTooLong(raw: string): boolean {
  return raw.length > longestLine / 4 && Buffer.byteLength(raw) >= longestLine;
}

/** Lines both programs end at the same place, with the same blanks around them. */
const apart = /[\r\0\v\f]/;

/** An entry that says the same to both programs: no minus, no separator at the end of its key and no `..` in it. */
function readAlike(text: string, { value }: SysctlEntry): boolean {
  if (value === undefined) return false;
  const key = text.slice(0, text.indexOf("=")).trim();
  return !/^-|[./]$|\.\.|\/\//.test(key);
}

/**
 * Reads a file the way `reader` does. An entry that is alike in `before`, the same text as the other program reads it, is
 * taken from there: most files say the same to both.
 */
export function parseSysctl(
  file: string,
  text: string,
  reader: SysctlReader,
  before?: SysctlFile,
): SysctlFile {
  const entries: SysctlEntry[] = [];
  const ignored: Source[] = [];
  const known = before === undefined || apart.test(text) ? [] : before.entries;
  let next = 0;
  for (const { raw, start, number } of linesOf(text, reader)) {
    const source = (): Source => ({
      file,
      line: number,
      span: { start, end: start + raw.length },
      text: raw,
    });
    if (reader === "systemd" && isTooLong(raw))
      return { entries, ignored, cut: { ...source(), text: `${raw.slice(0, 100)}…` } };
    while ((known[next]?.source.span.start ?? start) < start) next++;
    const same = known[next];
    if (same?.source.span.start === start && readAlike(raw, same)) {
      entries.push(same);
      continue;
    }
    const line = stripped({ text: raw, start }, reader);
    // procps skips what is shorter than two characters, its line feed among them.
    if (line.text === "" || line.text.startsWith("#") || line.text.startsWith(";")) continue;
    const entry = entryOf(line, source(), reader);
    if (entry === undefined) ignored.push(source());
    else entries.push(entry);
  }
  return { entries, ignored, cut: undefined };
}

/** Replaces the value and nothing else. */
export function replaceValue({ valueSpan }: SysctlEntry, value: string): Edit {
  return { span: valueSpan, text: value };
}

/** Adds an assignment at the end, ending the last line first where it is not ended. */
export function appendAssignment(text: string, key: string, value: string): Edit {
  const start = text === "" || text.endsWith("\n") ? "" : "\n";
  return { span: { start: text.length, end: text.length }, text: `${start}${key} = ${value}\n` };
}
