// fstab(5): text -> entries with lines, and edits of their options. What libmount leaves out is left out here as well.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { appended } from "./appended.js";
import { unmangle } from "./mountinfo.js";

export interface FstabEntry {
  readonly device: string;
  readonly point: string;
  readonly type: string;
  /** As written; empty where the field is missing. */
  readonly options: readonly string[];
  /** Of the options, or an empty span where they would be inserted. */
  readonly optionsSpan: Span;
  readonly source: Source;
}

export interface Fstab {
  readonly entries: readonly FstabEntry[];
  /** Lines that mount(8) passes over as errors: numbers from 1. */
  readonly unread: readonly number[];
}

interface Field {
  readonly text: string;
  readonly span: Span;
}

function fieldsOf(raw: string, start: number): readonly Field[] {
  return [...raw.matchAll(/[^ \t]+/g)].map((match) => ({
    text: match[0],
    span: { start: start + match.index, end: start + match.index + match[0].length },
  }));
}

/** A number where there is a field: libmount refuses the line otherwise. */
function isNumber(field: Field | undefined): boolean {
  return field === undefined || /^[+-]?\d+$/.test(field.text);
}

/** Commas inside double quotes belong to a value (SELinux categories). */
export function splitOptions(text: string): readonly string[] {
  return text.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];
}

function parseLine(fields: readonly Field[]): Omit<FstabEntry, "source"> | undefined {
  const [device, point, type, options, freq, pass] = fields;
  if (device === undefined || point === undefined || type === undefined) return undefined;
  if (!isNumber(freq) || !isNumber(pass)) return undefined;
  return {
    device: unmangle(device.text),
    point: unmangle(point.text),
    type: unmangle(type.text),
    options: options === undefined ? [] : splitOptions(options.text).map(unmangle),
    optionsSpan: options?.span ?? { start: type.span.end, end: type.span.end },
  };
}

/** Reads /etc/fstab. */
export function parseFstab(file: string, text: string): Fstab {
  const entries: FstabEntry[] = [];
  const unread: number[] = [];
  let start = 0;
  for (const [index, whole] of text.split("\n").entries()) {
    const raw = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    const fields = fieldsOf(raw, start);
    const source = { file, line: index + 1, span: { start, end: start + raw.length }, text: raw };
    start += whole.length + 1;
    if (fields.length === 0 || fields[0]?.text.startsWith("#")) continue;
    const entry = parseLine(fields);
    if (entry === undefined) unread.push(source.line);
    else entries.push({ ...entry, source });
  }
  return { entries, unread };
}

const opposites: ReadonlyMap<string, string> = new Map(
  [
    ["nodev", "dev"],
    ["nosuid", "suid"],
    ["noexec", "exec"],
    ["ro", "rw"],
    ["noauto", "auto"],
  ].flatMap(([off = "", on = ""]) => [
    [off, on],
    [on, off],
  ]),
);

/** Options that stand for others (mount(8)). */
const implied: ReadonlyMap<string, readonly string[]> = new Map([
  ["user", ["noexec", "nosuid", "nodev"]],
  ["users", ["noexec", "nosuid", "nodev"]],
  ["owner", ["nosuid", "nodev"]],
  ["group", ["nosuid", "nodev"]],
]);

/** `size` of `size=10%`; a plain option is its own key. */
function keyOf(option: string): string {
  const equals = option.indexOf("=");
  return equals < 0 ? option : option.slice(0, equals);
}

/** The options that hold after all of them, the later over the earlier. `defaults` takes none away. */
export function flagsOf(options: readonly string[]): ReadonlySet<string> {
  const flags = new Map<string, string>();
  for (const option of options.flatMap((one) => [...(implied.get(one) ?? []), one])) {
    const key = keyOf(option);
    flags.delete(opposites.get(key) ?? key);
    flags.set(key, option);
  }
  return new Set(flags.values());
}

/** `options` as written, changed so that `wanted` hold: last, behind `user` and its like, which bring flags of their own. */
export function joinFlags(options: readonly string[], wanted: readonly string[]): string {
  const moved = new Set(wanted.flatMap((flag) => [keyOf(flag), opposites.get(flag) ?? ""]));
  return [...options.filter((option) => !moved.has(keyOf(unmangle(option)))), ...wanted].join(",");
}

/** Edits that make `wanted` flags hold and leave the other options as they are; none where they hold already. */
export function withFlags(entry: FstabEntry, wanted: readonly string[]): readonly Edit[] {
  const holds = flagsOf(entry.options);
  if (wanted.every((flag) => holds.has(flag))) return [];
  const { start, end } = entry.optionsSpan;
  const from = entry.source.span.start;
  const options = joinFlags(splitOptions(entry.source.text.slice(start - from, end - from)), wanted);
  return [{ span: entry.optionsSpan, text: start === end ? ` ${options}` : options }];
}

/** One line for the end of an fstab whose text is `text`. */
export function appendLine(text: string, fields: readonly [string, string, string, string]): Edit {
  return appended(text, `${fields.join(" ")} 0 0`);
}
