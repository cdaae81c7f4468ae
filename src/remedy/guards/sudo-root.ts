// Whoever becomes root through sudo today still does: by a password there is, or without one. Settings that only log, or
// ask for a terminal, take nothing away.
import type { Fact } from "../../core/fact.js";
import type { Group, Left } from "../../core/plan.js";
import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { type Accounts, accounts, type UserEntry } from "../../facts/accounts.js";
import { clock } from "../../facts/clock.js";
import { passwordWorks } from "../../facts/login-account.js";
import { isNisLine } from "../../facts/people.js";
import { rootAfter } from "../../facts/root-after.js";
import { passwordFor } from "../../facts/sudo-access.js";
import { type Sudoers, sudoers } from "../../facts/sudoers.js";
import { personOf } from "../../facts/sudoers-match.js";
import { type Compared, concerned, defineGuard, left } from "./guard.js";

interface Power {
  readonly accounts: Fact<Accounts>;
  readonly sudoers: Fact<Sudoers>;
  readonly now: number;
}

interface Side {
  readonly people: Accounts;
  readonly sudo: Sudoers | undefined;
  readonly now: number;
}

const withoutPassword = ["sudo.nopasswd", "sudo.no-authenticate"];

function usersOf({ users }: Accounts): readonly UserEntry[] {
  return users.filter((user) => user.uid !== undefined && user.uid !== 0 && !isNisLine(user));
}

/** Commands of an account for which sudo asks no password, in the file's words. */
function free({ sudo, now }: Side, user: UserEntry): readonly string[] {
  const person = personOf(user);
  const root = { name: "root", uid: 0, gid: 0 };
  if (sudo === undefined || sudo.refused !== undefined) return [];
  return sudo.grants
    .filter(
      (grant) =>
        grant.means(person).says === "allow" &&
        (grant.until ?? now) >= now &&
        passwordFor(sudo, grant, person, root) === "none",
    )
    .flatMap((grant) => grant.commands.filter(({ negated }) => !negated).map(({ item }) => item.text));
}

/** Accounts without a usable password whose commands would ask for one. */
function nowAsked(group: Group, was: Side, would: Side): readonly Left[] {
  const lost = usersOf(would.people).flatMap((user) => {
    if (passwordWorks(would.people, user)) return [];
    const [had, has] = [free(was, user), new Set(free(would, user))];
    const gone = had.filter((command) => !has.has(command));
    return gone.length === 0 ? [] : [{ user, gone }];
  });
  const [first] = lost;
  if (first === undefined) return [];
  const who = lost.map(({ user, gone }) => `${user.name} (${listing(gone, 2)})`);
  return left(
    concerned(group, withoutPassword),
    "defer",
    `sudo would ask for a password of ${listing(who, 4)}, and there is none that works`,
    `\`passwd ${first.user.name}\` gives it one; programs that call sudo by themselves need an exception for their command instead`,
  );
}

/** Accounts that would become root no more, whatever the reason. */
function noLonger(group: Group, was: Side, would: Side): readonly Left[] {
  const lost = usersOf(was.people).flatMap((user) => {
    const had = rootAfter(was.people, was.sudo, user, was.now);
    const after = would.people.user(user.name);
    const has = after === undefined ? undefined : rootAfter(would.people, would.sudo, after, would.now);
    return had === undefined || has !== undefined ? [] : [{ user, had }];
  });
  if (lost.length === 0) return [];
  const who = lost.map(({ user, had }) => `${user.name}, today by ${had.text}`);
  return left(
    concerned(group, [...withoutPassword, "accounts", "sudo.targetpw"]),
    "defer",
    `these accounts would become root no more: ${listing(who, 4)}`,
    `give ${listing(
      lost.map(({ user }) => user.name),
      4,
    )} a password that works, or take the account out of sudo's rules by hand`,
  );
}

/** The password of root may go where sudo stands in for it. */
function lastPassword(group: Group, was: Side, would: Side): readonly Left[] {
  const root = (side: Side) => side.people.user("root");
  const [before, after] = [root(was), root(would)];
  if (before === undefined || after === undefined) return [];
  if (!passwordWorks(was.people, before) || passwordWorks(would.people, after)) return [];
  const others = usersOf(would.people).some(
    (user) => rootAfter(would.people, would.sudo, user, would.now) !== undefined,
  );
  if (others) return [];
  return left(
    concerned(group, ["accounts.root-locked", "accounts"]),
    "refuse",
    "root's password is the last way to root on this node: no account becomes root through sudo",
    "put an account with a password into the group that sudo lets do everything, and log in as it once",
  );
}

/** Lines that sudo refuses, where it took them before. */
function broken(group: Group, was: Side, would: Side): readonly Left[] {
  if (was.sudo === undefined || would.sudo === undefined) return [];
  const old = new Set(was.sudo.problems.map(({ message, source }) => `${source.file} ${message}`));
  const fresh = would.sudo.problems.filter(({ message, source }) => !old.has(`${source.file} ${message}`));
  const refused = was.sudo.refused === undefined ? would.sudo.refused : undefined;
  const [first] = fresh;
  if (first === undefined && refused === undefined) return [];
  const what = first === undefined ? (refused ?? "") : `${place(first.source)}: ${first.message}`;
  return left(
    group.checks,
    "refuse",
    `sudo would not take its rules: ${what}`,
    "change the line by hand with visudo",
  );
}

function judge({ group, before, after }: Compared<Power>): readonly Left[] {
  const risky = group.risk === "lockout" ? group.checks : concerned(group, ["sudo"]);
  const unknown = [before.accounts, after.accounts, before.sudoers, after.sudoers].find(
    ({ state }) => state === "error",
  );
  if (unknown?.state === "error")
    return left(
      risky,
      "defer",
      `it cannot be told who would still become root: ${unknown.reason}`,
      "make that readable first",
    );
  if (before.accounts.state !== "known" || after.accounts.state !== "known") return [];
  if (before.sudoers.state === "known" && after.sudoers.state === "absent")
    return left(
      group.checks,
      "refuse",
      `sudo would run nothing: ${after.sudoers.reason}`,
      "leave sudo's files where they are",
    );
  const side = ({ accounts: people, sudoers: sudo, now }: Power): Side | undefined =>
    people.state === "known"
      ? { people: people.value, sudo: sudo.state === "known" ? sudo.value : undefined, now }
      : undefined;
  const [was, would] = [side(before), side(after)];
  if (was === undefined || would === undefined) return [];
  for (const one of [broken, nowAsked, noLonger, lastPassword]) {
    const found = one(group, was, would);
    if (found.length > 0) return found;
  }
  return [];
}

export const sudoRoot = defineGuard<Power>({
  title: "Who becomes root through sudo still does, and root's password is not the last way that goes",
  groups: ["sudo", "accounts"],
  async gather(ask) {
    const [people, sudo, time] = await Promise.all([ask(accounts), ask(sudoers), ask(clock)]);
    return { accounts: people, sudoers: sudo, now: time.state === "known" ? time.value : 0 };
  },
  judge,
});
