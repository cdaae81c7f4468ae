// Sudoers text -> tokens, in the contexts sudo's own reader has. Knows no grammar (sudoers-parser.ts), resolves nothing.
import type { SudoersDialect } from "./sudoers-dialect.js";
import { rulesOf } from "./sudoers-rules.js";
import { isBlank } from "./sudoers-scan.js";
import type { Token, TokenKind } from "./sudoers-token.js";

/** Where the reader is: what an element means depends on it. */
export type Mode =
  | "plain"
  /** After `Defaults@…`: whom the settings are bound to. */
  | "scope"
  /** Before the name of a setting, and after it. */
  | "name"
  | "setting"
  | "string"
  /** After a command, and inside a regular expression for its arguments. */
  | "arguments"
  | "pattern"
  /** After `sha256`, after `CWD`, after `@include`. */
  | "digest"
  | "path"
  | "include";

interface OpenCommand {
  readonly start: number;
  readonly line: number;
  readonly path: string;
  readonly args: string[];
}

interface OpenString {
  readonly start: number;
  readonly line: number;
  readonly parts: string[];
}

export class SudoersLexer {
  readonly text: string;
  at = 0;
  line = 1;
  mode: Mode = "plain";
  /** The mode to go back to after a quoted string or a path. */
  back: Mode = "plain";
  /** No element starting here or before this has been taken from the line yet. */
  atLineStart = true;
  /** The current line goes on from the one before. */
  continued = false;
  sawBlank = false;
  digestBytes = 0;
  /** No regular expression starts before this offset. */
  patternFree = 0;
  command: OpenCommand | undefined;
  string: OpenString | undefined;
  private start = 0;

  constructor(
    text: string,
    readonly dialect: SudoersDialect,
  ) {
    // A last line without a line's end is read as if it had one.
    this.text = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  }

  next(): Token {
    for (;;) {
      if (this.at >= this.text.length) return this.token("end");
      const token = this.step();
      if (token !== undefined) return token;
    }
  }

  /** Applies the rule whose element is longest, the first of equals. */
  private step(): Token | undefined {
    this.start = this.at;
    let end = this.at;
    let best: ReturnType<typeof rulesOf>[number] | undefined;
    for (const rule of rulesOf(this.mode)) {
      const reach = rule.end(this, this.start);
      if (reach > end) {
        end = reach;
        best = rule;
      }
    }
    if (best === undefined) {
      this.move(this.start + 1);
      return this.token("error");
    }
    this.move(end);
    return best.take(this, this.start);
  }

  private move(end: number): void {
    this.at = end;
    this.atLineStart = this.text[end - 1] === "\n";
  }

  /** Past what a NUL byte hides of the line that it ended. */
  private passHidden(): void {
    if (this.text[this.at - 1] !== "\0") return;
    const next = this.text.indexOf("\n", this.at);
    this.move(next === -1 ? this.text.length : next + 1);
  }

  /** Gives back what was taken beyond `end`; what comes next does not start a line. */
  giveBack(end: number): void {
    this.at = end;
    this.atLineStart = false;
  }

  /** A token of the element just taken. */
  token(kind: TokenKind, value = this.text.slice(this.start, this.at)): Token {
    const { line } = this;
    return {
      kind,
      span: { start: this.start, end: this.at },
      line,
      mark: this.start,
      markLine: line,
      value,
      args: undefined,
    };
  }

  openCommand(path: string): void {
    this.command = { start: this.start, line: this.line, path, args: [] };
    this.mode = "arguments";
    this.sawBlank = false;
  }

  /** Adds to the arguments; after blanks a single space stands between. */
  argument(text: string, afterBlank: boolean): void {
    const args = this.command?.args ?? [];
    if (afterBlank && args.length > 0) args.push(" ");
    args.push(text);
    this.sawBlank = false;
  }

  closeCommand(): Token {
    const { command } = this;
    this.command = undefined;
    this.mode = "plain";
    const { start = this.start, line = this.line, path = "", args = [] } = command ?? {};
    return {
      kind: "command",
      span: { start, end: this.lastTaken(start) },
      line,
      mark: this.start,
      markLine: this.line,
      value: path,
      args: args.length === 0 ? undefined : args.join(""),
    };
  }

  /** The end of a command without the blanks and continuations before whatever ended it. */
  private lastTaken(start: number): number {
    let end = this.at;
    while (end > start && /[ \t\r\n]/.test(this.text[end - 1] ?? "")) {
      if (isBlank(this.text[end - 1]) && this.text[end - 2] === "\\") return end;
      end--;
      // The backslash of a continuation, not one that escapes a blank.
      if (this.text[end] === "\n" && this.text[end - 1] === "\\") end--;
    }
    return end;
  }

  openString(back: Mode): void {
    this.string = { start: this.start, line: this.line, parts: [] };
    this.back = back;
    this.mode = "string";
  }

  closeString(): Token {
    const { start = this.start, line = this.line, parts = [] } = this.string ?? {};
    this.string = undefined;
    this.mode = this.back;
    const value = parts.join("");
    const span = { start, end: this.at };
    const token = { span, line, mark: this.start, markLine: this.line, value, args: undefined };
    if (parts.length === 0) return { ...token, kind: "error", value: "empty string" };
    if (this.back === "setting") return { ...token, kind: "word" };
    if (value.startsWith("%"))
      return value === "%" || value === "%:"
        ? { ...token, kind: "error", value: "empty group" }
        : { ...token, kind: "group" };
    if (value.startsWith("+"))
      return value === "+"
        ? { ...token, kind: "error", value: "empty netgroup" }
        : { ...token, kind: "netgroup" };
    return { ...token, kind: "word" };
  }

  /** The line is over. */
  endLine(): Token {
    const token = this.token("newline");
    this.passHidden();
    this.line++;
    this.continued = false;
    this.mode = "plain";
    return token;
  }

  /** The line goes on in the next one. */
  continueLine(): void {
    this.passHidden();
    this.line++;
    this.continued = true;
  }
}
