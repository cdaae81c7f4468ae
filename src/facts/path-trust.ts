// Who besides root can put something else at a path: the file itself, every directory on the way, behind links too.
// Modes and owners only; access lists are not looked at.
import { printable } from "../core/printable.js";
import type { FileStat, Host } from "../host/host.js";

/** Somebody besides root. */
export type Writer =
  | { readonly kind: "user" | "group"; readonly id: number }
  | { readonly kind: "everybody" };

export interface Weakness {
  readonly text: string;
  readonly by: Writer;
}

export interface PathTrust {
  readonly path: string;
  /** One sentence part for each way in: `/opt/x can be written by group 1000`. Empty: only root can. */
  readonly weak: readonly string[];
  /** The same, each with who that is. */
  readonly ways: readonly Weakness[];
  /** Nothing is there (yet). */
  readonly missing: boolean;
  /** What could not be looked at. */
  readonly unknown: readonly string[];
}

function weakness(path: string, stat: FileStat, parent: boolean): Weakness | undefined {
  const shown = printable(path);
  if (stat.uid !== 0)
    return { text: `${shown} belongs to user ${stat.uid}`, by: { kind: "user", id: stat.uid } };
  // In a sticky directory nobody removes or renames what is root's (inode(7)).
  if (parent && (stat.mode & 0o1000) !== 0) return undefined;
  if ((stat.mode & 0o002) !== 0)
    return { text: `${shown} can be written by everybody`, by: { kind: "everybody" } };
  if ((stat.mode & 0o020) !== 0 && stat.gid !== 0)
    return { text: `${shown} can be written by group ${stat.gid}`, by: { kind: "group", id: stat.gid } };
  return undefined;
}

/** `/a/b/c` -> `/`, `/a`, `/a/b`. */
function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, length) => `/${parts.slice(0, length).join("/")}`);
}

interface Found {
  readonly weak: Weakness[];
  readonly unknown: string[];
}

/** Notes the weak directories above `path`; answers the nearest that is missing, if one is. */
async function above(host: Host, path: string, found: Found): Promise<boolean> {
  for (const parent of parentsOf(path)) {
    const stat = await host.stat(parent);
    if (stat.state === "absent") return true;
    if (stat.state !== "ok") {
      found.unknown.push(stat.reason);
      return false;
    }
    const weak = weakness(parent, stat, true);
    if (weak !== undefined) found.weak.push(weak);
  }
  return false;
}

/** Looks at `path` (absolute), at what it links to, and at every directory above both. */
export async function pathTrust(host: Host, path: string): Promise<PathTrust> {
  const found: Found = { weak: [], unknown: [] };
  const stat = await host.stat(path);
  const gone = await above(host, path, found);
  if (stat.state === "ok") {
    const weak = weakness(path, stat, false);
    if (weak !== undefined) found.weak.push(weak);
    if (stat.realPath !== path) await above(host, stat.realPath, found);
  } else if (stat.state !== "absent") found.unknown.push(stat.reason);
  else if (!gone) await creatable(host, path, found);
  const unique = (items: readonly string[]) => [...new Set(items)];
  const ways = [...new Map(found.weak.map((way) => [way.text, way])).values()];
  return {
    path,
    weak: ways.map(({ text }) => text),
    ways,
    missing: stat.state === "absent",
    unknown: unique(found.unknown),
  };
}

/** In a sticky directory anybody can make what is not there. */
async function creatable(host: Host, path: string, found: Found): Promise<void> {
  const parent = parentsOf(path).at(-1) ?? "/";
  const stat = await host.stat(parent);
  if (stat.state === "ok" && (stat.mode & 0o1002) === 0o1002)
    found.weak.push({
      text: `${printable(path)} is missing and anybody can make it in ${printable(parent)}`,
      by: { kind: "everybody" },
    });
}
