// The words of an ExecStart= or Environment= value: quoting, escapes, $VARIABLES (systemd.syntax(7), systemd.service(5)
// "Command lines"). Looks up no variable's file and expands no % specifier.
import { type Traced, tracedSlice } from "./traced.js";

export interface Word extends Traced {
  /** Where it stands in the text it was split from, quotes included. */
  readonly start: number;
  readonly end: number;
}

export type Words =
  | { readonly state: "ok"; readonly words: readonly Word[] }
  | { readonly state: "error"; readonly message: string; readonly words: readonly Word[] };

interface Rules {
  /** C escapes such as \n and \x20; else a backslash only takes the next character as it is. */
  readonly escapes: boolean;
  /** An open quote ends with the text instead of spoiling it. */
  readonly relaxed: boolean;
}

const separators = " \t\n\r";
const simple: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
  s: " ",
};

/** The escape after a backslash at `at`: what it stands for and its length; undefined for one systemd does not know. */
function escapeAt(text: string, at: number): { readonly text: string; readonly length: number } | undefined {
  const letter = text[at] ?? "";
  if (Object.hasOwn(simple, letter)) return { text: simple[letter] ?? "", length: 1 };
  const digits = { x: 2, u: 4, U: 8 }[letter];
  const hex = digits === undefined ? "" : text.slice(at + 1, at + 1 + digits);
  if (digits !== undefined && hex.length === digits && /^[0-9a-fA-F]+$/.test(hex)) {
    const code = Number.parseInt(hex, 16);
    if (code === 0 || code > 0x10ffff) return undefined;
    return { text: String.fromCodePoint(code), length: 1 + digits };
  }
  const octal = /^[0-7]{3}/.exec(text.slice(at, at + 3))?.[0];
  const code = octal === undefined ? 0 : Number.parseInt(octal, 8);
  return code > 0 && code < 256 ? { text: String.fromCharCode(code), length: 3 } : undefined;
}

class Splitter {
  private readonly text: string;
  private position = 0;

  constructor(
    private readonly traced: Traced,
    private readonly rules: Rules,
  ) {
    this.text = traced.text;
  }

  get at(): number {
    return this.position;
  }

  skip(count: number): void {
    this.position += count;
  }

  /** Skips separators; true when something is left. */
  more(): boolean {
    while (this.position < this.text.length && separators.includes(this.text[this.position] ?? ""))
      this.position++;
    return this.position < this.text.length;
  }

  /** The next word, or what is wrong with it. Quotes may open anywhere in a word. */
  word(): Word | string {
    const start = this.position;
    const parts: string[] = [];
    const at: number[] = [];
    let quote = "";
    const put = (text: string, from: number) => {
      parts.push(text);
      for (let count = 0; count < text.length; count++) at.push(this.traced.at[from] ?? 0);
    };
    for (; this.position < this.text.length; this.position++) {
      const here = this.position;
      const character = this.text[here] ?? "";
      if (character === "\\") {
        this.escape(put);
      } else if (quote !== "") {
        if (character === quote) quote = "";
        else put(character, here);
      } else if (character === "'" || character === '"') quote = character;
      else if (separators.includes(character)) break;
      else put(character, here);
    }
    if (quote !== "" && !this.rules.relaxed) return "a quote is not closed";
    return { text: parts.join(""), at, start, end: this.position };
  }

  private escape(put: (text: string, from: number) => void): void {
    const here = this.position;
    if (here + 1 >= this.text.length) {
      if (this.rules.escapes) put("\\", here);
      return;
    }
    const known = this.rules.escapes ? escapeAt(this.text, here + 1) : undefined;
    if (known !== undefined) {
      put(known.text, here);
      this.position += known.length;
    } else {
      // An unknown escape stays as it is written (systemd warns and goes on).
      if (this.rules.escapes) put("\\", here);
      put(this.text[here + 1] ?? "", here + 1);
      this.position++;
    }
  }
}

/** Words separated by white space, quotes and escapes resolved. */
export function splitWords(traced: Traced, rules: Rules = { escapes: true, relaxed: false }): Words {
  const splitter = new Splitter(traced, rules);
  const words: Word[] = [];
  while (splitter.more()) {
    const word = splitter.word();
    if (typeof word === "string") return { state: "error", message: word, words };
    words.push(word);
  }
  return { state: "ok", words };
}

export interface Command {
  /** `-` `@` `:` `+` `!` `|` before the program. */
  readonly prefix: string;
  /** The program first; with the prefix `@` the name given to it second. */
  readonly words: readonly Word[];
}
export type Commands =
  | { readonly state: "ok"; readonly commands: readonly Command[] }
  | { readonly state: "error"; readonly message: string };

/** The commands of one ExecStart= value: a word `;` separates them, `\;` is a semicolon as a word. */
export function splitCommands(traced: Traced): Commands {
  const splitter = new Splitter(traced, { escapes: true, relaxed: false });
  const commands: Command[] = [];
  let words: Word[] = [];
  while (splitter.more()) {
    const here = splitter.at;
    const lone = /^\\?;(?=[ \t\n\r]|$)/.exec(traced.text.slice(here, here + 3))?.[0];
    if (lone === "\\;" && words.length > 0) {
      words.push({ ...tracedSlice(traced, here + 1, here + 2), start: here, end: here + 2 });
      splitter.skip(2);
    } else if (lone === ";" && words.length > 0) {
      commands.push(command(words));
      words = [];
      splitter.skip(1);
    } else {
      const word = splitter.word();
      if (typeof word === "string") return { state: "error", message: word };
      words.push(word);
    }
  }
  if (words.length > 0) commands.push(command(words));
  return { state: "ok", commands };
}

function command(words: readonly Word[]): Command {
  const [first, ...rest] = words;
  if (first === undefined) return { prefix: "", words };
  const prefix = /^[-@:+!|]*/.exec(first.text)?.[0] ?? "";
  const program = { ...first, ...tracedSlice(first, prefix.length), start: first.start + prefix.length };
  return { prefix, words: [program, ...rest] };
}
