// What each rule of sudoers lets whom run here, as whom and until when, with aliases put in. Judges nothing.
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { generalizedTime } from "../formats/sudoers-time.js";
import type { Command, CommandSpec, Member, TagKind } from "../formats/sudoers-tree.js";
import type { Leaf, SudoersAliases } from "./sudoers-aliases.js";
import type { PlacedEntry, SudoersFile } from "./sudoers-files.js";
import { type Answer, answer, fitsHost, fitsUser, type Matching, type Person } from "./sudoers-match.js";

export interface GrantTag {
  readonly on: boolean;
  readonly source: Source;
  /** A step that writes another tag word in its place. */
  replace(word: string): Step;
}

/** One command, or alias of commands, of one rule. */
export interface Grant {
  /** The user list in the file's words, and with aliases put in. */
  readonly userText: string;
  readonly users: readonly Leaf<Member>[];
  readonly commands: readonly Leaf<Command>[];
  readonly spec: CommandSpec;
  readonly source: Source;
  /** Does the host list mean this node? Grants that surely do not are left out. */
  readonly here: Answer;
  /** Can it be run as root, or as another user with uid 0? */
  readonly asRoot: Answer;
  /** Milliseconds since the epoch. */
  readonly from: number | undefined;
  readonly until: number | undefined;
  /** Grants of one rule and host list have the same number: a command and its exceptions stand together. */
  readonly group: number;
  /** The run-as users with aliases put in; undefined where the rule names none. */
  readonly runAs: readonly Leaf<Member>[] | undefined;
  /** The tag in force, its own or taken over; undefined where none is. */
  tag(kind: TagKind): GrantTag | undefined;
  /** Does the user list mean `person`? */
  means(person: Person): Answer;
  /** May `person` have it run as `target`, asking for the user alone and for no group? */
  runsAs(target: Person, person: Person): Answer;
}

export interface Grants {
  readonly all: readonly Grant[];
  /** Lists with so many aliases in them that they were not put in whole. */
  readonly cut: readonly string[];
}

/** A time without zone is the node's, which may be anywhere on the globe. */
const zoneMargin = 14 * 3600 * 1000;

function timeOf(spec: CommandSpec, name: "NOTBEFORE" | "NOTAFTER"): number | undefined {
  const option = spec.options.get(name);
  const date = option === undefined ? undefined : generalizedTime(option.value);
  if (date === undefined) return undefined;
  const margin = date.local ? zoneMargin : 0;
  return name === "NOTAFTER" ? date.at + margin : date.at - margin;
}

export interface GrantContext {
  readonly aliases: SudoersAliases;
  readonly matching: Matching;
  /** Accounts with uid 0, or root where none is known. */
  readonly roots: readonly Person[];
  /** Whom a rule without run-as list means. */
  readonly runasDefault: string;
  /** Whom it means for some users, hosts or commands only. */
  readonly runasElsewhere: ReadonlySet<string>;
  readonly now: number;
}

function runAnswer(
  spec: CommandSpec,
  target: Person,
  self: Person | undefined,
  context: GrantContext,
): Answer {
  const { aliases, matching, runasDefault, runasElsewhere } = context;
  if (spec.runAs === undefined) {
    const names = [target.name, `#${target.uid}`];
    if (names.includes(runasDefault)) return { says: "allow", sure: true };
    const perhaps = names.some((name) => runasElsewhere.has(name));
    return { says: perhaps ? "allow" : "none", sure: !perhaps };
  }
  // Groups alone: the command is run as the invoking user, for who asks for a group.
  if (spec.runAs.users === undefined) return { says: "none", sure: true };
  const { leaves } = aliases.runAs(spec.runAs.users);
  return answer(leaves, (member) => fitsUser(member, target, matching, self));
}

function rootAnswer(spec: CommandSpec, context: GrantContext): Answer {
  const answers = context.roots.map((root) => runAnswer(spec, root, undefined, context));
  return answers.find(({ says }) => says === "allow") ?? answers[0] ?? { says: "none", sure: true };
}

function textOf(list: readonly Member[], file: SudoersFile): string {
  const text = file.text.slice(list[0]?.span.start ?? 0, list.at(-1)?.span.end ?? 0);
  return text.replace(/\\\r?\n/g, " ").replace(/\s+/g, " ");
}

function tagOf(spec: CommandSpec, kind: TagKind, file: SudoersFile): GrantTag | undefined {
  const tag = spec.tags.get(kind);
  if (tag === undefined) return undefined;
  const { span, line } = tag.word;
  return {
    on: tag.on,
    source: file.source(span, line),
    replace: (word) => ({ kind: "edit", file: file.path, edits: [{ span, text: word }] }),
  };
}

interface Row {
  readonly users: readonly Leaf<Member>[];
  readonly userText: string;
  readonly here: Answer;
  readonly file: SudoersFile;
  readonly group: number;
}

function grantOf(
  spec: CommandSpec,
  commands: readonly Leaf<Command>[],
  row: Row,
  context: GrantContext,
): Grant {
  const { users, userText, here, file, group } = row;
  return {
    userText,
    users,
    commands,
    spec,
    source: file.source(spec.command.span, spec.command.line),
    here,
    asRoot: rootAnswer(spec, context),
    from: timeOf(spec, "NOTBEFORE"),
    until: timeOf(spec, "NOTAFTER"),
    group,
    runAs: spec.runAs?.users === undefined ? undefined : context.aliases.runAs(spec.runAs.users).leaves,
    tag: (kind) => tagOf(spec, kind, file),
    runsAs: (target, person) => runAnswer(spec, target, person, context),
    means: (person) => answer(users, (member) => fitsUser(member, person, context.matching)),
  };
}

/** The grants of all rules that can hold on this node now or later (sudoers(5), "User specification"). */
export function sudoersGrants(entries: readonly PlacedEntry[], context: GrantContext): Grants {
  const { aliases, matching, now } = context;
  const all: Grant[] = [];
  const cut = new Set<string>();
  let group = 0;
  for (const { entry, file } of entries) {
    if (entry.kind !== "rule") continue;
    const users = aliases.users(entry.users);
    const place = `${file.path}:${entry.line}`;
    if (!users.whole) cut.add(place);
    for (const privilege of entry.privileges) {
      group++;
      const hosts = aliases.hosts(privilege.hosts);
      const here = answer(hosts.leaves, (host) => fitsHost(host, matching));
      if (!hosts.whole) cut.add(place);
      if (here.says !== "allow") continue;
      const row = { users: users.leaves, userText: textOf(entry.users, file), here, file, group };
      for (const spec of privilege.commands) {
        const commands = aliases.commands([spec.command]);
        if (!commands.whole) cut.add(place);
        const grant = grantOf(spec, commands.leaves, row, context);
        // sudo passes over what is past without a word.
        if (grant.until === undefined || grant.until >= now) all.push(grant);
      }
    }
  }
  return { all, cut: [...cut] };
}
