// The kernel's command line (bootparam(7)): text -> parameters with spans, as the kernel and as kmod read it.
import type { Span } from "../core/source.js";

export interface KernelParameter {
  /** As written; the kernel takes `-` and `_` in it for the same. */
  readonly name: string;
  /** Undefined where there is no `=`. */
  readonly value: string | undefined;
  readonly span: Span;
  readonly text: string;
}

export interface KernelCommandLine {
  /** Up to `--`: what follows is for process 1 and not the kernel's. */
  readonly parameters: readonly KernelParameter[];
  /** Every parameter of that name, `-` and `_` being one, in order. */
  all(name: string): readonly KernelParameter[];
  /** The last one, which is in force where the kernel keeps one value. */
  last(name: string): KernelParameter | undefined;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /[ \t\n\v\f\r\u00a0]/.test(character);
}

/** One word; spaces inside double quotes belong to it (next_arg() of lib/cmdline.c). */
function parameterAt(text: string, start: number): KernelParameter {
  let end = start;
  let equals = -1;
  for (let quoted = false; end < text.length; end++) {
    if (!quoted && isSpace(text[end])) break;
    if (equals < 0 && text[end] === "=") equals = end;
    if (text[end] === '"') quoted = !quoted;
  }
  const raw = text.slice(start, end);
  // A quote opens the whole word or the value; the one at the end goes with it.
  const whole = raw.startsWith('"');
  const from = start + (whole ? 1 : 0);
  const to = whole && raw.length > 1 && raw.endsWith('"') ? end - 1 : end;
  const shared = { span: { start, end }, text: raw };
  if (equals < 0) return { ...shared, name: text.slice(from, to), value: undefined };
  const value = text.slice(equals + 1, Math.max(to, equals + 1));
  const opened = value.startsWith('"');
  return {
    ...shared,
    name: text.slice(from, equals),
    value: opened ? value.slice(1).replace(/"$/, "") : value,
  };
}

function sameName(name: string): string {
  return name.replaceAll("-", "_");
}

/** Reads a command line as the kernel does. */
export function parseKernelCommandLine(text: string): KernelCommandLine {
  const [line = ""] = text.split("\0", 1);
  const parameters: KernelParameter[] = [];
  for (let at = 0; at < line.length; at++) {
    if (isSpace(line[at])) continue;
    const parameter = parameterAt(line, at);
    if (parameter.text === "--") break;
    parameters.push(parameter);
    at = parameter.span.end;
  }
  const all = (name: string) => parameters.filter((one) => sameName(one.name) === sameName(name));
  return { parameters, all, last: (name) => all(name).at(-1) };
}

export interface ModprobeParameter {
  readonly module: string;
  /** `option` or `option=value`. */
  readonly option: string;
  readonly span: Span;
}

type State = "ignore" | "module" | "option" | "value";

/** Bytes of /proc/cmdline that kmod reads. */
const kmodLimit = 4096;

/**
 * The `module.option=value` words of a command line as kmod reads them: it neither stops at `--` nor takes a quote
 * anywhere but around a value or before a module's name. A quote before the name is put before the value.
 */
export function parseModprobeParameters(text: string): readonly ModprobeParameter[] {
  const [line = ""] = text.slice(0, kmodLimit - 1).split("\0", 1);
  const found: ModprobeParameter[] = [];
  let state: State = "module";
  let start = 0;
  let dot = 0;
  let equals = -1;
  let quoted = false;
  let quoteFirst = false;
  for (let at = 0; at <= line.length; at++) {
    const sign = line[at];
    if (sign === '"') {
      quoted = !quoted;
      if (quoted && state === "module" && at === start) {
        quoteFirst = true;
        start = at + 1;
      } else if (state !== "value") state = "ignore";
    } else if (sign === undefined || /[ \t\n\v\f\r]/.test(sign)) {
      // A quote that never closes swallows the rest.
      if (quoted) state = state === "value" ? "value" : "ignore";
      else {
        if (state === "value" || state === "option")
          found.push(modprobeParameter(line, { start, dot, equals, end: at, quoteFirst }));
        state = "module";
        start = at + 1;
        equals = -1;
        quoteFirst = false;
      }
    } else if (sign === ".") {
      if (state === "module") {
        dot = at;
        state = "option";
      } else if (state === "option") state = "ignore";
    } else if (sign === "=") {
      if (state === "option") {
        equals = at;
        state = "value";
      } else if (state === "module") state = "ignore";
    }
  }
  return found;
}

interface Marks {
  readonly start: number;
  readonly dot: number;
  readonly equals: number;
  readonly end: number;
  readonly quoteFirst: boolean;
}

function modprobeParameter(line: string, { start, dot, equals, end, quoteFirst }: Marks): ModprobeParameter {
  const option = line.slice(dot + 1, end);
  const moved =
    quoteFirst && equals > 0 ? `${line.slice(dot + 1, equals + 1)}"${line.slice(equals + 1, end)}` : option;
  return { module: line.slice(start, dot), option: moved, span: { start, end } };
}
