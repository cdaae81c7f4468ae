// The files of Linux-PAM -> lines with their places: type, control, module, arguments, includes. Follows no include.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";

export const pamTypes = ["auth", "account", "password", "session"] as const;
export type PamType = (typeof pamTypes)[number];

/** What a module's answer does to the stack: `required` and its kin, or a table from answers to actions. */
export type PamControl =
  | { readonly kind: "word"; readonly word: "required" | "requisite" | "sufficient" | "optional" }
  | { readonly kind: "table"; readonly actions: ReadonlyMap<string, string> }
  | { readonly kind: "include"; readonly word: "include" | "substack" };

export interface PamRule {
  readonly kind: "rule";
  readonly type: PamType;
  /** `-auth`: a missing module is not logged. */
  readonly quiet: boolean;
  readonly control: PamControl;
  /** The module as written, or the service or file that an include names. */
  readonly module: string;
  readonly args: readonly string[];
  readonly source: Source;
}

/** `@include FILE`: all types of another file. */
export interface PamInclude {
  readonly kind: "include";
  readonly file: string;
  readonly source: Source;
}

/** A line that Linux-PAM cannot use; for it that is a module that fails. */
export interface PamBroken {
  readonly kind: "broken";
  readonly why: string;
  readonly type: PamType | undefined;
  readonly source: Source;
}

export type PamLine = PamRule | PamInclude | PamBroken;

/** Characters of one joined line that Linux-PAM reads (pam.conf(5) names no limit; its buffer is 1024, later larger). */
const lineLimit = 64 * 1024;

interface Joined {
  readonly text: string;
  readonly span: Span;
  readonly line: number;
}

/** Logical lines: comments cut off, a backslash at the end of a line taken as a blank (pam.conf(5)). */
function joined(text: string): readonly Joined[] {
  const found: Joined[] = [];
  let parts: string[] = [];
  let [start, first, offset] = [0, 0, 0];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/\r$/, "");
    const comment = /(?<!\\)#/.exec(line)?.index;
    const bare = comment === undefined ? line : line.slice(0, comment);
    if (parts.length === 0) [start, first] = [offset, index + 1];
    const continued = comment === undefined && bare.endsWith("\\");
    parts.push(continued ? `${bare.slice(0, -1)} ` : bare);
    offset += raw.length + 1;
    if (continued) continue;
    const whole = parts.join("");
    if (whole.trim() !== "")
      found.push({ text: whole, span: { start, end: offset - 1 - (raw.length - line.length) }, line: first });
    parts = [];
  }
  const rest = parts.join("");
  if (rest.trim() !== "") found.push({ text: rest, span: { start, end: text.length }, line: first });
  return found;
}

/** Words of a line; `[a b]` is one word, with `\]` for a bracket in it (pam.conf(5)). */
function words(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at] ?? "")) {
      at++;
      continue;
    }
    let end = at;
    if (text[at] === "[") {
      end++;
      while (end < text.length && text[end] !== "]")
        end += text[end] === "\\" && text[end + 1] === "]" ? 2 : 1;
      found.push(`${text.slice(at, end).replaceAll("\\]", "]")}]`);
      at = end + 1;
      continue;
    }
    while (end < text.length && !/\s/.test(text[end] ?? "")) end++;
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

function controlOf(word: string): PamControl | undefined {
  const lower = word.toLowerCase();
  if (lower === "include" || lower === "substack") return { kind: "include", word: lower };
  const plain = (["required", "requisite", "sufficient", "optional"] as const).find((one) => one === lower);
  if (plain !== undefined) return { kind: "word", word: plain };
  if (!word.startsWith("[")) return undefined;
  const pairs = word
    .slice(1, -1)
    .split(/\s+/)
    .filter((pair) => pair !== "");
  const actions = new Map<string, string>();
  for (const pair of pairs) {
    const match = /^([a-z_]+)=([a-z]+|\d{1,6})$/.exec(pair);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    actions.set(match[1], match[2]);
  }
  return { kind: "table", actions };
}

function parseLine(fields: readonly string[], source: Source): PamLine {
  const [first = "", control = "", module = "", ...args] = fields;
  if (first.toLowerCase() === "@include")
    return control === ""
      ? { kind: "broken", why: "@include names no file", type: undefined, source }
      : { kind: "include", file: control, source };
  const quiet = first.startsWith("-");
  const type = pamTypes.find((one) => one === (quiet ? first.slice(1) : first).toLowerCase());
  const broken = (why: string): PamBroken => ({ kind: "broken", why, type, source });
  if (type === undefined) return broken("it starts with no type of management group");
  const action = controlOf(control);
  if (action === undefined) return broken("its control value is unknown");
  if (module === "") return broken("it names no module");
  // In an argument in brackets the brackets are no part of it.
  const plain = args.map((arg) => (arg.startsWith("[") ? arg.slice(1, -1) : arg));
  return { kind: "rule", type, quiet, control: action, module, args: plain, source };
}

/** The lines of one file under pam.d (pam.conf(5), pam.d(5)). Never throws. */
export function parsePam(file: string, text: string): readonly PamLine[] {
  const lines = text.split("\n");
  return joined(text).map(({ text: whole, span, line }) => {
    const source = { file, line, span, text: (lines[line - 1] ?? "").replace(/\r$/, "") };
    if (whole.length > lineLimit) return { kind: "broken", why: "it is too long", type: undefined, source };
    return parseLine(words(whole), source);
  });
}

/** Another line in place of one, or before it. */
export function pamEdit(source: Source, text: string, before = false): Edit {
  if (!before) return { span: source.span, text };
  return { span: { start: source.span.start, end: source.span.start }, text: `${text}\n` };
}
