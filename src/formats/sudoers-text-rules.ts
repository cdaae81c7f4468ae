// Lexical rules of sudoers inside Defaults settings and include paths, and those of every context.
import { every, line, literal, named, open, type Rule, taken } from "./sudoers-rule.js";
import {
  blanksEnd,
  continuationEnd,
  isBlank,
  lineRest,
  nameEnd,
  newlineEnd,
  settingEnd,
  valueEnd,
} from "./sudoers-scan.js";
import { unescapeName } from "./sudoers-text.js";

export const settingRules: readonly Rule[] = [
  {
    modes: ["scope"],
    end: ({ text }, at) => {
      const comma = blanksEnd(text, at);
      return text[comma] === "," ? blanksEnd(text, comma + 1) : at;
    },
    take: (lexer) => lexer.token(","),
  },
  {
    modes: ["scope"],
    end: ({ text }, at) => blanksEnd(text, at),
    take: (lexer) => {
      lexer.mode = "name";
      return undefined;
    },
  },
  {
    modes: ["name"],
    end: ({ text }, at) => settingEnd(text, at),
    take: (lexer) => {
      lexer.mode = "setting";
      return lexer.token("setting");
    },
  },
  literal(["setting"], ",", ",", "name"),
  literal(["setting"], "=", "="),
  literal(["setting"], "+=", "+="),
  literal(["setting"], "-=", "-="),
  {
    modes: ["setting"],
    end: ({ text }, at) => (text[at] === '"' ? at + 1 : at),
    take: (lexer) => {
      lexer.openString("setting");
      return undefined;
    },
  },
  {
    modes: ["setting"],
    end: ({ text }, at) => valueEnd(text, at),
    take: (lexer, start) => lexer.token("word", unescapeName(taken(lexer, start))),
  },
];

/** The path of an include; in later releases a backslash keeps a blank in it. */
function includeEnd(text: string, at: number, escapes: boolean): number {
  let end = at;
  for (;;) {
    const character = text[end];
    if (character === undefined || character === "\0") return end;
    if (escapes && character === "\\" && isBlank(text[end + 1])) end += 2;
    else if (/\s/.test(character)) return end;
    else end++;
  }
}

export const includeRules: readonly Rule[] = [
  {
    modes: ["include"],
    end: ({ text, dialect }, at) =>
      dialect.atInclude && text[at] === '"' ? at : includeEnd(text, at, dialect.atInclude),
    take: (lexer, start) => {
      lexer.mode = "plain";
      const path = taken(lexer, start);
      return lexer.token(
        "word",
        lexer.dialect.atInclude ? unescapeName(path) : path.replace(/^"(.*)"$/, "$1"),
      );
    },
  },
];

export const sharedRules: readonly Rule[] = [
  {
    modes: ["plain", "scope", "include", "path"],
    end: ({ text, mode, dialect }, at) => {
      if (text[at] !== '"') return at;
      if (mode === "path") return dialect.quotedPaths ? at + 1 : at;
      return mode === "include" && !dialect.atInclude ? at : at + 1;
    },
    take: (lexer) => {
      lexer.openString(lexer.mode === "scope" ? "scope" : "plain");
      return undefined;
    },
  },
  {
    modes: named,
    end: ({ text }, at) => nameEnd(text, at),
    take: (lexer, start) => lexer.token("word", unescapeName(taken(lexer, start))),
  },
  literal(open, "(", "("),
  literal(open, ")", ")"),
  literal(open, ",", ","),
  literal(open, "=", "="),
  literal(open, ":", ":"),
  {
    modes: every,
    end: ({ text }, at) => {
      let end = at;
      while (text[end] === "!") end++;
      return end;
    },
    // Two cancel each other out.
    take: (lexer, start) => ((lexer.at - start) % 2 === 1 ? lexer.token("!") : undefined),
  },
  { modes: every, end: ({ text }, at) => newlineEnd(text, at), take: (lexer) => lexer.endLine() },
  {
    modes: every,
    end: ({ text }, at) => blanksEnd(text, at),
    take: (lexer) => {
      lexer.sawBlank = true;
      return undefined;
    },
  },
  {
    modes: every,
    end: ({ text }, at) => continuationEnd(text, at),
    take: (lexer) => {
      lexer.sawBlank = true;
      lexer.continueLine();
      return undefined;
    },
  },
  {
    modes: [...line, "name", "setting"],
    end: ({ text }, at) => {
      if (text[at] !== "#") return at;
      // `#5` and `#-5` are ids, `#-` alone is nothing: neither makes a comment.
      const dash = text[at + 1] === "-" ? 1 : 0;
      const first = text[at + 1 + dash] ?? "";
      if (first >= "0" && first <= "9") return at + 1;
      if (first === "\r" || first === "\n" || first === "\0")
        return dash === 1 ? at + 1 : Math.max(at + 1, newlineEnd(text, at + 1));
      const rest = lineRest(text, at);
      return Math.max(rest, newlineEnd(text, rest));
    },
    take: (lexer, start) => (lexer.at === start + 1 ? lexer.token("error") : lexer.endLine()),
  },
];
