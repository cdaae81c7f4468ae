// Who may read a file, by its mode, owner and access list and by the directories above it. Root itself is left out.
import type { AclEntry } from "../formats/getfacl.js";
import type { Host } from "../host/host.js";
import type { Accounts } from "./accounts.js";
import type { FileState } from "./file-state.js";

export interface Readers {
  /** Anybody with an account, and every service. */
  readonly everybody: boolean;
  /** The group, and the names of its members, where it may read and is not root's. */
  readonly group: { readonly name: string; readonly members: readonly string[] } | undefined;
  /** The owner, where it is not root. */
  readonly owner: string | undefined;
  /** Whom an access list lets read it, whatever its mode says: `user alice`, `group ops`. */
  readonly granted: readonly string[];
  /** Who may change it, besides root and its owner: `everybody`, `group x`. */
  readonly writers: readonly string[];
}

type Looked = Extract<FileState, { state: "ok" }>;

interface Passage {
  readonly all: boolean;
  readonly group: boolean;
}

/** May others, or a group, come as far as the file? A directory that cannot be looked at is taken to be open. */
async function passage(host: Host, path: string, gid: number): Promise<Passage> {
  const parts = path.split("/").slice(1, -1);
  let [all, group] = [true, true];
  for (let length = 1; length <= parts.length; length++) {
    const stat = await host.stat(`/${parts.slice(0, length).join("/")}`);
    if (stat.state !== "ok") continue;
    const forAll = (stat.mode & 0o001) !== 0;
    all = all && forAll;
    // Of a directory's own group its own bits are asked, and not those of others (path_resolution(7)).
    group = group && (stat.gid === gid ? (stat.mode & 0o010) !== 0 : forAll);
  }
  return { all, group };
}

/** For a socket reading means connecting, which takes the right to write (unix(7)); for a directory, listing or searching. */
function bitsOf(kind: Looked["kind"]): number {
  if (kind === "socket") return 0o022;
  return kind === "directory" ? 0o055 : 0o044;
}

function entries(list: readonly AclEntry[], bits: number): readonly string[] {
  return list
    .filter((entry) => (entry.bits & bits) !== 0 && !/^(?:user|group):(?:root|0)$/.test(entry.who))
    .map(({ who }) => who.replace(":", " "));
}

/** `list` are the entries of the file's access list beyond its mode, where it has one. */
export async function readersOf(
  host: Host,
  { realPath, kind, mode, uid, gid }: Looked,
  names: Pick<Accounts, "userName" | "groupName" | "membersOf"> | undefined,
  list: readonly AclEntry[] = [],
): Promise<Readers> {
  const { all, group } = await passage(host, realPath, gid);
  const bits = bitsOf(kind);
  const name = names?.groupName(gid) ?? String(gid);
  const ofGroup = group && gid !== 0;
  return {
    everybody: all && (mode & bits & 0o007) !== 0,
    group:
      ofGroup && (mode & bits & 0o070) !== 0 ? { name, members: names?.membersOf(name) ?? [] } : undefined,
    owner: uid === 0 ? undefined : (names?.userName(uid) ?? String(uid)),
    granted: entries(list, bits & 0o007),
    writers: [
      ...(all && (mode & 0o002) !== 0 ? ["everybody"] : []),
      // A socket is written to be used: that is what its readers are.
      ...(ofGroup && kind !== "socket" && (mode & 0o020) !== 0 ? [`group ${name}`] : []),
      ...(kind === "socket" ? [] : entries(list, 0o002)),
    ],
  };
}
