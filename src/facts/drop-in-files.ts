// The files of a set of drop-in directories in the order programs read them: by name over all directories, a name in an
// earlier directory hiding the same name in later ones. Knows no format.
import { byBytes } from "../core/byte-order.js";
import type { Host, Listing, ReadOk } from "../host/host.js";

export interface DropInFile {
  readonly name: string;
  /** In the directory where it was found, symbolic links not resolved. */
  readonly path: string;
  /** The content; undefined for a name that stands for nothing: a link to /dev/null, or one that leads nowhere. */
  readonly read: ReadOk | undefined;
}

export interface DropIns {
  readonly files: readonly DropInFile[];
  /** Files that are not read, and the one of the same name that hides them. */
  readonly hidden: readonly { readonly path: string; readonly by: string }[];
  /** What could not be looked at and may hold more: a sentence each. */
  readonly unread: readonly string[];
  /** Directories that exist, in order. */
  readonly directories: readonly string[];
}

export interface DropInRules {
  /** In order of precedence. */
  readonly directories: readonly string[];
  accepts(name: string): boolean;
  /** A directory with an accepted name hides files of that name although nothing is read from it. */
  readonly directoriesHide: boolean;
}

/** Files read from one set of directories; honest ones have some dozens. */
const fileLimit = 2000;

interface Candidate {
  readonly name: string;
  readonly path: string;
}

interface Listed {
  readonly candidates: readonly Candidate[];
  readonly directories: readonly string[];
  readonly unread: readonly string[];
}

function namesOf(listing: Listing, accepts: (name: string) => boolean): Listed {
  const { path } = listing;
  if (listing.state === "absent") return { candidates: [], directories: [], unread: [] };
  if (listing.state !== "ok") return { candidates: [], directories: [path], unread: [listing.reason] };
  const lost = listing.undecodable.filter((name) => accepts(name));
  return {
    candidates: listing.entries
      .filter(({ name }) => accepts(name))
      .map(({ name }) => ({ name, path: `${path}/${name}` })),
    directories: [path],
    unread: lost.map((name) => `${path}/${name}: its name is not valid UTF-8`),
  };
}

/** Every directory once: /lib is a link to /usr/lib on most systems, and its files would seem to be hidden twice. */
async function listAll(host: Host, { directories, accepts }: DropInRules): Promise<Listed> {
  const listings = await Promise.all(directories.map((dir) => host.list(dir)));
  const real = listings.map((listing) => (listing.state === "ok" ? listing.realPath : undefined));
  const parts = listings
    .filter((_listing, index) => real[index] === undefined || real.indexOf(real[index]) === index)
    .map((listing) => namesOf(listing, accepts));
  return {
    candidates: parts.flatMap(({ candidates }) => candidates),
    directories: parts.flatMap((part) => part.directories),
    unread: parts.flatMap(({ unread }) => unread),
  };
}

type Looked =
  | { readonly state: "file"; readonly file: DropInFile }
  | { readonly state: "directory" }
  | { readonly state: "unread"; readonly reason: string };

async function look(host: Host, { name, path }: Candidate): Promise<Looked> {
  const read = await host.read(path);
  if (read.state === "ok") return { state: "file", file: { name, path, read } };
  const link = await host.readlink(path);
  if (read.state === "absent" || (link.state === "ok" && link.target === "/dev/null"))
    return { state: "file", file: { name, path, read: undefined } };
  const stat = await host.stat(path);
  if (stat.state === "ok" && stat.kind === "directory") return { state: "directory" };
  return { state: "unread", reason: read.reason };
}

/** Lists and reads the directories; each file once. */
export async function dropIns(host: Host, rules: DropInRules): Promise<DropIns> {
  const { candidates, directories, unread: unlisted } = await listAll(host, rules);
  const unread = [...unlisted];
  if (candidates.length > fileLimit) unread.push(`more than ${fileLimit} files in ${directories.join(", ")}`);
  const looked = await Promise.all(candidates.slice(0, fileLimit).map((one) => look(host, one)));
  const holders = new Map<string, string>();
  const files: DropInFile[] = [];
  const hidden: { path: string; by: string }[] = [];
  for (const [index, result] of looked.entries()) {
    const { name = "", path = "" } = candidates[index] ?? {};
    if (result.state === "directory" && !rules.directoriesHide) continue;
    const by = holders.get(name);
    if (by !== undefined) {
      hidden.push({ path, by });
      continue;
    }
    holders.set(name, path);
    if (result.state === "file") files.push(result.file);
    if (result.state === "unread") unread.push(result.reason);
  }
  return { files: files.sort((a, b) => byBytes(a.name, b.name)), hidden, unread, directories };
}
