// Tokens of sudoers -> entries, with sudo's recovery from errors: the line is dropped but for what stood whole before.
// One file at a time: includes are named, not followed; what an alias means is the reader's (facts/sudo.ts).
import type { SudoersDialect } from "./sudoers-dialect.js";
import { SudoersLexer } from "./sudoers-lexer.js";
import { commandList, memberList } from "./sudoers-lists.js";
import { privilege } from "./sudoers-privilege.js";
import { TokenReader } from "./sudoers-reader.js";
import type {
  AliasDefinition,
  AliasKind,
  Scope,
  Setting,
  SudoersEntry,
  SudoersText,
} from "./sudoers-tree.js";

const aliasKinds = new Map<string, AliasKind>([
  ["user-alias", "user"],
  ["runas-alias", "runas"],
  ["host-alias", "host"],
  ["command-alias", "command"],
]);

type Content = SudoersEntry extends infer E
  ? E extends SudoersEntry
    ? Omit<E, "span" | "line" | "lastLine">
    : never
  : never;

function include(reader: TokenReader): Content | undefined {
  const directory = reader.token.kind === "includedir";
  reader.advance();
  const path = reader.expect("word");
  if (path === undefined) return undefined;
  // What follows the path is an error, and the file is read all the same.
  if (reader.token.kind !== "newline") reader.fail();
  return { kind: "include", directory, path: path.value };
}

function definition(reader: TokenReader, kind: AliasKind): AliasDefinition | undefined {
  const name = reader.token;
  if (name.kind === "option" || name.kind === "all") {
    reader.fail(`reserved word ${name.value} used as an alias name`);
    return undefined;
  }
  if (reader.expect("alias") === undefined || reader.expect("=") === undefined) return undefined;
  const commands = kind === "command" ? commandList(reader, true) : [];
  const members = kind === "command" ? [] : memberList(reader, kind === "host" ? "host" : "user");
  if (members === undefined || commands === undefined) return undefined;
  const span = { start: name.span.start, end: reader.lastEnd };
  return { kind, name: name.value, members, commands, span, line: name.line };
}

function aliases(reader: TokenReader, kind: AliasKind): Content | undefined {
  const definitions: AliasDefinition[] = [];
  do {
    reader.advance();
    const one = definition(reader, kind);
    if (one === undefined) break;
    // A list that is whole counts even when what follows it is an error.
    definitions.push(one);
  } while (reader.token.kind === ":");
  if (!reader.failed && reader.token.kind !== "newline") reader.fail();
  return definitions.length === 0 ? undefined : { kind: "aliases", definitions };
}

function scope(reader: TokenReader): Scope | undefined {
  const { kind } = reader.token;
  reader.advance();
  if (kind === "defaults-command") {
    const commands = commandList(reader, false);
    return commands === undefined ? undefined : { kind: "command", commands };
  }
  const bound = kind === "defaults-host" ? "host" : kind === "defaults-user" ? "user" : "runas";
  if (kind === "defaults") return { kind: "everything" };
  const members = memberList(reader, bound === "host" ? "host" : "user");
  return members === undefined ? undefined : { kind: bound, members };
}

function setting(reader: TokenReader): Setting | undefined {
  const first = reader.token;
  const off = reader.take("!");
  const name = reader.expect("setting");
  if (name === undefined) return undefined;
  const base = { name: name.value, line: first.line };
  const operator = (["=", "+=", "-="] as const).find((one) => one === reader.token.kind);
  if (operator === undefined || off) {
    const span = { start: first.span.start, end: name.span.end };
    return { ...base, operator: off ? "off" : "on", value: undefined, span };
  }
  reader.advance();
  const value = reader.expect("word");
  if (value === undefined) return undefined;
  return { ...base, operator, value: value.value, span: { start: first.span.start, end: value.span.end } };
}

function defaults(reader: TokenReader): Content | undefined {
  const bound = scope(reader);
  if (bound === undefined) return undefined;
  const settings: Setting[] = [];
  do {
    const one = setting(reader);
    if (one === undefined) return undefined;
    settings.push(one);
  } while (reader.take(","));
  if (reader.token.kind !== "newline") {
    reader.fail();
    return undefined;
  }
  return { kind: "defaults", scope: bound, settings };
}

function rule(reader: TokenReader): Content | undefined {
  const users = memberList(reader, "user");
  if (users === undefined) return undefined;
  const first = privilege(reader);
  if (first === undefined) return undefined;
  const privileges = [first];
  while (reader.take(":")) {
    const next = privilege(reader);
    if (next !== undefined) privileges.push(next);
    // An error in a later privilege costs that one only, if the line ends or goes on with a colon just there.
    else if (reader.token.kind !== ":" && reader.token.kind !== "newline") return undefined;
  }
  if (reader.token.kind !== "newline") {
    reader.fail();
    return undefined;
  }
  return { kind: "rule", users, privileges };
}

function content(reader: TokenReader): Content | undefined {
  const { kind } = reader.token;
  if (kind === "include" || kind === "includedir") return include(reader);
  const alias = aliasKinds.get(kind);
  if (alias !== undefined) return aliases(reader, alias);
  return kind.startsWith("defaults") ? defaults(reader) : rule(reader);
}

/** Reads one sudoers file as `dialect` does (sudoers(5), "SUDOERS FILE FORMAT"). Never throws. */
export function parseSudoersText(text: string, dialect: SudoersDialect): SudoersText {
  const reader = new TokenReader(new SudoersLexer(text, dialect));
  const entries: SudoersEntry[] = [];
  while (reader.token.kind !== "end") {
    if (reader.token.kind === "newline") {
      reader.advance();
      continue;
    }
    reader.failed = false;
    const first = reader.token;
    const found = content(reader);
    const place = {
      span: { start: first.span.start, end: reader.lastEnd },
      line: first.line,
      lastLine: reader.lastLine,
    };
    reader.skipLine();
    if (found !== undefined) entries.push({ ...found, ...place });
  }
  return { entries, problems: reader.problems };
}
