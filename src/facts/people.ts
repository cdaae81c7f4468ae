// Which accounts a person can log in with: by shell and number. Not whether a password or key lets them in.
import { type Fact, known } from "../core/fact.js";
import { type Accounts, accounts, type UserEntry } from "./accounts.js";
import { loginDefs } from "./login-defs.js";
import type { FactSource } from "./source.js";

export interface People {
  /** Root, and users from UID_MIN on, whose shell is one. */
  readonly people: readonly UserEntry[];
  /** Users below UID_MIN but root, and `nobody`. */
  readonly system: readonly UserEntry[];
  readonly uidMin: number;
}

/** The user id that stands for nobody (65534 on every distribution). */
const nobody = 65_534;

/** A shell that ends at once (nologin(8), false(1)); an empty one is /bin/sh (passwd(5)). */
export function isNoLogin({ shell }: Pick<UserEntry, "shell">): boolean {
  return /\/(?:nologin|false)$/.test(shell) || shell === "/dev/null";
}

/** Lines of NIS are no users. */
export function isNisLine({ name }: { readonly name: string }): boolean {
  return name.startsWith("+") || name.startsWith("-");
}

function peopleOf({ users }: Accounts, uidMin: number): People {
  const own = users.filter((user) => !isNisLine(user) && user.uid !== undefined);
  const isPerson = ({ uid = 0 }: UserEntry) => uid === 0 || (uid >= uidMin && uid !== nobody);
  return {
    people: own.filter((user) => isPerson(user) && !isNoLogin(user)),
    system: own.filter((user) => !isPerson(user)),
    uidMin,
  };
}

export const people: FactSource<People> = {
  title: "the accounts of people and of services (/etc/passwd, UID_MIN of /etc/login.defs)",
  async gather(_host, ask): Promise<Fact<People>> {
    const [all, defs] = await Promise.all([ask(accounts), ask(loginDefs)]);
    if (all.state !== "known") return all;
    if (defs.state === "error") return defs;
    return known(peopleOf(all.value, defs.state === "known" ? defs.value.uidMin : 1000));
  },
};
