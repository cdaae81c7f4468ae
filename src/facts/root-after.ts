// How an account becomes root once it is in: it is root, or sudo lets it and the password that sudo asks for is there.
import { place, type Source } from "../core/source.js";
import type { Accounts, UserEntry } from "./accounts.js";
import { passwordWorks } from "./login-account.js";
import { type RootWay, rootWays } from "./sudo-access.js";
import type { Sudoers } from "./sudoers.js";
import { personOf } from "./sudoers-match.js";

export interface RootAfter {
  /** `is root`, `sudo without a password (/etc/sudoers:3)`. */
  readonly text: string;
  readonly source: Source;
}

const asked: Readonly<Record<RootWay["password"], string>> = {
  none: "without a password",
  own: "with its own password",
  root: "with root's password",
};

/** The easiest way of sudo that holds now and whose password there is. */
function bySudo(accounts: Accounts, sudo: Sudoers, user: UserEntry, now: number): RootAfter | undefined {
  const root = accounts.user("root");
  const ways = rootWays(sudo, personOf(user)).filter(({ sure, from, until, password }) => {
    if (!sure || (from ?? now) > now || (until ?? now) < now) return false;
    if (password === "none") return true;
    const who = password === "own" ? user : root;
    return who !== undefined && passwordWorks(accounts, who);
  });
  const way = ways.find(({ password }) => password === "none") ?? ways[0];
  return way === undefined
    ? undefined
    : { text: `sudo ${asked[way.password]} (${place(way.source)})`, source: way.source };
}

/** Undefined where the account does not become root. `now` in milliseconds since the epoch. */
export function rootAfter(
  accounts: Accounts,
  sudo: Sudoers | undefined,
  user: UserEntry,
  now: number,
): RootAfter | undefined {
  if (user.uid === 0) return { text: "is root", source: user.source };
  return sudo === undefined ? undefined : bySudo(accounts, sudo, user, now);
}
