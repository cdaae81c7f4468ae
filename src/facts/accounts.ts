// The users and groups of the node's own files (passwd(5), group(5), shadow(5)). Not those of LDAP or SSSD, not who may log in.
import { type Fact, failed, known } from "../core/fact.js";
import {
  type GroupEntry,
  parseGroup,
  parsePasswd,
  parseShadow,
  type ShadowEntry,
  type UserEntry,
} from "../formats/passwd.js";
import type { Read } from "../host/host.js";
import type { FactSource } from "./source.js";

export type { GroupEntry, ShadowEntry, UserEntry } from "../formats/passwd.js";

export interface Accounts {
  /** In the order of /etc/passwd; a name or uid can stand twice. */
  readonly users: readonly UserEntry[];
  readonly groups: readonly GroupEntry[];
  /** Known only to root. */
  readonly shadow: Fact<readonly ShadowEntry[]>;
  /** The first user of that name or uid, as getpwnam(3) and getpwuid(3) find it. */
  user(key: string | number): UserEntry | undefined;
  group(key: string | number): GroupEntry | undefined;
  /** Names of the groups a user is in: by membership, and by its primary group. */
  groupsOf(name: string): readonly string[];
  /** Names of the users in a group, by membership and by primary group. */
  membersOf(group: string): readonly string[];
  /** `root`, or the number where no user has it. */
  userName(uid: number): string;
  groupName(gid: number): string;
}

function shadowFact(read: Read): Fact<readonly ShadowEntry[]> {
  if (read.state === "ok") return known(parseShadow(read.path, read.text));
  return read.state === "absent" ? { state: "absent", reason: read.reason } : failed(read.reason);
}

function firstBy<T, K>(items: readonly T[], key: (item: T) => K | undefined): ReadonlyMap<K, T> {
  const found = new Map<K, T>();
  for (const item of items) {
    const value = key(item);
    if (value !== undefined && !found.has(value)) found.set(value, item);
  }
  return found;
}

/** Builds the fact from entries; for tests of what uses it as well. */
export function accountsOf(
  users: readonly UserEntry[],
  groups: readonly GroupEntry[],
  shadow: Fact<readonly ShadowEntry[]>,
): Accounts {
  const byName = firstBy(users, ({ name }) => name);
  const byUid = firstBy(users, ({ uid }) => uid);
  const groupByName = firstBy(groups, ({ name }) => name);
  const groupByGid = firstBy(groups, ({ gid }) => gid);
  return {
    users,
    groups,
    shadow,
    user: (key) => (typeof key === "number" ? byUid.get(key) : byName.get(key)),
    group: (key) => (typeof key === "number" ? groupByGid.get(key) : groupByName.get(key)),
    groupsOf: (name) => {
      const gid = byName.get(name)?.gid;
      const own = groups.filter(
        (group) => group.members.includes(name) || (gid !== undefined && group.gid === gid),
      );
      return [...new Set(own.map((group) => group.name))];
    },
    membersOf: (group) => {
      const same = groups.filter((one) => one.name === group);
      const gids = same.map(({ gid }) => gid);
      const primary = users
        .filter(({ gid }) => gid !== undefined && gids.includes(gid))
        .map(({ name }) => name);
      return [...new Set([...same.flatMap(({ members }) => members), ...primary])];
    },
    userName: (uid) => byUid.get(uid)?.name ?? String(uid),
    groupName: (gid) => groupByGid.get(gid)?.name ?? String(gid),
  };
}

export const accounts: FactSource<Accounts> = {
  title: "the local users and groups (/etc/passwd, /etc/group, /etc/shadow)",
  async gather(host) {
    const [passwd, group, shadow] = await Promise.all([
      host.read("/etc/passwd"),
      host.read("/etc/group"),
      host.read("/etc/shadow"),
    ]);
    if (passwd.state === "absent") return { state: "absent", reason: passwd.reason };
    if (passwd.state !== "ok") return failed(passwd.reason);
    if (group.state !== "ok" && group.state !== "absent") return failed(group.reason);
    const groups = group.state === "ok" ? parseGroup(group.path, group.text) : [];
    return known(accountsOf(parsePasswd(passwd.path, passwd.text), groups, shadowFact(shadow)));
  },
};
