// One token of sudoers ahead, and the problems met so far. Knows no grammar.
import type { SudoersDialect } from "./sudoers-dialect.js";
import type { SudoersLexer } from "./sudoers-lexer.js";
import type { Token, TokenKind } from "./sudoers-token.js";
import type { SudoersProblem } from "./sudoers-tree.js";

export class TokenReader {
  token: Token;
  /** The end and last line of the token before `token`. */
  lastEnd = 0;
  lastLine = 1;
  /** An error was met in the current entry. */
  failed = false;
  readonly problems: SudoersProblem[] = [];

  constructor(private readonly lexer: SudoersLexer) {
    this.token = lexer.next();
  }

  get dialect(): SudoersDialect {
    return this.lexer.dialect;
  }

  /** The token as written. */
  textOf({ span }: Token): string {
    return this.lexer.text.slice(span.start, span.end);
  }

  advance(): void {
    this.lastEnd = this.token.span.end;
    this.lastLine = this.token.markLine;
    this.token = this.lexer.next();
  }

  /** Takes the token if it is of this kind. */
  take(kind: TokenKind): boolean {
    if (this.token.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Takes a token of this kind, or fails at the one that is there. */
  expect(kind: TokenKind): Token | undefined {
    const { token } = this;
    if (token.kind === kind) {
      this.advance();
      return token;
    }
    this.fail();
    return undefined;
  }

  /** Notes an error at the current token. */
  fail(message?: string, token = this.token): void {
    const said = token.kind === "error" && token.value.includes(" ") ? token.value : "syntax error";
    this.note(message ?? said, token, true);
    this.failed = true;
  }

  /** Notes what only visudo refuses. */
  object(message: string, token: Token): void {
    if (!this.dialect.strictVisudo) return;
    this.note(message, { ...token, mark: token.span.start, markLine: token.line }, false);
  }

  private note(message: string, token: Token, fatal: boolean): void {
    const lineStart = this.lexer.text.lastIndexOf("\n", token.mark - 1) + 1;
    const column = token.mark - lineStart + 1;
    this.problems.push({ message, line: token.markLine, column, span: token.span, fatal });
  }

  /** To the start of the next line. */
  skipLine(): void {
    while (this.token.kind !== "newline" && this.token.kind !== "end") this.advance();
    if (this.token.kind === "newline") this.advance();
  }
}
