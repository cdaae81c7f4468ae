// Checksum lists that a site keeps for its platform binaries: read, and believed only when root alone can write them.
import { type Checksum, parseChecksums } from "../formats/checksums.js";
import type { Host } from "../host/host.js";
import { pathTrust } from "./path-trust.js";

/** Lists of checksums, with the file each entry came from. */
export interface Manifest {
  readonly entries: readonly (Checksum & { readonly file: string })[];
  /** Lists and lines that could not be used, and why. */
  readonly problems: readonly string[];
}

/** Where a site keeps its checksum lists: a file, or a folder of them. */
export const manifestPath = "/etc/nodeward/checksums";

const fileLimit = 200;

type Doubt = (file: string) => Promise<string | undefined>;

/** Reads a checksum list or every list in a folder; what there is a doubt about is left out, with the reason. */
export async function readManifest(host: Host, path: string, doubt?: Doubt): Promise<Manifest> {
  const listing = await host.list(path);
  if (listing.state === "absent") return { entries: [], problems: [] };
  const names = listing.state === "ok" ? listing.entries.filter(({ kind }) => kind !== "directory") : [];
  const files = listing.state === "ok" ? names.map(({ name }) => `${path}/${name}`) : [path];
  const entries: (Checksum & { file: string })[] = [];
  const problems: string[] = [];
  if (files.length > fileLimit) problems.push(`${path}: only the first ${fileLimit} lists were read`);
  for (const file of files.slice(0, fileLimit)) {
    const read = await host.read(file);
    const reason = read.state === "ok" ? await doubt?.(file) : read.reason;
    if (reason !== undefined) problems.push(reason);
    if (read.state !== "ok" || reason !== undefined) continue;
    const parsed = parseChecksums(file, read.text);
    for (const line of parsed.broken) problems.push(`${file}:${line} is not a checksum`);
    entries.push(...parsed.entries.map((entry) => ({ ...entry, file })));
  }
  return { entries, problems };
}

/** The node's own lists. One that others can write, or put another in the place of, proves nothing. */
export async function nodeManifest(host: Host): Promise<Manifest> {
  return await readManifest(host, manifestPath, async (file) => {
    const { weak, unknown } = await pathTrust(host, file);
    const [reason] = [...weak, ...unknown];
    return reason === undefined ? undefined : `${reason}: ${file} is not believed`;
  });
}
