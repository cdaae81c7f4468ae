// Paths that match a pattern with wildcards in any part, as glob(3) finds them under the root. Bounded.
import { isWildcard, matchesWildcard } from "../core/wildcard.js";
import type { Host } from "../host/host.js";

export interface Globbed {
  /** In byte order. */
  readonly paths: readonly string[];
  /** Folders that could not be listed: paths may be missing. */
  readonly unread: readonly string[];
}

const pathLimit = 1000;

/**
 * A pattern without wildcards is the path itself, whether or not it is there. `dots`: wildcards take a leading dot too, as
 * those of Go's filepath.Glob do.
 */
export async function globbed(host: Host, pattern: string, dots = false): Promise<Globbed> {
  const unread: string[] = [];
  let paths: readonly string[] = [""];
  for (const part of pattern.split("/").filter((one) => one !== "")) {
    if (!isWildcard(part)) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    const next: string[] = [];
    for (const path of paths) {
      const listing = await host.list(path === "" ? "/" : path);
      if (listing.state === "absent") continue;
      // A file where the pattern has a folder matches nothing (glob(3)).
      if (listing.state === "failed" && listing.reason.endsWith("is not a directory")) continue;
      if (listing.state !== "ok") {
        unread.push(listing.reason);
        continue;
      }
      // A leading dot must be matched by a dot (glob(7)).
      const names = listing.entries
        .map(({ name }) => name)
        .filter((name) => dots || part.startsWith(".") || !name.startsWith("."));
      next.push(...names.filter((name) => matchesWildcard(part, name)).map((name) => `${path}/${name}`));
      for (const name of listing.undecodable) unread.push(`${path}/${name}: the name is not valid UTF-8`);
    }
    paths = next;
    if (paths.length > pathLimit)
      return {
        paths: paths.slice(0, pathLimit),
        unread: [...unread, `${pattern}: more than ${pathLimit} paths`],
      };
  }
  return { paths, unread };
}
