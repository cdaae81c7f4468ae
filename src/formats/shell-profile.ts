// What a login script plainly sets: variables and umask, with their places. What stands in conditions is marked, not decided.
import type { Source, Span } from "../core/source.js";
import { type ShellCommand, type ShellWord, shellCommands } from "./shell-words.js";
import { LineIndex } from "./traced.js";

export interface ShellSetting {
  /** A variable's name, or `umask`. */
  readonly name: string;
  /** As written, without quotes; undefined where an expansion decides. */
  readonly value: string | undefined;
  readonly raw: string;
  readonly valueSpan: Span;
  readonly conditional: boolean;
  /** Offset of the end of the line that it stands on. */
  readonly lineEnd: number;
  readonly source: Source;
}

export interface ShellProfile {
  readonly settings: readonly ShellSetting[];
  /** Variables made read-only, or exported, by plain commands. */
  readonly readonly: ReadonlySet<string>;
  readonly exported: ReadonlySet<string>;
}

const assignment = /^([A-Za-z_]\w*)\+?=/;
const declarations = new Set(["export", "readonly", "declare", "typeset", "local"]);

interface Declared {
  readonly isReadonly: boolean;
  readonly isExported: boolean;
  readonly words: readonly ShellWord[];
}

/** A declaration's flags and operands; a plain assignment has neither. */
function declared({ words }: ShellCommand): Declared {
  const name = words[0]?.raw ?? "";
  if (!declarations.has(name)) return { isReadonly: false, isExported: false, words };
  const rest = words.slice(1);
  const flags = rest.filter(({ raw }) => /^-[A-Za-z]+$/.test(raw)).map(({ raw }) => raw);
  const has = (flag: string) => flags.some((one) => one.includes(flag));
  return {
    isReadonly: name === "readonly" || (name !== "export" && has("r")),
    isExported: name === "export" || (name !== "readonly" && has("x")),
    words: rest.filter(({ raw }) => !raw.startsWith("-")),
  };
}

class Reader {
  readonly settings: ShellSetting[] = [];
  readonly readonly = new Set<string>();
  readonly exported = new Set<string>();
  private readonly lines: LineIndex;

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {
    this.lines = new LineIndex(text);
  }

  take(command: ShellCommand): void {
    const [first, second] = command.words;
    if (first?.raw === "umask" && second !== undefined) {
      this.add("umask", second, second.raw, second.text, command);
      return;
    }
    const { words, isReadonly, isExported } = declared(command);
    // `A=1 command` sets A for the command alone.
    const isDeclaration = words !== command.words;
    if (!isDeclaration && !words.every(({ raw }) => assignment.test(raw))) return;
    for (const word of words) {
      const name = assignment.exec(word.raw)?.[1] ?? word.raw;
      if (!command.conditional && isReadonly) this.readonly.add(name);
      if (!command.conditional && isExported) this.exported.add(name);
      const equals = word.raw.indexOf("=");
      if (equals < 0) continue;
      const span = { start: word.span.start + equals + 1, end: word.span.end };
      const text = word.text?.slice(word.text.indexOf("=") + 1);
      this.add(name, { ...word, span }, word.raw.slice(equals + 1), text, command);
    }
  }

  private add(
    name: string,
    { span }: ShellWord,
    raw: string,
    value: string | undefined,
    { conditional }: ShellCommand,
  ): void {
    const source = this.lines.source(this.file, span);
    const newline = this.text.indexOf("\n", span.end);
    const lineEnd = newline < 0 ? this.text.length : newline;
    this.settings.push({ name, value, raw, valueSpan: span, conditional, lineEnd, source });
  }
}

/** Reads a login script such as /etc/profile. */
export function parseShellProfile(file: string, text: string): ShellProfile {
  const reader = new Reader(file, text);
  for (const command of shellCommands(text)) reader.take(command);
  const { settings, readonly, exported } = reader;
  return { settings, readonly, exported };
}
