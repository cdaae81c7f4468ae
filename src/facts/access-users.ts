// Who has root as a person: by user id 0, by a rule of sudo, by a group, by a key. Part of the inventory of `nodeward access`.
import type { Fact } from "../core/fact.js";
import { type AccessPart, type AccessWay, joinParts, noWays } from "./access-way.js";
import { type Accounts, accounts, type UserEntry } from "./accounts.js";
import { authorizedKeys, type KeyFile, type KeysOfAccounts } from "./authorized-keys.js";
import { clock } from "./clock.js";
import { isNisLine, isNoLogin } from "./people.js";
import { rootGroups } from "./root-groups.js";
import type { Ask } from "./source.js";
import { type Sshd, sshd } from "./sshd.js";
import { type RootWay, rootWays } from "./sudo-access.js";
import { type Sudoers, sudoers } from "./sudoers.js";
import { personOf } from "./sudoers-match.js";

/** What an account needs to log in: a password, only a key, or nothing at all. */
function passwordOf(user: UserEntry, { shadow }: Accounts): string {
  if (user.password.kind === "empty") return "nothing: its password is empty";
  if (shadow.state !== "known") return "a password, or none: shadow cannot be read";
  const entry = shadow.value.find(({ name }) => name === user.name);
  if (entry?.password.kind === "empty") return "nothing: its password is empty";
  if (entry?.password.kind === "hash" && !entry.password.locked) return "its password, or a key";
  return "a key: its password is locked";
}

function roots(all: Accounts): readonly AccessWay[] {
  return all.users
    .filter((user) => user.uid === 0 && !isNisLine(user))
    .map((user) => ({
      who: user.name,
      kind: "user",
      way: `is root: user id 0${isNoLogin(user) ? `, shell ${user.shell}` : ""}`,
      asks: passwordOf(user, all),
      sure: true,
      sources: [user.source],
    }));
}

const asked: Readonly<Record<RootWay["password"], string>> = {
  none: "no password",
  own: "the user's own password",
  root: "root's password",
};

/** The first rule of a user that gives root now; those that began or ended are another time's. */
function bySudo(user: UserEntry, rules: Sudoers, now: number): readonly AccessWay[] {
  const ways = rootWays(rules, personOf(user)).filter(
    ({ from, until }) => (from ?? now) <= now && (until ?? now) >= now,
  );
  // The easiest of them is the one that counts.
  const way = ways.find(({ password }) => password === "none") ?? ways[0];
  if (way === undefined) return [];
  const what = way.by === "all" ? "may run everything" : `may run ${way.program}, which hands over a shell`;
  return [
    {
      who: user.name,
      kind: "sudo",
      way: `sudo: ${what}`,
      asks: asked[way.password],
      sure: way.sure,
      sources: [way.source],
    },
  ];
}

/** Names in rules that are no account of this node: a directory service may know them. */
function strangers(rules: Sudoers, all: Accounts): readonly string[] {
  const names = rules.grants
    .filter(({ asRoot }) => asRoot.says === "allow")
    .flatMap(({ users }) => users)
    .flatMap(({ item, negated }) => (negated ? [] : [item]))
    .filter(({ kind, text }) => {
      if (kind === "name") return !text.startsWith("#") && all.user(text) === undefined;
      if (kind === "group")
        return !text.startsWith("%#") && all.group(text.replace(/^%:?/, "")) === undefined;
      return kind === "netgroup";
    })
    .map(({ text }) => text);
  return [...new Set(names)].map(
    (name) => `sudo names ${name}, which no local file knows: who that is cannot be told here`,
  );
}

function sudoPart(rules: Fact<Sudoers>, all: Accounts, now: number): AccessPart {
  if (rules.state === "absent") return noWays;
  if (rules.state === "error") return { ...noWays, unknown: [`sudo's rules: ${rules.reason}`] };
  const users = all.users.filter((user) => user.uid !== 0 && user.uid !== undefined && !isNisLine(user));
  const names = new Set<string>();
  const once = users.filter(({ name }) => !names.has(name) && names.add(name));
  const { refused, unread } = rules.value;
  return {
    ways: once.flatMap((user) => bySudo(user, rules.value, now)),
    unknown: unread,
    remarks: [
      ...strangers(rules.value, all),
      ...(refused === undefined ? [] : [`sudo lets nobody do anything: ${refused}`]),
    ],
  };
}

