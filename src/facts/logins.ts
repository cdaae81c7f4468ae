// Who gets into this node over SSH, by which key or password, and who of them has root then; and why the others do not.
// For guards that must not take the last way in away. Does not say who should.
import { type Fact, failed, known } from "../core/fact.js";
import { place, type Source } from "../core/source.js";
import { type Accounts, accounts, type UserEntry } from "./accounts.js";
import { authorizedKeys, type KeyFile, type KeysOfAccounts } from "./authorized-keys.js";
import { clock } from "./clock.js";
import { type Gate, hasEmptyPassword, hasHash, shellOf, shellProblems, shutOut } from "./login-account.js";
import { fileProblems, keyProblem, keyText } from "./login-keys.js";
import { isNisLine, isNoLogin } from "./people.js";
import { type RootAfter, rootAfter } from "./root-after.js";
import type { Ask, FactSource } from "./source.js";
import type { Connection } from "./sshd/match.js";
import { type Sshd, sshd } from "./sshd.js";
import { type Sudoers, sudoers } from "./sudoers.js";

export type { RootAfter } from "./root-after.js";

export interface Login {
  readonly user: UserEntry;
  readonly by: "key" | "password";
  /** The key and where it stands, or that it is a password. */
  readonly text: string;
  /** Of the key, as `ssh-keygen -l` prints it; empty for a password. */
  readonly fingerprint: string;
  readonly source: Source;
  /** How it becomes root; undefined where it does not. */
  readonly root: RootAfter | undefined;
}

export interface Shut {
  readonly user: UserEntry;
  readonly why: readonly string[];
  /** Its account is open to keys, and some of those that sshd takes cannot be seen. */
  readonly perhaps: boolean;
}

export interface LoginView {
  readonly logins: readonly Login[];
  /** Accounts with a shell that get in by nothing that can be seen. */
  readonly shut: readonly Shut[];
}

export interface Logins {
  /** Who gets in from an address; from nowhere in particular without one. */
  from(who: Connection): LoginView;
  /** How `name` becomes root once it is in; undefined where it does not. */
  root(name: string): RootAfter | undefined;
  /** Ways in that cannot be seen: programs that give keys, authorities that sign them. */
  readonly unseen: readonly string[];
}

interface World {
  readonly gate: Gate;
  readonly sudo: Sudoers | undefined;
  readonly files: ReadonlyMap<KeyFile, string | undefined>;
  readonly now: number;
  readonly unseen: readonly string[];
}

function rootOf({ gate, sudo, now }: World, user: UserEntry): RootAfter | undefined {
  return rootAfter(gate.accounts, sudo, user, now);
}

/** sshd_config(5) AuthenticationMethods: the lists of which one must be gone through. */
function methodLists(config: Sshd, who: Connection): readonly (readonly string[])[] {
  const value = config.value("AuthenticationMethods", who)?.join(" ") ?? "any";
  if (value === "any" || value === "") return [["publickey"], ["password"], ["keyboard-interactive"]];
  return value.split(" ").map((list) => list.split(",").map((method) => method.replace(/:.*$/, "")));
}

function passwordOpens(world: World, user: UserEntry, who: Connection, method: string): boolean {
  const { sshd: config, accounts: all } = world.gate;
  const on = (keyword: string) => config.value(keyword, who)?.[0] === "yes";
  const asks =
    method === "password" ? on("PasswordAuthentication") : on("KbdInteractiveAuthentication") && on("UsePAM");
  if (user.uid === 0 && !on("PermitRootLogin")) return false;
  return asks && (hasHash(all, user) || (on("PermitEmptyPasswords") && hasEmptyPassword(all, user)));
}

type KeyFound = Pick<Login, "text" | "fingerprint" | "source">;

function keysFor(
  world: World,
  user: UserEntry,
  who: Connection,
): { readonly good: readonly KeyFound[]; readonly why: readonly string[] } {
  const { sshd: config } = world.gate;
  const off = config.value("PubkeyAuthentication", who)?.[0] === "no" ? ["PubkeyAuthentication is no"] : [];
  const revoked = config.value("RevokedKeys", who)?.[0] ?? "none";
  const perhaps = revoked === "none" ? [] : [`RevokedKeys (${revoked}) may name its keys`];
  if (off.length + perhaps.length > 0) return { good: [], why: [...off, ...perhaps] };
  const good: KeyFound[] = [];
  const why: string[] = [];
  for (const [file, bad] of world.files) {
    if (file.user.name !== user.name) continue;
    if (bad !== undefined) why.push(bad);
    else
      for (const one of file.keys) {
        const problem = keyProblem(config, one, who, world.now);
        const text = keyText(file, one);
        if (problem !== undefined) why.push(`${text}: ${problem}`);
        else good.push({ text: `key ${text}`, fingerprint: one.key.fingerprint, source: file.source(one) });
      }
  }
  return { good, why: good.length + why.length === 0 ? ["no key in its authorized_keys"] : why };
}

