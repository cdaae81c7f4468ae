// Who can become root through sudo, by which rule, and whether a password stands before it. For the inventory of root's
// holders and for guards that must not take the last way away. Does not say who should.
import type { Source } from "../core/source.js";
import type { Command } from "../formats/sudoers-tree.js";
import { shellProgram } from "./shell-programs.js";
import type { Sudoers } from "./sudoers.js";
import type { Leaf } from "./sudoers-aliases.js";
import type { Grant } from "./sudoers-grants.js";
import { fitsUser, idOf, type Person } from "./sudoers-match.js";

export interface RootWay {
  /** Any command, or one that hands over a root shell. */
  readonly by: "all" | "program";
  readonly program: string;
  /** Whose password is asked for; `none` where no password is. */
  readonly password: "none" | "own" | "root";
  readonly source: Source;
  /** False where it hangs on a netgroup, a network or a name that only DNS knows. */
  readonly sure: boolean;
  /** When it starts and ends to hold, milliseconds since the epoch. */
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** Are the arguments of a command the caller's choice, in whole or by a wildcard? */
export function freeArguments({ args }: Command): boolean {
  if (args === undefined) return true;
  if (args === '""') return false;
  if (args.startsWith("^") && args.endsWith("$")) return /[.*+?[{|]/.test(args.slice(1, -1));
  return /(?:^|[^\\])[*?[]/.test(args);
}

/**
 * Does a command, run as root, hand over a shell? `NOEXEC` keeps programs from starting others, not from writing files; a
 * digest says which program it is, not what can be done with it.
 */
export function handsOverRoot(command: Command, noexec: boolean): boolean {
  if (command.kind !== "command") return false;
  const known = shellProgram(command.text);
  if (known === undefined) return false;
  const { args } = command;
  const writes = known.escape === "files" || known.escape === "named";
  if (noexec && !writes) return false;
  if (args !== undefined && known.given?.(args) === true) return true;
  switch (known.escape) {
    case "inside":
      return true;
    case "input":
      return args === '""' || freeArguments(command);
    case "named":
      return args === undefined;
    default:
      return freeArguments(command);
  }
}

/**
 * Whose password sudo asks `person` for before it runs a command of `grant` as `target`: `program`, where it is known
 * (`Defaults!program` comes after all others).
 */
export function passwordFor(
  sudoers: Sudoers,
  grant: Grant,
  person: Person,
  target: Person,
  program?: string,
): RootWay["password"] {
  const { defaults, matching } = sudoers;
  // Nobody is asked who changes to nobody else.
  if (person.uid === 0 || (person.uid !== undefined && person.uid === target.uid)) return "none";
  const exempt = defaults
    .every("exempt_group")
    .some(({ value }) => value !== undefined && groupFits(value, person, sudoers));
  if (exempt) return "none";
  const tag = grant.spec.tags.get("nopasswd");
  const forProgram = program === undefined ? undefined : defaults.flagForCommand("authenticate", program);
  const asks = forProgram ?? defaults.flagFor("authenticate", person, target);
  // A tag beats the setting, PASSWD as well as NOPASSWD.
  if (tag === undefined ? !asks : tag.on) return "none";
  const others = ["rootpw", "runaspw", "targetpw"].some((name) => defaults.flagFor(name, person, target));
  return others && matching.accounts !== undefined ? "root" : "own";
}

function groupFits(group: string, person: Person, { matching }: Sudoers): boolean {
  const span = { start: 0, end: 0 };
  const member = { kind: "group", negated: false, text: `%${group}`, span, line: 0 } as const;
  return fitsUser(member, person, matching) === true;
}

/** The way a command of a grant gives root, if it does. */
function wayOf({ item }: Leaf<Command>, noexec: boolean): Pick<RootWay, "by" | "program"> | undefined {
  if (item.kind === "all" && item.digests.length === 0) return { by: "all", program: "ALL" };
  return handsOverRoot(item, noexec) ? { by: "program", program: item.text } : undefined;
}

/**
 * Every way by which `person` may become root through sudo on this node, the one that decides first. A later rule that
 * forbids ALL ends the search; one that forbids single commands does not hold and is passed over. Root itself needs no
 * password and has them all.
 */
export function rootWays(sudoers: Sudoers, person: Person): readonly RootWay[] {
  if (sudoers.refused !== undefined) return [];
  const root: Person = { name: "root", uid: 0, gid: 0 };
  const ways: RootWay[] = [];
  for (const grant of [...sudoers.grants].reverse()) {
    const whom = grant.means(person);
    if (whom.says !== "allow" || grant.asRoot.says !== "allow") continue;
    const noexec = grant.spec.tags.get("noexec")?.on ?? sudoers.defaults.flagFor("noexec", person, root);
    const sure = whom.sure && grant.here.sure && grant.asRoot.sure;
    for (const leaf of [...grant.commands].reverse()) {
      if (leaf.negated && leaf.item.kind === "all" && sure) return ways;
      const way = leaf.negated ? undefined : wayOf(leaf, noexec);
      if (way === undefined) continue;
      const password = passwordFor(sudoers, grant, person, root, way.program);
      ways.push({ ...way, password, source: grant.source, sure, from: grant.from, until: grant.until });
    }
  }
  return ways;
}

/** Can `person` surely become root through sudo at `now`, and without a password if `passwordless`? */
export function mayBecomeRoot(
  sudoers: Sudoers,
  person: Person,
  now: number,
  passwordless = false,
): RootWay | undefined {
  return rootWays(sudoers, person).find(
    ({ sure, password, from, until }) =>
      sure && (from ?? now) <= now && (until ?? now) >= now && (!passwordless || password === "none"),
  );
}

/** Does the user list of a grant mean root alone? */
export function meansRootOnly(grant: Grant): boolean {
  return grant.users.every(
    ({ item, negated }) => !negated && (item.text === "root" || idOf(item.text) === 0),
  );
}
