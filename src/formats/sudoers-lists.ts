// The lists of sudoers' grammar: users, hosts, run-as lists, commands without their tags (sudoers-privilege.ts). No recursion.
import { posixPatternProblem } from "./posix-pattern.js";
import type { TokenReader } from "./sudoers-reader.js";
import type { Token, TokenKind } from "./sudoers-token.js";
import type { Command, Digest, Member, MemberKind } from "./sudoers-tree.js";

const members: Readonly<Record<"user" | "host" | "group", ReadonlyMap<TokenKind, MemberKind>>> = {
  user: new Map([
    ["all", "all"],
    ["alias", "alias"],
    ["word", "name"],
    ["group", "group"],
    ["netgroup", "netgroup"],
  ]),
  host: new Map([
    ["all", "all"],
    ["alias", "alias"],
    ["word", "name"],
    ["netgroup", "netgroup"],
    ["network", "network"],
  ]),
  group: new Map([
    ["all", "all"],
    ["alias", "alias"],
    ["word", "name"],
  ]),
};

type ListKind = keyof typeof members;

function member(reader: TokenReader, kind: ListKind): Member | undefined {
  const first = reader.token;
  const negated = reader.take("!");
  const { token } = reader;
  const found = members[kind].get(token.kind);
  if (found === undefined) {
    reader.fail();
    return undefined;
  }
  reader.advance();
  const span = { start: first.span.start, end: token.span.end };
  return { kind: found, negated, text: token.value, span, line: first.line };
}

function listOf<T>(reader: TokenReader, one: () => T | undefined): readonly T[] | undefined {
  const found: T[] = [];
  do {
    const item = one();
    if (item === undefined) return undefined;
    found.push(item);
  } while (reader.take(","));
  return found;
}

/** A list of users, hosts or groups; undefined after an error. */
export function memberList(reader: TokenReader, kind: ListKind): readonly Member[] | undefined {
  return listOf(reader, () => member(reader, kind));
}

function digest(reader: TokenReader): Digest | undefined {
  const algorithm = reader.expect("algorithm");
  if (algorithm === undefined || reader.expect(":") === undefined) return undefined;
  const text = reader.expect("digest");
  return text === undefined ? undefined : { algorithm: algorithm.value, text: text.value };
}

function digests(reader: TokenReader): readonly Digest[] | undefined {
  if (reader.token.kind !== "algorithm") return [];
  if (reader.dialect.digestLists) return listOf(reader, () => digest(reader));
  const one = digest(reader);
  return one === undefined ? undefined : [one];
}

/** Longest path sudo takes: PATH_MAX with its terminator. */
const pathLimit = 4096;

function plainCommand(
  reader: TokenReader,
  token: Token,
  judged: boolean,
): { text: string; args: string | undefined } | undefined {
  if (token.kind === "word" && token.value === "list" && reader.dialect.list) {
    reader.advance();
    return { text: "list", args: undefined };
  }
  if (token.kind !== "command") {
    const isName = token.kind === "word" && reader.dialect.list;
    if (isName) reader.advance();
    reader.fail(isName ? "expected a fully-qualified path name" : undefined, token);
    return undefined;
  }
  if (Buffer.byteLength(token.value) >= pathLimit) {
    reader.advance();
    reader.fail("command too long", token);
    return undefined;
  }
  if (token.value === "sudoedit" && reader.textOf(token).startsWith("/"))
    reader.object("sudoedit should not be specified with a path", token);
  const pattern = judged && token.value.startsWith("^") ? posixPatternProblem(token.value) : undefined;
  if (pattern !== undefined) reader.object(pattern, token);
  reader.advance();
  return { text: token.value, args: token.args };
}

/** One command, with its digests and negation. */
export function commandOf(reader: TokenReader, judged = true): Command | undefined {
  const first = reader.token;
  const sums = digests(reader);
  if (sums === undefined) return undefined;
  const negated = reader.take("!");
  const { token } = reader;
  const named = token.kind === "all" || token.kind === "alias" ? token.kind : undefined;
  if (named !== undefined) reader.advance();
  const plain =
    named === undefined ? plainCommand(reader, token, judged) : { text: token.value, args: undefined };
  if (plain === undefined) return undefined;
  if (sums.length > 0 && (named === "alias" || (named === "all" && !reader.dialect.digestLists))) {
    reader.fail("a digest requires a path name", token);
    return undefined;
  }
  const span = { start: first.span.start, end: reader.lastEnd };
  return { kind: named ?? "command", negated, ...plain, digests: sums, span, line: first.line };
}

/** A list of commands without tags: of an alias, or of Defaults, where visudo does not look into patterns (`judged`). */
export function commandList(reader: TokenReader, judged: boolean): readonly Command[] | undefined {
  return listOf(reader, () => commandOf(reader, judged));
}
