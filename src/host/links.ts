// The targets of all symbolic links of one directory in as few system calls as can be. Follows none of them.
import { isUtf8 } from "node:buffer";
import type { LinksResult } from "./host.js";
import { missing } from "./path-error.js";
import type { Resolver } from "./resolver.js";

/** One opening for the directory, one readlink(2) for each link, names as the kernel gives them. */
export async function readLinks(resolver: Resolver, dir: string): Promise<LinksResult> {
  const found = await resolver.find(dir, true);
  if (found.state !== "found") return found;
  const through = `/proc/self/fd/${found.fd}`;
  const targets = new Map<string, string>();
  const unread: string[] = [];
  try {
    for (const { name, dirent } of await found.ops.entries(through)) {
      if (!dirent.isSymbolicLink() || !isUtf8(name)) continue;
      try {
        const later = found.ops.readlink(`${through}/${name.toString()}`);
        // Waiting for what is there already costs more than the system call.
        targets.set(name.toString(), (Buffer.isBuffer(later) ? later : await later).toString());
      } catch (error) {
        const bad = missing(`${dir}/${name.toString()}`, error);
        if (bad.state !== "absent") unread.push(bad.reason);
      }
    }
    return { state: "ok", path: dir, targets, unread: unread.length, reason: unread[0] ?? "" };
  } catch (error) {
    return missing(dir, error);
  } finally {
    await resolver.release(found);
  }
}
