// Simple commands of a shell script: text -> words with places and how deep in conditions they stand (sh(1), bash(1)).
// Evaluates nothing; a script cannot be judged further than its plain lines.
import type { Span } from "../core/source.js";

export interface ShellWord {
  /** As written. */
  readonly raw: string;
  /** Without quotes; undefined where an expansion decides. */
  readonly text: string | undefined;
  readonly span: Span;
}

export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** Inside a condition, loop, function or subshell, or behind `&&`, `||`, `|`: runs sometimes, or for others. */
  readonly conditional: boolean;
}

/** Depth of nesting followed; deeper text is taken as conditional and read on. */
const depthLimit = 200;

const openers: ReadonlyMap<string, string> = new Map([
  ["if", "fi"],
  ["for", "done"],
  ["select", "done"],
  ["while", "done"],
  ["until", "done"],
  ["case", "esac"],
  ["{", "}"],
]);
const closers = new Set(["fi", "done", "esac", "}"]);
/** Keywords after which another command follows on the same line. */
const leading = new Set([
  "if",
  "then",
  "elif",
  "else",
  "do",
  "while",
  "until",
  "!",
  "time",
  "{",
  "fi",
  "done",
  "esac",
  "}",
]);

class Scanner {
  readonly commands: ShellCommand[] = [];
  private at = 0;
  private words: ShellWord[] = [];
  private readonly open: string[] = [];
  private chained = false;
  private readonly heredocs: string[] = [];

  constructor(private readonly text: string) {}

  run(): readonly ShellCommand[] {
    while (this.at < this.text.length) this.step();
    this.end(false);
    return this.commands;
  }

  private step(): void {
    const { text } = this;
    const char = text[this.at] ?? "";
    const two = text.slice(this.at, this.at + 2);
    if (two === "\\\n") this.at += 2;
    else if (char === "\n") this.newline();
    else if (char === " " || char === "\t" || char === "\r") this.at++;
    else if (char === "#") this.at = this.lineEnd();
    else if (two === "&&" || two === "||") this.operator(2, true);
    else if (char === "|" || char === "&") this.operator(1, char === "|");
    else if (char === ";") this.operator(1, false);
    else if (char === "(") this.paren();
    else if (char === ")") this.closeParen();
    else if (char === "<" || char === ">") this.redirection();
    else this.words.push(this.word());
  }

  private lineEnd(): number {
    const end = this.text.indexOf("\n", this.at);
    return end < 0 ? this.text.length : end;
  }

  private newline(): void {
    this.end(false);
    this.at++;
    // The bodies of here-documents follow the line that names them.
    for (const mark of this.heredocs.splice(0)) {
      while (this.at < this.text.length) {
        const line = this.text.slice(this.at, this.lineEnd());
        this.at = Math.min(this.lineEnd() + 1, this.text.length);
        if (line.replace(/^\t+/, "") === mark) break;
      }
    }
  }

  private operator(length: number, chains: boolean): void {
    this.end(chains);
    this.at += length;
  }

  private paren(): void {
    // `name ()` defines a function, whose body is a group of its own.
    this.end(false);
    this.open.push(")");
    this.at++;
  }

  private closeParen(): void {
    this.end(false);
    // In a case a lone `)` ends a pattern.
    if (this.open.at(-1) === ")") this.open.pop();
    this.at++;
  }

  private redirection(): void {
    const operator = /^(?:<<-?|<<<|>>|[<>][&|]?|<>)/.exec(this.text.slice(this.at, this.at + 3))?.[0] ?? "<";
    this.at += operator.length;
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
    if (/[\n;|&()<>]/.test(this.text[this.at] ?? "\n")) return;
    const target = this.word();
    if (operator.startsWith("<<") && operator !== "<<<")
      this.heredocs.push(target.raw.replace(/["'\\]/g, ""));
  }

  private word(): ShellWord {
    const start = this.at;
    let plain: string | undefined = "";
    while (this.at < this.text.length && !/[\s;|&()<>]/.test(this.text[this.at] ?? "")) {
      const part: string | undefined = this.part();
      plain = plain === undefined || part === undefined ? undefined : plain + part;
    }
    // A character that starts nothing is a word of its own: the scan always goes on.
    if (this.at === start) this.at++;
    return { raw: this.text.slice(start, this.at), text: plain, span: { start, end: this.at } };
  }

  /** One character, or one quoted or expanded stretch; undefined where only the shell knows its text. */
  private part(): string | undefined {
    const { text } = this;
    const char = text[this.at] ?? "";
    if (char === "'") return this.until("'", 1);
    if (char === '"') return this.doubleQuoted();
    if (char === "\\") {
      this.at += 2;
      return text[this.at - 1] === "\n" ? "" : (text[this.at - 1] ?? "");
    }
    if (char === "`") {
      this.until("`", 1);
      return undefined;
    }
    if (char === "$") return this.expansion();
    this.at++;
    return char;
  }

  private until(mark: string, length: number): string {
    const from = this.at + length;
    const end = this.text.indexOf(mark, from);
    this.at = end < 0 ? this.text.length : end + mark.length;
    return this.text.slice(from, end < 0 ? undefined : end);
  }

  private doubleQuoted(): string | undefined {
    this.at++;
    let plain: string | undefined = "";
    while (this.at < this.text.length && this.text[this.at] !== '"') {
      const part: string | undefined = this.text[this.at] === "'" ? this.take() : this.part();
      plain = plain === undefined || part === undefined ? undefined : plain + part;
    }
    this.at++;
    return plain;
  }

  private take(): string {
    this.at++;
    return this.text[this.at - 1] ?? "";
  }

  private expansion(): string | undefined {
    const next = this.text[this.at + 1] ?? "";
    if (next === "(" || next === "{") this.balanced(next, next === "(" ? ")" : "}");
    else
      this.at +=
        1 + (/^(?:[A-Za-z_]\w*|.)/s.exec(this.text.slice(this.at + 1, this.at + 65))?.[0].length ?? 0);
    return undefined;
  }

  /** `$( … )` or `${ … }`, by counting; quotes inside are passed over. */
  private balanced(opens: string, closes: string): void {
    this.at += 2;
    for (let depth = 1; this.at < this.text.length && depth > 0; ) {
      const char = this.text[this.at] ?? "";
      if (char === "\\") this.at++;
      if (char === "'") {
        this.until("'", 1);
        continue;
      }
      if (char === opens) depth++;
      if (char === closes) depth--;
      this.at++;
    }
  }

  /** Ends the command being read; `chains`: what follows depends on it. */
  private end(chains: boolean): void {
    const all = this.words;
    this.words = [];
    let first = 0;
    for (let word = all[0]?.raw; word !== undefined; word = all[first]?.raw) {
      if (closers.has(word) && this.open.at(-1) === word) this.open.pop();
      const closer = openers.get(word);
      if (closer !== undefined && this.open.length < depthLimit) this.open.push(closer);
      // `function name {` has its brace behind the name.
      if (word === "function") first++;
      else if (!leading.has(word)) break;
      first++;
    }
    const words = all.slice(first);
    if (words.length > 0)
      this.commands.push({ words, conditional: this.open.length > 0 || this.chained || chains });
    this.chained = chains;
  }
}

/** The simple commands of a script, in order. Never throws; linear in the text. */
export function shellCommands(text: string): readonly ShellCommand[] {
  return new Scanner(text).run();
}
