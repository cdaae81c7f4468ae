// Files by name as they lie on the disk: kind, owner, mode, or why that cannot be told. Not what they should be.
import type { Host, StatResult } from "../host/host.js";

/** A path and what is there; `state` is `ok` where it could be looked at. */
export type FileState = StatResult;

/** Most files one pattern stands for. */
const matchLimit = 1000;

/** The paths that `pattern` stands for: itself, or, with a `*` in its last part, those of its directory. */
async function expand(host: Host, pattern: string): Promise<readonly FileState[]> {
  const slash = pattern.lastIndexOf("/");
  const [before = "", after] = pattern.slice(slash + 1).split("*");
  if (after === undefined) return [await host.stat(pattern)];
  const folder = pattern.slice(0, slash);
  const listing = await host.list(folder);
  if (listing.state === "absent") return [];
  if (listing.state !== "ok") return [listing];
  const names = listing.entries
    .map(({ name }) => name)
    .filter(
      (name) =>
        name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after),
    );
  if (names.length > matchLimit)
    return [{ state: "failed", path: folder, reason: `${folder}: more than ${matchLimit} files ${pattern}` }];
  const states = await Promise.all(names.map((name) => host.stat(`${folder}/${name}`)));
  // Gone between the listing and the look, or a link to nowhere.
  return states.filter(({ state }) => state !== "absent");
}

/** Looks at each path; a pattern may have one `*` in its last part. What is not there comes back as `absent`. */
export async function fileStates(host: Host, patterns: readonly string[]): Promise<readonly FileState[]> {
  return (await Promise.all(patterns.map((pattern) => expand(host, pattern)))).flat();
}
