// Lexical rules of sudoers inside quoted strings and inside the arguments of a command.
import type { SudoersLexer } from "./sudoers-lexer.js";
import { type Rule, taken } from "./sudoers-rule.js";
import { argumentEnd, blanksEnd, continuationEnd, newlineEnd, patternBodyEnd } from "./sudoers-scan.js";

/** A part of a quoted string that is kept as it is. */
function stringPart(lexer: SudoersLexer, text: string): undefined {
  lexer.string?.parts.push(text);
}

function stringBodyEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    const character = text[end];
    if (character === undefined || '"\r\n\0'.includes(character)) return end;
    if (character !== "\\") end++;
    else if (text[end + 1] === '"') end += 2;
    else return end;
  }
}

export const stringRules: readonly Rule[] = [
  {
    modes: ["string"],
    end: ({ text }, at) => {
      const end = continuationEnd(text, at);
      return end === at ? at : blanksEnd(text, end);
    },
    take: (lexer) => {
      lexer.continueLine();
      return undefined;
    },
  },
  {
    modes: ["string"],
    end: ({ text }, at) => (text[at] === '"' ? at + 1 : at),
    take: (lexer) => lexer.closeString(),
  },
  {
    modes: ["string"],
    // A backslash is special in front of a quotation mark only.
    end: ({ text }, at) => (text[at] === "\\" ? at + 1 : at),
    take: (lexer) => stringPart(lexer, "\\"),
  },
  {
    modes: ["string"],
    end: ({ text }, at) => stringBodyEnd(text, at),
    take: (lexer, start) => stringPart(lexer, taken(lexer, start).replaceAll('\\"', '"')),
  },
  {
    modes: ["string"],
    end: ({ text }, at) => newlineEnd(text, at),
    take: (lexer, start) => {
      lexer.string = undefined;
      lexer.mode = "plain";
      lexer.giveBack(start);
      return lexer.token("error", "unexpected line break in string");
    },
  },
];

const globEscapes = new Set("*?[]!");
const patternEscapes = new Set("*?[]!^");
const listEscapes = new Set(":\\,= \t#");
const argumentStops = new Set("#:,=\r\n\0");

function escapeEnd(text: string, at: number, escaped: ReadonlySet<string>): number {
  return text[at] === "\\" && escaped.has(text[at + 1] ?? "") ? at + 2 : at;
}

export const argumentRules: readonly Rule[] = [
  {
    modes: ["arguments"],
    // Escapes of the pattern language are left for it.
    end: ({ text, dialect }, at) => escapeEnd(text, at, dialect.patterns ? patternEscapes : globEscapes),
    take: (lexer, start) => {
      lexer.argument(taken(lexer, start), lexer.sawBlank);
      return undefined;
    },
  },
  {
    modes: ["arguments"],
    end: ({ text }, at) => escapeEnd(text, at, listEscapes),
    take: (lexer, start) => {
      lexer.argument(taken(lexer, start).slice(1), lexer.sawBlank);
      return undefined;
    },
  },
  {
    modes: ["arguments"],
    end: ({ text }, at) => (argumentStops.has(text[at] ?? "") ? at + 1 : at),
    take: (lexer, start) => {
      lexer.giveBack(start);
      return lexer.closeCommand();
    },
  },
  {
    modes: ["arguments"],
    end: ({ text }, at) => argumentEnd(text, at),
    take: (lexer, start) => {
      const text = taken(lexer, start);
      if (lexer.dialect.patterns && text.startsWith("^") && lexer.command?.args.length === 0) {
        lexer.mode = "pattern";
        lexer.giveBack(start);
      } else lexer.argument(text, lexer.sawBlank);
      return undefined;
    },
  },
  {
    modes: ["pattern"],
    end: ({ text }, at) => (text[at] === "\\" && !"\r\n\0".includes(text[at + 1] ?? "\n") ? at + 2 : at),
    take: (lexer, start) => {
      lexer.argument(taken(lexer, start), false);
      return undefined;
    },
  },
  {
    modes: ["pattern"],
    end: ({ text }, at) => ("#\r\n\0".includes(text[at] ?? "#") ? at + 1 : at),
    take: (lexer, start) => {
      lexer.command = undefined;
      lexer.mode = "plain";
      lexer.giveBack(start);
      return lexer.token("error", "unterminated regular expression");
    },
  },
  {
    modes: ["pattern"],
    end: ({ text }, at) => (text[at] === "$" ? at + 1 : at),
    take: (lexer) => {
      lexer.argument("$", false);
      lexer.continued = false;
      return lexer.closeCommand();
    },
  },
  {
    modes: ["pattern"],
    end: ({ text }, at) => patternBodyEnd(text, at),
    take: (lexer, start) => {
      const text = taken(lexer, start);
      const part = lexer.continued ? text.slice(blanksEnd(text, 0)) : text;
      lexer.continued = false;
      if (part !== "") lexer.argument(part, false);
      return undefined;
    },
  },
];
