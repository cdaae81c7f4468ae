// Files that configuration files name, read one after another: how many and how deep is bounded, and what cannot be read is
// kept in words. Knows no format.
import { matchesWildcard } from "../core/wildcard.js";
import type { Host, ReadOk } from "../host/host.js";

export interface IncludeLimits {
  readonly depth: number;
  readonly files: number;
}

export class IncludedFiles {
  readonly unread: string[] = [];
  private files = 0;

  constructor(
    private readonly host: Host,
    private readonly limits: IncludeLimits,
  ) {}

  /** The file, where it is there and can be read. */
  async read(path: string, depth: number): Promise<ReadOk | undefined> {
    if (depth > this.limits.depth || ++this.files > this.limits.files) {
      this.unread.push(`${path}: too many includes`);
      return undefined;
    }
    const read = await this.host.read(path);
    if (read.state === "ok") return read;
    if (read.state !== "absent") this.unread.push(read.reason);
    return undefined;
  }

  /** The paths a pattern stands for; wildcards may be in its last part, and a folder (`…/`) stands for all in it. */
  async matching(pattern: string): Promise<readonly string[]> {
    const slash = pattern.lastIndexOf("/");
    const [folder, name] = [pattern.slice(0, slash), pattern.slice(slash + 1)];
    if (!pattern.startsWith("/") || /[*?[]/.test(folder)) {
      this.unread.push(`include of ${pattern} is not followed`);
      return [];
    }
    if (name !== "" && !/[*?[]/.test(name)) return [pattern];
    const listing = await this.host.list(folder);
    if (listing.state === "denied" || listing.state === "failed") this.unread.push(listing.reason);
    if (listing.state !== "ok") return [];
    return listing.entries
      .filter((entry) => !entry.name.startsWith(".") && (name === "" || matchesWildcard(name, entry.name)))
      .map((entry) => `${folder}/${entry.name}`);
  }
}
