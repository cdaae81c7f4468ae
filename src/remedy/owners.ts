// `user:group` as ids, by the node's own passwd(5) and group(5): what chown(1) would do with files as the only source.
import { parseGroup, parsePasswd } from "../formats/passwd.js";
import type { Host } from "../host/host.js";
import type { OwnerOf } from "./prepare.js";

function idIn(names: ReadonlyMap<string, number>, word: string): number | undefined {
  // A name wins over the same word as a number (chown(1)).
  return names.get(word) ?? (/^\d{1,10}$/.test(word) ? Number(word) : undefined);
}

/** The first entry of a name counts, as in getpwnam(3). */
function firstOf(entries: readonly (readonly [string, number | undefined])[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [name, id] of entries) if (id !== undefined && !found.has(name)) found.set(name, id);
  return found;
}

export async function ownersOf(host: Host): Promise<OwnerOf> {
  const [passwd, group] = await Promise.all([host.read("/etc/passwd"), host.read("/etc/group")]);
  const users = passwd.state === "ok" ? parsePasswd("/etc/passwd", passwd.text) : [];
  const groups = group.state === "ok" ? parseGroup("/etc/group", group.text) : [];
  const uids = firstOf(users.map(({ name, uid }) => [name, uid]));
  const gids = firstOf(groups.map(({ name, gid }) => [name, gid]));
  return (owner) => {
    const [user = "", groupName = "", ...rest] = owner.split(":");
    const uid = idIn(uids, user);
    const gid = idIn(gids, groupName);
    return uid === undefined || gid === undefined || rest.length > 0 ? undefined : { uid, gid };
  };
}
