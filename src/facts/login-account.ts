// Would sshd let an account in at all, whatever it shows for itself: its shell, its dates, the lists of who may
// (allowed_user of auth.c, pam_unix(8) account, pam_nologin(8))? Not by which key or password.
import { printable } from "../core/printable.js";
import type { Host } from "../host/host.js";
import type { Accounts, ShadowEntry, UserEntry } from "./accounts.js";
import type { Connection } from "./sshd/match.js";
import { matchPattern, matchUser } from "./sshd/patterns.js";
import type { Sshd } from "./sshd.js";

/** What the lists and dates are asked with. */
export interface Gate {
  readonly sshd: Sshd;
  readonly accounts: Accounts;
  /** Days since 1970-01-01. */
  readonly today: number;
  /** What is at the path of each shell: why it cannot be started, or undefined. */
  readonly shells: ReadonlyMap<string, string | undefined>;
  /** /etc/nologin is there: only root gets in. */
  readonly closed: boolean;
}

export function shellOf({ shell }: Pick<UserEntry, "shell">): string {
  return shell === "" ? "/bin/sh" : shell;
}

/** Why a shell cannot be started, by its path (auth.c asks for a regular file that may be executed). */
export async function shellProblems(
  host: Host,
  shells: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const found = await Promise.all(
    [...new Set(shells)].map(async (shell): Promise<readonly [string, string | undefined]> => {
      const stat = await host.stat(shell);
      if (stat.state !== "ok") return [shell, `its shell ${printable(shell)} is not there`];
      const runs = stat.kind === "file" && (stat.mode & 0o111) !== 0;
      return [shell, runs ? undefined : `its shell ${printable(shell)} is no program`];
    }),
  );
  return new Map(found);
}

export function shadowOf({ shadow }: Accounts, name: string): ShadowEntry | undefined {
  return shadow.state === "known" ? shadow.value.find((entry) => entry.name === name) : undefined;
}

/** Does a password of the account open anything? Where PAM takes an empty one (pam_unix(8) nullok) that does, too. */
export function passwordWorks(accounts: Accounts, user: UserEntry): boolean {
  return hasHash(accounts, user) || hasEmptyPassword(accounts, user);
}

function stateOf(accounts: Accounts, user: UserEntry) {
  return user.password.kind === "shadow" ? shadowOf(accounts, user.name)?.password : user.password;
}

export function hasHash(accounts: Accounts, user: UserEntry): boolean {
  const state = stateOf(accounts, user);
  return state?.kind === "hash" && !state.locked;
}

export function hasEmptyPassword(accounts: Accounts, user: UserEntry): boolean {
  return stateOf(accounts, user)?.kind === "empty";
}

/** shadow(5) as pam_unix reads it at every login, with a key as well. */
function dates(entry: ShadowEntry | undefined, today: number): readonly string[] {
  if (entry === undefined) return [];
  const { expires, changed, maxDays, inactiveDays } = entry;
  if (expires !== undefined && expires >= 0 && today >= expires) return ["the account has expired"];
  if (changed === 0) return ["its password must be changed at the next login"];
  if (changed === undefined || maxDays === undefined || maxDays < 0 || today < changed) return [];
  const age = today - changed;
  if (age <= maxDays) return [];
  const gone = inactiveDays !== undefined && inactiveDays >= 0 && age > maxDays + inactiveDays;
  return [
    gone ? "its password ran out, and with it the account" : "its password ran out and must be changed",
  ];
}

function lists({ sshd, accounts }: Gate, name: string, who: Connection): readonly string[] {
  const groups = accounts.groupsOf(name);
  const patterns = (keyword: string) =>
    (sshd.value(keyword, who) ?? []).flatMap((text) => text.split(" ")).filter((text) => text !== "");
  // Without a name for the address sshd compares the address itself.
  const [host, address] = [who.host ?? who.address ?? "", who.address ?? ""];
  const namesUser = (pattern: string) => matchUser(name, host, address, pattern);
  const namesGroup = (pattern: string) => groups.some((group) => matchPattern(group, pattern));
  const [allowUsers, allowGroups] = [patterns("AllowUsers"), patterns("AllowGroups")];
  const found: string[] = [];
  if (patterns("DenyUsers").some(namesUser)) found.push("DenyUsers names it");
  if (allowUsers.length > 0 && !allowUsers.some(namesUser)) found.push("AllowUsers does not name it");
  if (patterns("DenyGroups").some(namesGroup)) found.push("DenyGroups names a group of it");
  if (allowGroups.length > 0 && !allowGroups.some(namesGroup)) found.push("AllowGroups names no group of it");
  return found;
}

/** Why sshd would not let the account in for `who`; empty where it would, if it shows the right key or password. */
export function shutOut(gate: Gate, user: UserEntry, who: Connection): readonly string[] {
  const { sshd, accounts, today, shells, closed } = gate;
  const shell = shells.get(shellOf(user));
  const entry = shadowOf(accounts, user.name);
  const pam = sshd.value("UsePAM", who)?.[0] === "yes";
  // Without PAM sshd itself refuses a locked account, by the same mark (LOCKED_PASSWD_PREFIX).
  const locked = !pam && entry?.password.locked === true ? ["its password is locked and UsePAM is no"] : [];
  return [
    ...(shell === undefined ? [] : [shell]),
    ...(closed && user.uid !== 0 ? ["/etc/nologin is there"] : []),
    ...dates(entry, today),
    ...locked,
    ...lists(gate, user.name, who),
    ...(sshd.value("RefuseConnection", who)?.[0] === "yes" ? ["RefuseConnection is yes"] : []),
  ];
}