/** PermitRootLogin with keys: a value other than `no` and `forced-commands-only` lets them in. */
function rootShut(config: Sshd, user: UserEntry, who: Connection): readonly string[] {
  if (user.uid !== 0) return [];
  const value = config.value("PermitRootLogin", who)?.[0] ?? "no";
  return value === "no" || value === "forced-commands-only" ? [`PermitRootLogin is ${value}`] : [];
}

function loginsOf(
  world: World,
  user: UserEntry,
  address: Connection,
): Omit<Shut, "user"> & { readonly logins: readonly Login[] } {
  const { gate } = world;
  const who: Connection = { ...address, user: user.name, groups: gate.accounts.groupsOf(user.name) };
  const closed = [...shutOut(gate, user, who), ...rootShut(gate.sshd, user, who)];
  if (closed.length > 0) return { logins: [], why: closed, perhaps: false };
  const keys = keysFor(world, user, who);
  const root = rootOf(world, user);
  const opens = (method: string) =>
    method === "publickey" ? keys.good.length > 0 : passwordOpens(world, user, who, method);
  const wanted = methodLists(gate.sshd, who);
  const lists = wanted.filter((list) => list.every(opens));
  const byKey = lists.some((list) => list.every((method) => method === "publickey"))
    ? keys.good.map((key): Login => ({ user, by: "key", root, ...key }))
    : [];
  const byPassword = lists.some((list) => list.some((method) => method !== "publickey"))
    ? [{ user, by: "password" as const, text: "its password", fingerprint: "", source: user.source, root }]
    : [];
  return {
    logins: [...byKey, ...byPassword],
    why: [...keys.why, "no password that sshd would take"],
    perhaps:
      gate.sshd.value("PubkeyAuthentication", who)?.[0] !== "no" &&
      wanted.some((list) => list.every((method) => method === "publickey")) &&
      world.unseen.length > 0,
  };
}

function viewOf(world: World, users: readonly UserEntry[], address: Connection): LoginView {
  const found = users.map((user) => ({ user, ...loginsOf(world, user, address) }));
  return {
    logins: found.flatMap(({ logins }) => logins),
    shut: found.flatMap(({ logins, ...shut }) => (logins.length > 0 ? [] : [shut])),
  };
}

function unseenOf(config: Sshd, { commands, files }: KeysOfAccounts): readonly string[] {
  const ca = config
    .every("TrustedUserCAKeys")
    .filter(({ value }) => value !== "" && value !== "none")
    .map(({ source }) => `${place(source)} lets in whom a certificate authority signs`);
  return [
    ...commands.map((source) => `${place(source)} lets in whom a program names`),
    ...ca,
    ...files.flatMap(({ unread }) => unread ?? []),
  ];
}

/** Each name once: what a second line of the same name says counts for nobody. */
function withShell({ users }: Accounts): readonly UserEntry[] {
  const names = new Set<string>();
  return users.filter(
    (user) =>
      user.uid !== undefined &&
      !isNisLine(user) &&
      !isNoLogin(user) &&
      // The account of Debian that flushes the disks.
      !/\/(?:sync|shutdown|halt)$/.test(user.shell) &&
      !names.has(user.name) &&
      names.add(user.name) !== undefined,
  );
}

async function gatherLogins(
  ask: Ask,
  host: Parameters<FactSource<Logins>["gather"]>[0],
): Promise<Fact<Logins>> {
  const [config, all, keys, rules, time] = await Promise.all([
    ask(sshd),
    ask(accounts),
    ask(authorizedKeys),
    ask(sudoers),
    ask(clock),
  ]);
  if (config.state !== "known") return config;
  if (all.state !== "known") return all.state === "absent" ? failed(all.reason) : all;
  if (keys.state !== "known") return failed(keys.reason);
  if (rules.state === "error") return failed(`sudo's rules: ${rules.reason}`);
  const { shadow } = all.value;
  if (shadow.state === "error") return failed(shadow.reason);
  const users = withShell(all.value);
  const now = time.state === "known" ? time.value : host.now;
  const [shells, files, nologin] = await Promise.all([
    shellProblems(host, users.map(shellOf)),
    fileProblems(host, keys.value.files, config.value, all.value),
    host.stat("/etc/nologin"),
  ]);
  const today = Math.floor(now / 86_400_000);
  const gate = { sshd: config.value, accounts: all.value, today, shells, closed: nologin.state === "ok" };
  const sudo = rules.state === "known" ? rules.value : undefined;
  const unseen = unseenOf(config.value, keys.value);
  const world: World = { gate, sudo, files, now, unseen };
  return known({
    from: (who) => viewOf(world, users, who),
    root: (name) => {
      const user = all.value.user(name);
      return user === undefined ? undefined : rootOf(world, user);
    },
    unseen,
  });
}

export const logins: FactSource<Logins> = {
  title: "who gets in over SSH and has root then (sshd, authorized_keys, accounts, sudo)",
  gather: (host, ask) => gatherLogins(ask, host),
};
