// `hosts = (run as) OPTION=… TAG: command, …` of sudoers, with what each command takes over from the one before it.
import { commandOf, memberList } from "./sudoers-lists.js";
import type { TokenReader } from "./sudoers-reader.js";
import { commandTimeout, generalizedTime } from "./sudoers-time.js";
import type { CommandSpec, Member, Option, Privilege, RunAs, Tag, TagKind, Word } from "./sudoers-tree.js";

/** Each tag word: what it sets, and to what. */
const tagWords: ReadonlyMap<string, readonly [TagKind, boolean]> = new Map([
  ["NOPASSWD", ["nopasswd", true]],
  ["PASSWD", ["nopasswd", false]],
  ["NOEXEC", ["noexec", true]],
  ["EXEC", ["noexec", false]],
  ["SETENV", ["setenv", true]],
  ["NOSETENV", ["setenv", false]],
  ["LOG_INPUT", ["log_input", true]],
  ["NOLOG_INPUT", ["log_input", false]],
  ["LOG_OUTPUT", ["log_output", true]],
  ["NOLOG_OUTPUT", ["log_output", false]],
  ["MAIL", ["mail", true]],
  ["NOMAIL", ["mail", false]],
  ["FOLLOW", ["follow", true]],
  ["NOFOLLOW", ["follow", false]],
  ["INTERCEPT", ["intercept", true]],
  ["NOINTERCEPT", ["intercept", false]],
]);

type Failed = "failed";

function self(reader: TokenReader, start: number): Member {
  const span = { start, end: reader.lastEnd };
  return { kind: "self", negated: false, text: "", span, line: reader.lastLine };
}

function runAs(reader: TokenReader): RunAs | undefined | Failed {
  const { start } = reader.token.span;
  if (!reader.take("(")) return undefined;
  const none = reader.token.kind === ")" || reader.token.kind === ":";
  const users = none ? undefined : memberList(reader, "user");
  if (!none && users === undefined) return "failed";
  const colon = reader.take(":");
  // `(:)` names no group; after users a group has to follow.
  const noGroups = !colon || (none && reader.token.kind === ")");
  const groups = noGroups ? undefined : memberList(reader, "group");
  if (!noGroups && groups === undefined) return "failed";
  if (reader.expect(")") === undefined) return "failed";
  const meansSelf = none && (groups === undefined || reader.dialect.groupMeansSelf);
  const span = { start, end: reader.lastEnd };
  return { users: meansSelf ? [self(reader, start)] : users, groups, span };
}

function pathProblem(name: string, value: string): string | undefined {
  if (value !== "*" && !/^[/~]/.test(value)) return `values for "${name}" must start with a '/', '~', or '*'`;
  return Buffer.byteLength(value) >= 4096 ? `"${name}" path too long` : undefined;
}

/** What is wrong with the value of an option, in sudo's words. */
function optionProblem(name: string, value: string): string | undefined {
  if (name === "CWD" || name === "CHROOT") return pathProblem(name, value);
  if (name === "TIMEOUT") {
    const seconds = commandTimeout(value);
    return typeof seconds === "number" ? undefined : seconds;
  }
  if (name === "NOTBEFORE" || name === "NOTAFTER")
    return generalizedTime(value) === undefined ? `invalid ${name.toLowerCase()} value` : undefined;
  return undefined;
}

function options(reader: TokenReader): ReadonlyMap<string, Option> | Failed {
  const found = new Map<string, Option>();
  for (let { token } = reader; token.kind === "option"; token = reader.token) {
    reader.advance();
    if (reader.expect("=") === undefined) return "failed";
    const value = reader.expect("word");
    if (value === undefined) return "failed";
    const problem = optionProblem(token.value, value.value);
    if (problem !== undefined) {
      reader.fail(problem, value);
      return "failed";
    }
    const name = { text: token.value, span: token.span, line: token.line };
    found.set(token.value, { name, value: value.value });
  }
  return found;
}

function tags(reader: TokenReader): ReadonlyMap<TagKind, Tag> {
  const found = new Map<TagKind, Tag>();
  for (let { token } = reader; token.kind === "tag"; token = reader.token) {
    const meaning = tagWords.get(token.value);
    const word: Word = { text: token.value, span: token.span, line: token.line };
    if (meaning !== undefined) found.set(meaning[0], { on: meaning[1], word });
    reader.advance();
  }
  return found;
}

function commandSpec(reader: TokenReader): CommandSpec | undefined {
  const first = reader.token;
  const as = runAs(reader);
  if (as === "failed") return undefined;
  const settings = options(reader);
  if (settings === "failed") return undefined;
  const own = tags(reader);
  const command = commandOf(reader);
  if (command === undefined) return undefined;
  return {
    command,
    runAs: as,
    tags: own,
    setenvImplied: command.kind === "all" && !command.negated && !own.has("setenv"),
    options: settings,
    span: { start: first.span.start, end: reader.lastEnd },
    line: first.line,
  };
}

/** Pairs of options of which the second command of a list takes over both or neither. */
const pairs = [
  ["ROLE", "TYPE"],
  ["PRIVS", "LIMITPRIVS"],
] as const;

function inheritedOptions(
  before: CommandSpec,
  own: CommandSpec,
  profile: boolean,
): ReadonlyMap<string, Option> {
  const blocked = pairs.flatMap((pair) => (pair.some((name) => own.options.has(name)) ? pair : []));
  const passed = [...before.options].filter(
    ([name]) => !blocked.some((one) => one === name) && (profile || name !== "APPARMOR_PROFILE"),
  );
  return new Map([...passed, ...own.options]);
}

/** `own` with what it takes over from the command before it in the list (sudoers(5), "Tag_Spec", "Runas_Spec"). */
function inherit(before: CommandSpec, own: CommandSpec, profile: boolean): CommandSpec {
  const passed = new Map([...before.tags, ...own.tags]);
  if (own.setenvImplied) passed.delete("setenv");
  return {
    ...own,
    runAs: own.runAs ?? before.runAs,
    tags: passed,
    options: inheritedOptions(before, own, profile),
  };
}

/** One `hosts = commands` of a rule; undefined after an error. */
export function privilege(reader: TokenReader): Privilege | undefined {
  const hosts = memberList(reader, "host");
  if (hosts === undefined || reader.expect("=") === undefined) return undefined;
  const commands: CommandSpec[] = [];
  do {
    const own = commandSpec(reader);
    if (own === undefined) return undefined;
    const before = commands.at(-1);
    commands.push(before === undefined ? own : inherit(before, own, reader.dialect.inheritsProfile));
  } while (reader.take(","));
  return { hosts, commands };
}
