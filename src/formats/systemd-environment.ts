// Files named by EnvironmentFile= (systemd.exec(5)): text -> variables with the places of their values. Not a shell's reading.
import type { Span } from "../core/source.js";
import type { Traced } from "./traced.js";

export interface Variable {
  readonly name: string;
  readonly value: Traced;
  /** From the name to the end of the value. */
  readonly span: Span;
}

const whitespace = " \t\n\r";
const newline = "\n\r";

type State =
  | "before"
  | "name"
  | "value-start"
  | "value"
  | "escape"
  | "single"
  | "double"
  | "double-escape"
  | "comment"
  | "comment-escape";

/** The state machine of systemd's env-file.c, one character at a time. */
class Reader {
  readonly variables: Variable[] = [];
  private state: State = "before";
  private name = "";
  private start = 0;
  private parts: string[] = [];
  private at: number[] = [];
  /** Characters kept when the value ends here: trailing white space outside quotes is not. */
  private kept = 0;

  constructor(private readonly commentsContinue: boolean) {}

  take(character: string, offset: number): void {
    switch (this.state) {
      case "before":
        if (character === "#" || character === ";") this.state = "comment";
        else if (!whitespace.includes(character)) this.open(character, offset);
        return;
      case "name":
        if (newline.includes(character)) this.state = "before";
        else if (character === "=") this.state = "value-start";
        else this.name += character;
        return;
      case "comment":
        if (character === "\\") this.state = "comment-escape";
        else if (newline.includes(character)) this.state = "before";
        return;
      case "comment-escape":
        // Up to 253 an escaped line end carried the comment on to the next line.
        this.state = newline.includes(character) && !this.commentsContinue ? "before" : "comment";
        return;
      default:
        this.takeValue(character, offset);
    }
  }

  finish(end: number): void {
    if (!["before", "name", "comment", "comment-escape"].includes(this.state)) this.push(end);
  }

  private open(character: string, offset: number): void {
    this.state = "name";
    this.name = character;
    this.start = offset;
    this.parts = [];
    this.at = [];
    this.kept = 0;
  }

  private takeValue(character: string, offset: number): void {
    switch (this.state) {
      case "value-start":
        if (newline.includes(character)) this.push(offset);
        else if (character === "'") this.state = "single";
        else if (character === '"') this.state = "double";
        else if (character === "\\") this.state = "escape";
        else if (!whitespace.includes(character)) {
          this.state = "value";
          this.put(character, offset);
        }
        return;
      case "value":
        if (newline.includes(character)) this.push(offset);
        else if (character === "\\") {
          this.kept = this.at.length;
          this.state = "escape";
        } else this.put(character, offset, !whitespace.includes(character));
        return;
      case "escape":
        this.state = "value";
        if (!newline.includes(character)) this.put(character, offset);
        return;
      case "single":
        if (character === "'") this.state = "value-start";
        else this.put(character, offset);
        return;
      case "double":
        if (character === '"') this.state = "value-start";
        else if (character === "\\") this.state = "double-escape";
        else this.put(character, offset);
        return;
      default:
        this.state = "double";
        if (!'"\\`$'.includes(character) && character !== "\n") this.put("\\", offset - 1);
        if (character !== "\n") this.put(character, offset);
    }
  }

  private put(character: string, offset: number, keep = true): void {
    this.parts.push(character);
    this.at.push(offset);
    if (keep) this.kept = this.at.length;
  }

  private push(end: number): void {
    this.state = "before";
    let length = this.name.length;
    while (length > 0 && whitespace.includes(this.name[length - 1] ?? "")) length--;
    const name = this.name.slice(0, length);
    // Names that no environment takes are dropped with a warning (env_name_is_valid).
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
    const value = { text: this.parts.slice(0, this.kept).join(""), at: this.at.slice(0, this.kept) };
    this.variables.push({ name, value, span: { start: this.start, end } });
  }
}

/**
 * The variables in the order of the file; of repeated names the last counts. `commentsContinue`: systemd before 254
 * reads the line after a comment that ends with a backslash as part of the comment.
 */
export function parseEnvironmentFile(text: string, commentsContinue = false): readonly Variable[] {
  const reader = new Reader(commentsContinue);
  // A NUL ends what systemd reads.
  const end = text.includes("\0") ? text.indexOf("\0") : text.length;
  for (let offset = 0; offset < end; offset++) reader.take(text[offset] ?? "", offset);
  reader.finish(end);
  return reader.variables;
}

/** Does the reading depend on the version of systemd? */
export function hasContinuedComment(text: string): boolean {
  return /^[ \t]*[#;].*\\\r?\n/m.test(text);
}
