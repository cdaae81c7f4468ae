// A walk over a host that is only values. Must say what host/walk.ts would say of the same files.
import type { Listing, StatResult, WalkRequest, WalkResult } from "./host.js";
import { Tally } from "./walk-tally.js";

/** Looks at every file and directory below the starts. */
export async function walkNodes(
  request: WalkRequest,
  lstat: (path: string) => Promise<StatResult>,
  list: (path: string) => Promise<Listing>,
): Promise<WalkResult> {
  const tally = new Tally(request);
  const enter = async (path: string, depth: number, device: number | undefined): Promise<boolean> => {
    const listing = await list(path);
    if (listing.state !== "ok") {
      tally.miss(listing);
      return true;
    }
    for (const { name } of listing.entries) {
      const inner = path === "/" ? `/${name}` : `${path}/${name}`;
      if (tally.full()) return false;
      tally.seen++;
      if (request.prune.has(inner)) continue;
      const stat = await lstat(inner);
      if (stat.state !== "ok" || (stat.kind !== "file" && stat.kind !== "directory")) continue;
      const { kind, mode, uid, gid, dev } = stat;
      if (kind === "directory" && device !== undefined && dev !== device) {
        tally.cross(inner);
        continue;
      }
      tally.take({ kind, mode, uid, gid }, () => ({ path: inner, exact: true }));
      if (kind !== "directory") continue;
      if (depth >= request.limits.depth) tally.tooDeep(inner);
      else if (!(await enter(inner, depth + 1, device))) return false;
    }
    return true;
  };
  for (const { path, crossDevices } of request.starts) {
    const stat = await lstat(path);
    if (stat.state !== "ok") {
      tally.miss(stat);
      continue;
    }
    const { mode, uid, gid, dev } = stat;
    tally.take({ kind: "directory", mode, uid, gid }, () => ({ path, exact: true }));
    if (!(await enter(path, 1, crossDevices ? undefined : dev))) break;
  }
  return tally.result(0);
}
