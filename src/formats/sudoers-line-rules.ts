// Lexical rules of what opens a line of sudoers: includes, Defaults, alias definitions.
import type { Mode, SudoersLexer } from "./sudoers-lexer.js";
import { line, type Rule } from "./sudoers-rule.js";
import { blanksEnd, isBlank, lineRest, nameEnd, newlineEnd } from "./sudoers-scan.js";
import type { Token, TokenKind } from "./sudoers-token.js";

/** `Defaults` and its kin start a line of their own: after a continuation they are an error. */
function opening(lexer: SudoersLexer, kind: TokenKind, then: Mode): Token {
  if (lexer.continued) return lexer.token("error", "invalid line continuation");
  lexer.mode = then;
  return lexer.token(kind);
}

const scopes: ReadonlyMap<string, TokenKind> = new Map([
  ["@", "defaults-host"],
  [":", "defaults-user"],
  [">", "defaults-runas"],
  ["!", "defaults-command"],
]);

const aliasKinds: readonly (readonly [string, TokenKind])[] = [
  ["Host_Alias", "host-alias"],
  ["Cmnd_Alias", "command-alias"],
  ["Cmd_Alias", "command-alias"],
  ["User_Alias", "user-alias"],
  ["Runas_Alias", "runas-alias"],
];

/** Where `Defaults` ends: with what it is bound to, when that follows at once. */
function defaultsEnd(lexer: SudoersLexer, at: number): number {
  const { text } = lexer;
  const name = blanksEnd(text, at);
  if (!lexer.atLineStart || !text.startsWith("Defaults", name)) return at;
  const bare = name + "Defaults".length;
  if (!scopes.has(text[bare] ?? "")) return bare;
  let target = blanksEnd(text, bare + 1);
  while (text[target] === "!") target++;
  if (text[target] === '"') target++;
  const end = nameEnd(text, target);
  return end === target ? bare : end;
}

export const lineRules: readonly Rule[] = [
  ...(["include", "includedir"] as const).map(
    (kind): Rule => ({
      modes: line,
      end: ({ text, dialect }, at) =>
        dialect.atInclude && text.startsWith(`@${kind}`, at) ? at + kind.length + 1 : at,
      take: (lexer) => opening(lexer, kind, "include"),
    }),
  ),
  ...(["include", "includedir"] as const).map(
    (kind): Rule => ({
      modes: line,
      end: ({ text, atLineStart }, at) => {
        const name = at + kind.length + 1;
        if (!atLineStart || !text.startsWith(`#${kind}`, at) || !isBlank(text[name])) return at;
        const rest = lineRest(text, name);
        return Math.max(rest, newlineEnd(text, rest));
      },
      take: (lexer, start) => {
        if (!lexer.continued) lexer.giveBack(start + kind.length + 1);
        return opening(lexer, kind, "include");
      },
    }),
  ),
  {
    modes: line,
    end: defaultsEnd,
    take: (lexer, start) => {
      const bare = blanksEnd(lexer.text, start) + "Defaults".length;
      const kind = lexer.at === bare ? undefined : scopes.get(lexer.text[bare] ?? "");
      if (kind !== undefined && !lexer.continued) lexer.giveBack(blanksEnd(lexer.text, bare + 1));
      return opening(lexer, kind ?? "defaults", "scope");
    },
  },
  ...aliasKinds.map(
    ([word, kind]): Rule => ({
      modes: line,
      end: ({ text, atLineStart, dialect }, at) => {
        const name = blanksEnd(text, at);
        if (word === "Cmd_Alias" && !dialect.digestLists) return at;
        return atLineStart && text.startsWith(word, name) ? name + word.length : at;
      },
      take: (lexer) => opening(lexer, kind, "plain"),
    }),
  ),
];
