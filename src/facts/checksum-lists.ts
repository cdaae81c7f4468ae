// Checksum lists that a site keeps for its platform binaries: read, and believed only when root alone can write them.
import { type Checksum, parseChecksums } from "../formats/checksums.js";
import type { Host } from "../host/host.js";

/** Lists of checksums, with the file each entry came from. */
export interface Manifest {
  readonly entries: readonly (Checksum & { readonly file: string })[];
  /** Lists and lines that could not be used, and why. */
  readonly problems: readonly string[];
}

/** Where a site keeps its checksum lists: a file, or a folder of them. */
export const manifestPath = "/etc/nodeward/checksums";

const fileLimit = 200;

/** Reads a checksum list or every list in a folder. */
export async function readManifest(host: Host, path: string): Promise<Manifest> {
  const listing = await host.list(path);
  if (listing.state === "absent") return { entries: [], problems: [] };
  const files =
    listing.state === "ok"
      ? listing.entries.filter(({ kind }) => kind !== "directory").map(({ name }) => `${path}/${name}`)
      : [path];
  const entries: (Checksum & { file: string })[] = [];
  const problems: string[] = [];
  for (const file of files.slice(0, fileLimit)) {
    const [read, stat] = [await host.read(file), await host.stat(file)];
    if (read.state !== "ok" || stat.state !== "ok") {
      problems.push(read.state === "ok" ? `${file} cannot be looked at` : read.reason);
      continue;
    }
    const parsed = parseChecksums(file, read.text);
    for (const line of parsed.broken) problems.push(`${file}:${line} is not a checksum`);
    entries.push(...parsed.entries.map((entry) => ({ ...entry, file })));
  }
  return { entries, problems };
}

/** A list that others can write proves nothing. */
export async function distrust(host: Host, path: string): Promise<string | undefined> {
  const stats = await Promise.all([path, path.slice(0, path.lastIndexOf("/"))].map((one) => host.stat(one)));
  const loose = stats.find((stat) => stat.state === "ok" && (stat.uid !== 0 || (stat.mode & 0o022) !== 0));
  return loose === undefined
    ? undefined
    : `${loose.path} can be written by others than root: it is not believed`;
}
