// Match lines of sshd_config(5): read as the version reads them, and asked whether they hold for a connection.
import { lowerCase, type SshdLine } from "../../formats/sshd-config.js";
import { argumentWords, delimitedWords } from "../../formats/sshd-words.js";
import type { SshdBuild } from "./build.js";
import { matchAddresses, matchHost, matchList } from "./patterns.js";
import { problem } from "./reading.js";

/** Who connects, from where to where. What is undefined matches no criterion, as for `sshd -T` without `-C`. */
export interface Connection {
  readonly user?: string;
  /** Names of all its groups; undefined where the account does not exist. */
  readonly groups?: readonly string[];
  readonly host?: string;
  readonly address?: string;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly routingDomain?: string;
  readonly invalidUser?: boolean;
}

const withArgument = [
  "user",
  "group",
  "host",
  "address",
  "localaddress",
  "localport",
  "rdomain",
  "version",
] as const;
type Name = (typeof withArgument)[number] | "all" | "invalid-user";

export interface Criterion {
  readonly name: Name;
  /** For `localport` the number, however it was written. */
  readonly argument: string;
}

export interface Condition {
  readonly criteria: readonly Criterion[];
  /** As written, without the keyword. */
  readonly text: string;
}

interface Words {
  readonly words: readonly string[];
  /** Words behind an empty one, which the older manner leaves over. */
  readonly left: boolean;
}

function wordsOf(text: string, line: SshdLine, build: SshdBuild): Words | undefined {
  const split = argumentWords(text, line.rest);
  if (build.version >= 807 && !split.closed) return undefined;
  if (build.version >= 909) return { words: split.words.map((word) => word.text), left: false };
  const words = delimitedWords(text, line.rest, true).words.map((word) => word.text);
  const end = words.findIndex((word) => word === "" || word.startsWith("#"));
  if (end < 0) return { words, left: false };
  return { words: words.slice(0, end), left: words[end] === "" && end < words.length - 1 };
}

/** `user bob`, and since 10.0 `user=bob` in one word. */
function cut(word: string, build: SshdBuild): readonly [string, string | undefined] {
  const equals = word.indexOf("=");
  const name = lowerCase(word.slice(0, Math.max(0, equals)));
  if (build.version >= 1000 && equals > 0 && withArgument.some((one) => one === name))
    return [name, word.slice(equals + 1)];
  return [lowerCase(word), undefined];
}

function criterionOf(
  name: Name,
  argument: string,
  port: (word: string) => number | undefined,
): Criterion | { readonly problem: string } {
  // Up to 8.3 sshd starts with a bad address, and ends every connection over it.
  if ((name === "address" || name === "localaddress") && matchAddresses(undefined, argument) === "invalid")
    return problem(`invalid Match ${name} argument "${argument}"`);
  if (name !== "localport") return { name, argument };
  const number = port(argument);
  return number === undefined
    ? problem(`invalid LocalPort "${argument}"`)
    : { name, argument: String(number) };
}

function nameOf(text: string, build: SshdBuild): Name | undefined {
  if (text === "all" || (text === "invalid-user" && build.version >= 909)) return text;
  if (text === "version" && build.version < 1000) return undefined;
  if (text === "rdomain" && build.version < 707) return undefined;
  return withArgument.find((one) => one === text);
}

/** Reads a Match line, or says why sshd does not start with it. */
export function parseCondition(
  text: string,
  line: SshdLine,
  build: SshdBuild,
  port: (word: string) => number | undefined,
): Condition | { readonly problem: string } {
  const split = wordsOf(text, line, build);
  if (split === undefined) return problem("invalid quotes");
  const { words, left } = split;
  const criteria: Criterion[] = [];
  for (let at = 0; at < words.length; at++) {
    const [written, inline] = cut(words[at] ?? "", build);
    const name = nameOf(written, build);
    if (name === undefined) return problem(`unsupported Match criterion "${words[at] ?? ""}"`);
    if (name === "all" && words.length > 1) return problem('"all" cannot be combined with other criteria');
    if (name === "all" || name === "invalid-user") {
      criteria.push({ name, argument: "" });
      continue;
    }
    const argument = inline ?? words[++at];
    if (argument === undefined || argument === "" || argument.startsWith("#"))
      return problem(`the argument of ${written} is missing`);
    const criterion = criterionOf(name, argument, port);
    if ("problem" in criterion) return criterion;
    criteria.push(criterion);
  }
  if (criteria.length === 0) return problem("Match without a criterion");
  if (left) return problem("extra arguments at end of line");
  return { criteria, text: text.slice(line.rest.start, line.rest.end).replace(/\s+#.*$/, "") };
}

function groupsMatch(groups: readonly string[], list: string): boolean {
  const verdicts = groups.map((group) => matchList(group, list));
  // sshd asks group by group and stops at the first that a `!` part matches.
  return !verdicts.includes("refused") && verdicts.includes("matched");
}

function holds({ name, argument }: Criterion, who: Connection, build: SshdBuild): boolean {
  switch (name) {
    case "all":
      return true;
    case "user":
      return who.user !== undefined && matchList(who.user, argument) === "matched";
    case "group":
      return groupsMatch(who.groups ?? [], argument);
    case "host":
      return who.host !== undefined && matchHost(who.host, argument) === "matched";
    case "address":
      return who.address !== undefined && matchAddresses(who.address, argument) === "matched";
    case "localaddress":
      return who.localAddress !== undefined && matchAddresses(who.localAddress, argument) === "matched";
    case "localport":
      return who.localPort !== undefined && String(who.localPort) === argument;
    case "rdomain":
      return who.routingDomain !== undefined && matchList(who.routingDomain, argument) === "matched";
    case "invalid-user":
      return who.invalidUser === true;
    case "version":
      return matchList(releaseOf(build), argument) === "matched";
  }
}

/** `OpenSSH_10.2p1`: what the version criterion is matched against (version.h). */
function releaseOf({ version, text }: SshdBuild): string {
  const patch = /p(\d+)/.exec(text)?.[1] ?? "1";
  return `OpenSSH_${Math.floor(version / 100)}.${version % 100}p${patch}`;
}

export function conditionHolds(condition: Condition, who: Connection, build: SshdBuild): boolean {
  return condition.criteria.every((criterion) => holds(criterion, who, build));
}

/** Can the blocks hold for an account, wherever it connects from and to? */
export function mayHold(
  conditions: readonly Condition[],
  who: Required<Pick<Connection, "user" | "groups">>,
  build: SshdBuild,
): boolean {
  const ofAccount = ["user", "group", "version"];
  return conditions
    .flatMap(({ criteria }) => criteria)
    .every((criterion) => !ofAccount.includes(criterion.name) || holds(criterion, who, build));
}

/**
 * Does the block count while sshd starts, before anybody connects? `all` does, and what does not ask about the
 * connection: the version, and, by an error of 9.9, `invalid-user`.
 */
export function holdsAtStart(condition: Condition, build: SshdBuild): boolean {
  return condition.criteria.every(
    (criterion) =>
      criterion.name === "all" ||
      (criterion.name === "version" && holds(criterion, {}, build)) ||
      (criterion.name === "invalid-user" && build.version === 909),
  );
}