function groupPart(all: Accounts): AccessPart {
  const ways = [...rootGroups]
    .filter(([, { accountable }]) => !accountable)
    .flatMap(([name, { means }]) =>
      all.membersOf(name).map((member): AccessWay => {
        const source = all.group(name)?.source;
        return {
          who: member,
          kind: "group",
          way: `group ${name} ${means}`,
          asks: "nothing more",
          sure: true,
          sources: source === undefined ? [] : [source],
        };
      }),
    );
  return { ...noWays, ways };
}

/** How root's keys are taken: not at all, only for a command, or fully. */
function rootLogin(config: Fact<Sshd>): string {
  if (config.state !== "known") return "SSH, if sshd lets root in";
  const values = config.value.every("PermitRootLogin").filter((one) => one.concerns("root", ["root"]));
  const words = [...new Set(values.map(({ value }) => value))];
  if (words.every((word) => word === "no")) return "SSH is shut for root today (PermitRootLogin no)";
  return `SSH (PermitRootLogin ${words.join(", ")})`;
}

function keysOf({ keys, user, source }: KeyFile, way: string, asks: string): readonly AccessWay[] {
  return keys
    .filter(({ unusable }) => unusable === undefined)
    .map((one) => {
      const forced = one.options.find(({ name }) => name === "command")?.value;
      return {
        who: `key ${one.key.fingerprint}${one.comment === "" ? "" : ` (${one.comment})`}`,
        kind: "key" as const,
        way: `logs in as ${user.name}, ${way}${forced === undefined ? "" : `, for the command ${forced}`}`,
        asks,
        sure: true,
        sources: [source(one)],
      };
    });
}

function keyPart(
  keys: Fact<KeysOfAccounts>,
  config: Fact<Sshd>,
  others: ReadonlyMap<string, AccessWay>,
): AccessPart {
  if (keys.state === "absent") return noWays;
  if (keys.state === "error") return { ...noWays, unknown: [`authorized keys: ${keys.reason}`] };
  const { files, commands } = keys.value;
  const ways = files.flatMap((file) => {
    if (file.user.uid === 0) return keysOf(file, "who is root", rootLogin(config));
    const other = others.get(file.user.name);
    return other === undefined
      ? []
      : keysOf(file, `who has root by ${other.kind}`, `SSH, then ${other.asks}`);
  });
  const unread = files
    .filter(({ user }) => user.uid === 0 || others.has(user.name))
    .flatMap((file) => (file.unread === undefined ? [] : [file.unread]));
  return {
    ways,
    unknown: unread,
    remarks: commands.map(
      ({ file, line }) => `${file}:${line} gives sshd keys that cannot be seen (AuthorizedKeysCommand)`,
    ),
  };
}

/** Every account, rule, group and key that gives root. */
export async function accessOfUsers(ask: Ask): Promise<AccessPart> {
  const [all, rules, keys, config, time] = await Promise.all([
    ask(accounts),
    ask(sudoers),
    ask(authorizedKeys),
    ask(sshd),
    ask(clock),
  ]);
  if (all.state !== "known") return { ...noWays, unknown: [`users: ${all.reason}`] };
  const now = time.state === "known" ? time.value : 0;
  const own: AccessPart = { ...noWays, ways: roots(all.value) };
  const rule = sudoPart(rules, all.value, now);
  const groups = groupPart(all.value);
  const byName = new Map([...groups.ways, ...rule.ways].map((way) => [way.who, way]));
  const shadow = all.value.shadow.state === "error" ? [all.value.shadow.reason] : [];
  return joinParts([
    own,
    rule,
    groups,
    keyPart(keys, config, byName),
    { ...noWays, unknown: shadow, remarks: doors(all.value) },
  ]);
}

/** Whoever knows root's password needs no account of its own beyond one that may run su. */
function doors(all: Accounts): readonly string[] {
  if (all.shadow.state !== "known") return [];
  const root = all.shadow.value.find(({ name }) => name === "root");
  const hasPassword = root?.password.kind === "hash" && !root.password.locked;
  return hasPassword ? ["whoever knows root's password has root, by su and on the console"] : [];
}
