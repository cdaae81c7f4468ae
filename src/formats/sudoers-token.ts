// The tokens of sudoers, as values. Not how they are found (sudoers-lexer.ts) nor what they mean together.
import type { Span } from "../core/source.js";

export type Punctuation = "," | ":" | "=" | "+=" | "-=" | "!" | "(" | ")";

export type TokenKind =
  | Punctuation
  | "newline"
  /** The end of the text. */
  | "end"
  | "include"
  | "includedir"
  /** `Defaults`, and with what it is bound to: `Defaults@`, `Defaults:`, `Defaults>`, `Defaults!`. */
  | "defaults"
  | "defaults-host"
  | "defaults-user"
  | "defaults-runas"
  | "defaults-command"
  /** The name of a setting. */
  | "setting"
  | "user-alias"
  | "host-alias"
  | "command-alias"
  | "runas-alias"
  | "tag"
  /** `TIMEOUT`, `CWD`, … in front of `=`. */
  | "option"
  | "all"
  | "alias"
  | "word"
  | "group"
  | "netgroup"
  | "network"
  | "command"
  /** `sha256`. */
  | "algorithm"
  | "digest"
  /** What no rule knows, or an element that is broken in itself; `value` says why where there is more to say. */
  | "error";

export interface Token {
  readonly kind: TokenKind;
  readonly span: Span;
  /** Where the token starts. */
  readonly line: number;
  /** Where sudo would point when the token is wrong: the end of a command or string. */
  readonly mark: number;
  readonly markLine: number;
  /** The text with escapes resolved; the word of a tag or an option. */
  readonly value: string;
  /** Of a command: undefined when none are given. */
  readonly args: string | undefined;
}
