// Where a change really lands, and what is there: symbolic links followed, missing directories named. Changes nothing.
import type { Image } from "../core/plan.js";
import { printable } from "../core/printable.js";
import type { Host, Missing, ReadOk, StatResult } from "../host/host.js";

export interface Place {
  /** The path with symbolic links resolved, but for the last part where the link itself is meant. */
  readonly path: string;
  readonly image: Image;
  /** Where its text was asked for and it is a file. */
  readonly read: ReadOk | undefined;
  /** Directories that must be made first, outermost first. */
  readonly directories: readonly string[];
}

export type Placed =
  | { readonly state: "ok"; readonly place: Place }
  /** A socket has attributes and no content: it is changed where it lives, not as a file. */
  | { readonly state: "socket"; readonly path: string; readonly mode: number; readonly owner: string }
  | { readonly state: "impossible"; readonly reason: string };

/** Larger files are not edited; of others only the hash is taken. */
const editLimit = 16 * 1024 * 1024;

function split(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: slash <= 0 ? "/" : path.slice(0, slash), name: path.slice(slash + 1) };
}

function joined(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

function impossible(missing: Missing): Placed {
  return { state: "impossible", reason: missing.reason };
}

/** May what was asked of `path` be done to `real`? A link out of the tree the administrator looks at may not be followed. */
function strays(path: string, real: string): boolean {
  const top = (of: string) => of.split("/", 2)[1] ?? "";
  const merged = (of: string) => (["bin", "sbin", "lib", "lib64"].includes(top(of)) ? "usr" : top(of));
  const run = path.startsWith("/var/run/") && real.startsWith("/run/");
  return !run && merged(path) !== merged(real);
}

/** The real folder of a path that is not there, and the directories that are missing on the way to it. */
async function folderOf(
  host: Host,
  path: string,
): Promise<{ readonly real: string; readonly missing: readonly string[] } | Missing> {
  const stat = await host.stat(path);
  if (stat.state === "ok") return { real: stat.realPath, missing: [] };
  const itself = await host.lstat(path);
  if (stat.state !== "absent" || itself.state !== "absent" || path === "/") return stat;
  const { folder, name } = split(path);
  const above = await folderOf(host, folder);
  if ("state" in above) return above;
  const real = joined(above.real, name);
  return { real, missing: [...above.missing, real] };
}

async function imageOf(
  host: Host,
  path: string,
  stat: StatResult & { readonly state: "ok" },
): Promise<Image | Missing> {
  const { kind, mode, uid, gid, size } = stat;
  if (kind === "directory") return { state: "directory", mode, uid, gid };
  if (kind === "symlink") {
    const link = await host.readlink(path);
    return link.state === "ok" ? { state: "symlink", target: link.target, uid, gid } : link;
  }
  const digest = await host.digest(path, "sha256");
  if (digest.state !== "ok") return digest;
  return { state: "file", sha256: digest.hex, size, mode, uid, gid };
}

async function absentPlace(host: Host, path: string): Promise<Placed> {
  const { folder, name } = split(path);
  const above = await folderOf(host, folder);
  if ("state" in above) return impossible(above);
  if (strays(path, above.real)) return strayed(path, above.real);
  const real = joined(above.real, name);
  return {
    state: "ok",
    place: { path: real, image: { state: "absent" }, read: undefined, directories: above.missing },
  };
}

function strayed(path: string, real: string): Placed {
  return {
    state: "impossible",
    reason: `${printable(path)} leads to ${printable(real)}, out of the directory that it belongs to`,
  };
}

async function existing(
  host: Host,
  path: string,
  stat: StatResult & { readonly state: "ok" },
  text: boolean,
): Promise<Placed> {
  const real = stat.realPath;
  if (strays(path, real)) return strayed(path, real);
  if (stat.kind === "socket")
    return { state: "socket", path: real, mode: stat.mode, owner: `${stat.uid}:${stat.gid}` };
  if (!["file", "directory", "symlink"].includes(stat.kind))
    return { state: "impossible", reason: `${printable(path)}: is not a regular file (${stat.kind})` };
  if (!text) {
    const image = await imageOf(host, path, stat);
    if ("path" in image) return impossible(image);
    return { state: "ok", place: { path: real, image, read: undefined, directories: [] } };
  }
  const read = await host.read(path, { limit: editLimit });
  if (read.state !== "ok") return impossible(read);
  const { sha256, size, mode, uid, gid } = read;
  const image: Image = { state: "file", sha256, size, mode, uid, gid };
  return { state: "ok", place: { path: real, image, read, directories: [] } };
}

/**
 * Finds the place of a change. `itself`: a link at the end is what is changed, and is not followed. `text`: the content
 * is going to be edited.
 */
export async function locate(
  host: Host,
  path: string,
  { itself, text }: { readonly itself: boolean; readonly text: boolean },
): Promise<Placed> {
  const own = await host.lstat(path);
  if (own.state === "absent") return await absentPlace(host, path);
  if (own.state !== "ok") return impossible(own);
  if (itself) return await existing(host, path, own, false);
  const stat = await host.stat(path);
  if (stat.state === "absent")
    return { state: "impossible", reason: `${printable(path)}: is a link that leads nowhere` };
  return stat.state === "ok" ? await existing(host, path, stat, text) : impossible(stat);
}
