// Lexical rules of what stands in a rule of sudoers: tags, names, networks, digests, commands.
import { named, open, patternEnd, type Rule, taken } from "./sudoers-rule.js";
import {
  blanksEnd,
  capitalsEnd,
  nameEnd,
  networkEnd,
  pathEnd,
  validNetwork,
  wordEnd,
} from "./sudoers-scan.js";
import { unescapeName, unescapePath } from "./sudoers-text.js";
import type { TokenKind } from "./sudoers-token.js";

/** `%` or `+` and a name. */
function marked(mark: string, kind: TokenKind, problem: string, reach: Rule["end"]): readonly Rule[] {
  return [
    {
      modes: named,
      end: ({ text }, at) => {
        if (text[at] !== mark) return at;
        return mark === "%" && text[at + 1] === ":" ? at + 2 : at + 1;
      },
      take: (lexer) => lexer.token("error", problem),
    },
    {
      modes: open,
      end: (lexer, at) => {
        if (lexer.text[at] !== mark) return at;
        const name = mark === "%" && lexer.text[at + 1] === ":" ? at + 2 : at + 1;
        const end = reach(lexer, name);
        return end === name ? at : end;
      },
      take: (lexer, start) => lexer.token(kind, unescapeName(taken(lexer, start))),
    },
  ];
}

const algorithms: readonly (readonly [string, number])[] = [
  ["sha224", 28],
  ["sha256", 32],
  ["sha384", 48],
  ["sha512", 64],
];

export const nameRules: readonly Rule[] = [
  {
    modes: open,
    end: ({ text, dialect }, at) => {
      const end = capitalsEnd(text, at);
      if (end === at || !dialect.tags.has(text.slice(at, end))) return at;
      const colon = blanksEnd(text, end);
      return text[colon] === ":" ? colon + 1 : at;
    },
    take: (lexer, start) => {
      const end = capitalsEnd(lexer.text, start);
      return { ...lexer.token("tag", lexer.text.slice(start, end)), span: { start, end } };
    },
  },
  ...marked("+", "netgroup", "empty netgroup", ({ text }, at) => wordEnd(text, at)),
  ...marked("%", "group", "empty group", ({ text }, at) => nameEnd(text, at)),
  {
    modes: open,
    end: ({ text }, at) => networkEnd(text, at),
    take: (lexer, start) =>
      validNetwork(taken(lexer, start))
        ? lexer.token("network")
        : lexer.token("error", "invalid IPv6 address"),
  },
  {
    modes: open,
    end: ({ text }, at) => capitalsEnd(text, at),
    take: (lexer, start) => {
      const word = taken(lexer, start);
      if (word === "ALL") return lexer.token("all");
      if (lexer.mode !== "plain" || !lexer.dialect.options.has(word)) return lexer.token("alias");
      if (word === "CWD" || word === "CHROOT") {
        lexer.back = "plain";
        lexer.mode = "path";
      }
      return lexer.token("option");
    },
  },
  {
    modes: ["scope"],
    end: (lexer, at) =>
      Math.max(
        pathEnd(lexer.text, at),
        patternEnd(lexer, at),
        lexer.text.startsWith("sudoedit", at) ? at + "sudoedit".length : at,
      ),
    take: (lexer, start) => lexer.token("command", commandPath(taken(lexer, start))),
  },
  ...algorithms.map(
    ([word, bytes]): Rule => ({
      modes: open,
      end: ({ text }, at) => (text.startsWith(word, at) ? at + word.length : at),
      take: (lexer) => {
        lexer.mode = "digest";
        lexer.digestBytes = bytes;
        return lexer.token("algorithm");
      },
    }),
  ),
];

/** sudo takes any path that ends in `/sudoedit` for its own command (sudoers(5), "Edit_Spec"). */
function commandPath(text: string): string {
  const path = unescapePath(text);
  return !path.startsWith("^") && path.endsWith("/sudoedit") ? "sudoedit" : path;
}

export const digestRules: readonly Rule[] = [/[0-9A-Fa-f]+/y, /[A-Za-z0-9+/=]+/y].map(
  (alphabet, base64): Rule => ({
    modes: ["digest"],
    end: ({ text }, at) => {
      alphabet.lastIndex = at;
      return at + (alphabet.exec(text)?.[0].length ?? 0);
    },
    take: (lexer, start) => {
      const text = taken(lexer, start);
      const bytes = lexer.digestBytes;
      const padded = 4 * Math.floor((bytes + 2) / 3);
      const plain = Math.floor((4 * bytes + 2) / 3);
      const wanted = base64 === 0 ? bytes * 2 : text.endsWith("=") ? padded : plain;
      lexer.mode = "plain";
      // Text of another length is passed over, and what follows is the error.
      return text.length === wanted ? lexer.token("digest") : undefined;
    },
  }),
);

export const commandRules: readonly Rule[] = [
  {
    modes: open,
    end: ({ text }, at) => (text.startsWith("sudoedit", at) ? at + "sudoedit".length : at),
    take: (lexer) => {
      lexer.openCommand("sudoedit");
      return undefined;
    },
  },
  {
    modes: ["path"],
    end: ({ text }, at) => Math.max(pathEnd(text, at), wordEnd(text, at)),
    take: (lexer, start) => {
      lexer.mode = lexer.back;
      return lexer.token("word", unescapeName(taken(lexer, start)));
    },
  },
  {
    modes: open,
    end: (lexer, at) => Math.max(pathEnd(lexer.text, at), patternEnd(lexer, at)),
    take: (lexer, start) => {
      const text = taken(lexer, start);
      // A directory takes no arguments.
      if (text.startsWith("/") && text.endsWith("/")) return lexer.token("command", commandPath(text));
      lexer.openCommand(commandPath(text));
      return undefined;
    },
  },
];
