// From a path as a check names it to the file that may be changed: symbolic links by the rules. Opens nothing to stay.
import type { Stats } from "node:fs";
import { refused } from "./attempt.js";
import { swappable, type Trusted } from "./hold-directory.js";
import type { Missing } from "./host.js";
import type { Located, Refused, Use } from "./node-writer.js";
import type { Found, Resolver } from "./resolver.js";
import { splitPath } from "./split-path.js";

interface Passed {
  readonly path: string;
  readonly stats: Stats;
}

/** Gives a resolver that has kept nothing, and tells of each component it passes. */
export type Fresh = (passed: (path: string, stats: Stats) => void) => Resolver;

interface Way {
  readonly found: Pick<Found, "state" | "realPath"> | Missing;
  readonly passed: readonly Passed[];
  readonly canHang: boolean;
}

async function follow(fresh: Fresh, path: string, links: boolean): Promise<Way> {
  const passed: Passed[] = [];
  const resolver = fresh((here, stats) => passed.push({ path: here, stats }));
  try {
    const found = await resolver.find(path, links);
    if (found.state !== "found") return { found, passed, canHang: false };
    await resolver.release(found);
    return {
      found: { state: "found", realPath: found.realPath },
      passed,
      canHang: resolver.canHang(found.realPath),
    };
  } finally {
    await resolver.close();
  }
}

/** Links and directories on the way that somebody else than root could have put there. */
function untrusted(path: string, passed: readonly Passed[], trusted: Trusted): Refused | undefined {
  for (const { path: here, stats } of passed) {
    if (stats.isSymbolicLink() && !trusted.has(stats.uid))
      return refused(path, `the symbolic link ${here} on the way belongs to user ${stats.uid}`);
    const bad = stats.isDirectory() ? swappable(here, stats, trusted) : undefined;
    if (bad !== undefined) return refused(path, bad);
  }
  return undefined;
}

const firstFolder = (path: string) => path.split("/")[1] ?? "";

export async function locate(fresh: Fresh, trusted: Trusted, path: string, use: Use): Promise<Located> {
  const { directory: parent, name } = splitPath(path);
  const directory = parent || "/";
  if (!path.startsWith("/") || path.includes("\0") || name === "" || name === "." || name === "..")
    return refused(path, "is no path of a file");
  const above = await follow(fresh, directory, true);
  if (above.found.state === "absent") return { state: "no-directory", path: directory };
  if (above.found.state !== "found") return { state: "refused", path, reason: above.found.reason };
  const bad = untrusted(path, above.passed, trusted);
  if (bad !== undefined) return bad;
  if (above.canHang) return refused(path, "lies on a file system of another machine or program");
  const realPath = `${above.found.realPath === "/" ? "" : above.found.realPath}/${name}`;
  if (use === "name") return { state: "ok", realPath };
  return await behindLink(fresh, trusted, path, realPath);
}

/** The file that a last symbolic link leads to, when it stays where one would look for it. */
async function behindLink(fresh: Fresh, trusted: Trusted, path: string, realPath: string): Promise<Located> {
  const itself = await follow(fresh, realPath, false);
  if (!itself.passed.at(-1)?.stats.isSymbolicLink()) return { state: "ok", realPath };
  const target = await follow(fresh, realPath, true);
  if (target.found.state === "absent") return refused(path, "is a symbolic link that leads nowhere");
  if (target.found.state !== "found") return { state: "refused", path, reason: target.found.reason };
  const behind = target.found.realPath;
  const bad = untrusted(path, target.passed.slice(0, -1), trusted);
  if (bad !== undefined) return bad;
  if (firstFolder(behind) !== firstFolder(realPath))
    return refused(path, `is a symbolic link out of /${firstFolder(realPath)}, to ${behind}`);
  if (target.canHang) return refused(path, "lies on a file system of another machine or program");
  return { state: "ok", realPath: behind };
}
