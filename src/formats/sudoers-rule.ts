// What a lexical rule of sudoers is, and what rules of several contexts share. Holds no rule.
import type { Mode, SudoersLexer } from "./sudoers-lexer.js";
import { patternReach } from "./sudoers-scan.js";
import type { Token, TokenKind } from "./sudoers-token.js";

export interface Rule {
  readonly modes: readonly Mode[];
  end(lexer: SudoersLexer, at: number): number;
  /** The token, or nothing for what only changes the context. The element is already taken. */
  take(lexer: SudoersLexer, start: number): Token | undefined;
}

export const line: readonly Mode[] = ["plain"];
export const named: readonly Mode[] = ["plain", "scope"];
/** Contexts in which the elements of rules are known, besides those of their own. */
export const open: readonly Mode[] = ["plain", "scope", "digest", "path"];
export const every: readonly Mode[] = [
  ...open,
  "name",
  "setting",
  "string",
  "arguments",
  "pattern",
  "include",
];

/** A fixed text as one token, followed by a context. */
export function literal(modes: readonly Mode[], text: string, kind: TokenKind, then?: Mode): Rule {
  return {
    modes,
    end: (lexer, at) => (lexer.text.startsWith(text, at) ? at + text.length : at),
    take: (lexer) => {
      if (then !== undefined) lexer.mode = then;
      return lexer.token(kind);
    },
  };
}

export function taken(lexer: SudoersLexer, start: number): string {
  return lexer.text.slice(start, lexer.at);
}

export function patternEnd(lexer: SudoersLexer, at: number): number {
  if (!lexer.dialect.patterns || lexer.text[at] !== "^" || at < lexer.patternFree) return at;
  const { end, stop } = patternReach(lexer.text, at);
  if (end === at) lexer.patternFree = stop;
  return end;
}
