// apt.conf(5): text -> statements with places, and edits of values. Not the merged configuration (apt-tree.ts).
import type { Edit } from "../core/edit.js";
import type { Span } from "../core/source.js";
import { type Char, contentLines, quotedWords, quoteWord, spanOf, stripped, type Word } from "./apt-words.js";

interface Place {
  readonly line: number;
  /** From the name to the mark that ends the statement. */
  readonly span: Span;
}
export type AptStatement =
  /** `name` is full, with those of the blocks around it; it ends with `::` for an item of a list. */
  | (Place & {
      readonly kind: "set";
      readonly name: string;
      readonly value: string;
      readonly valueSpan: Span;
    })
  | (Place & { readonly kind: "clear"; readonly name: string })
  | (Place & { readonly kind: "include"; readonly path: string });

export interface AptConf {
  readonly statements: readonly AptStatement[];
  /** apt refuses to work with such a file; what stands before it has taken effect. */
  readonly problem?: { readonly message: string; readonly line: number };
}

interface Words {
  readonly tag: string;
  readonly word: Word | undefined;
  readonly junk: boolean;
}

/** The words of one statement that `mark` ends; undefined where a quote is not closed. */
function wordsOf(chars: readonly Char[], mark: string): Words | undefined {
  const tag = quoteWord(chars, 0);
  if (tag === undefined) return undefined;
  const word = quotedWords(chars, tag.next) ?? quoteWord(chars, tag.next);
  const junk = (word ?? tag).next < chars.length;
  // A word alone is an item of a list.
  return word === undefined && mark !== "{" ? { tag: "", word: tag, junk } : { tag: tag.text, word, junk };
}

class Parser {
  readonly statements: AptStatement[] = [];
  problem: { readonly message: string; readonly line: number } | undefined;
  private buffer: Char[] = [];
  private parent = "";
  private readonly stack: string[] = [];

  /** False where apt stops. */
  line(chars: readonly Char[], line: number): boolean {
    let quoted = false;
    let start = 0;
    for (const [index, { char }] of chars.entries()) {
      if (char === '"') quoted = !quoted;
      if (quoted || (char !== "{" && char !== ";" && char !== "}")) continue;
      this.keep(chars.slice(start, index));
      start = index + 1;
      if (!this.end(char, line)) return false;
    }
    this.keep(chars.slice(start));
    return true;
  }

  finish(line: number): AptConf {
    if (this.problem === undefined && this.buffer.length > 0)
      this.fail("text after the last statement", line);
    return { statements: this.statements, ...(this.problem === undefined ? {} : { problem: this.problem }) };
  }

  private keep(chars: readonly Char[]): void {
    const rest = stripped(chars);
    if (rest.length > 0 && this.buffer.length > 0)
      this.buffer.push({ char: " ", at: this.buffer.at(-1)?.at ?? 0 });
    for (const char of rest) this.buffer.push(char);
  }

  private fail(message: string, line: number): false {
    this.problem = { message, line };
    return false;
  }

  private up(): void {
    this.parent = this.stack.pop() ?? "";
  }

  private end(mark: string, line: number): boolean {
    if (this.buffer.length === 0) {
      if (mark === "{") return this.fail("a block without a name", line);
      if (mark === "}") this.up();
      return true;
    }
    const words = wordsOf(this.buffer, mark);
    if (words === undefined) return this.fail("a quotation mark without its pair", line);
    if (words.junk) return this.fail("text after the value", line);
    const span = spanOf(this.buffer, 0, this.buffer.length);
    this.buffer = [];
    let { tag } = words;
    if (mark === "{") {
      if (this.stack.length >= depthLimit) return this.fail("blocks nested too deep", line);
      this.stack.push(this.parent);
      this.parent = this.parent === "" ? tag : `${this.parent}::${tag}`;
      tag = "";
    }
    if (!this.statement(tag, mark, words.word, { line, span })) return false;
    if (mark === "}") this.up();
    return true;
  }

  private statement(tag: string, mark: string, word: Word | undefined, place: Place): boolean {
    if (tag.startsWith("#")) {
      if (this.parent !== "") return this.fail("a directive inside a block", place.line);
      return this.directive(tag, word?.text ?? "", place);
    }
    if (word === undefined) return true;
    if (tag === "" && word.text === "#clear") return this.fail("#clear without a name", place.line);
    const inner = mark === "{" ? this.parent : `${this.parent}::${tag}`;
    const name = this.parent === "" ? tag : inner;
    this.statements.push({ kind: "set", name, value: word.text, valueSpan: word.span, ...place });
    return true;
  }

  private directive(tag: string, word: string, place: Place): boolean {
    if (tag === "#clear") this.statements.push({ kind: "clear", name: word, ...place });
    else if (tag === "#include") this.statements.push({ kind: "include", path: word, ...place });
    else if (tag !== "#x-apt-configure-index") return this.fail("an unknown directive", place.line);
    return true;
  }
}

/** Blocks within blocks; honest files have four. */
const depthLimit = 64;

/** Reads a file as apt does (apt.conf(5); ReadConfigFile of apt-pkg/contrib/configuration.cc). */
export function parseAptConf(text: string): AptConf {
  const parser = new Parser();
  let last = 1;
  for (const { line, chars } of contentLines(text)) {
    last = line;
    if (!parser.line(chars, line)) break;
  }
  return parser.finish(last);
}

/** The value of a statement put in place of what is there. */
export function aptValueEdit(statement: AptStatement & { readonly kind: "set" }, value: string): Edit {
  return { span: statement.valueSpan, text: `"${value}"` };
}

/** One statement to be added to a file. */
export function aptLine(name: string, value: string): string {
  return `${name} "${value}";\n`;
}
