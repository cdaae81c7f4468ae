// Opens a directory component by component without following a link, and looks at each: who could swap a part of the
// path could have another file changed (open(2) O_NOFOLLOW, path_resolution(7)).
import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { Rule } from "./attempt.js";

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Users that are trusted with a directory on the way: root, and ourselves when we are not. */
export type Trusted = ReadonlySet<number>;

/** Why somebody else could swap what lies in this directory, or undefined. */
export function swappable(path: string, stats: Stats, trusted: Trusted): string | undefined {
  const shown = path === "" ? "/" : path;
  if (!trusted.has(stats.uid))
    return `the directory ${shown} above it belongs to user ${stats.uid}, who could put another file in its place`;
  if ((stats.mode & 0o022) !== 0)
    return `the directory ${shown} above it can be written by ${(stats.mode & 0o002) !== 0 ? "everybody" : `group ${stats.gid}`}, who could put another file in its place`;
  return undefined;
}

/** The descriptor of a directory, for the caller to close. Throws the error of open(2), or the rule that forbids it. */
export function holdDirectory(root: number, path: string, trusted: Trusted): number {
  let fd = openSync(`/proc/self/fd/${root}/.`, flags);
  let here = "";
  for (const name of path.split("/").filter((part) => part !== "")) {
    try {
      const bad = swappable(here, fstatSync(fd), trusted);
      if (bad !== undefined) throw new Rule(bad);
      here += `/${name}`;
      const next = openSync(`/proc/self/fd/${fd}/${name}`, flags);
      closeSync(fd);
      fd = next;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }
  const bad = swappable(here, fstatSync(fd), trusted);
  if (bad === undefined) return fd;
  closeSync(fd);
  throw new Rule(bad);
}
