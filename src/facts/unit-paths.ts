// Where systemd looks for units and drop-ins, and what lies there by name (systemd.unit(5)). Reads no unit file.
import type { Host, Listing } from "../host/host.js";

/** Highest priority first. The generators' and the manager's own folders are there on a running machine only. */
export const unitFolders = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
  "/run/systemd/transient",
  "/run/systemd/generator.early",
  "/etc/systemd/system",
  "/etc/systemd/system.attached",
  "/run/systemd/system",
  "/run/systemd/system.attached",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/run/systemd/generator.late",
] as const;

export interface Placed {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
  /** Target of a symbolic link, made absolute; undefined for what is no link. */
  readonly target?: string;
}

/** A `.wants`, `.requires` or `.upholds` link: `by` pulls the unit in. */
export interface Pull {
  readonly unit: string;
  readonly by: string;
  readonly path: string;
  readonly folder: string;
}

export interface Layout {
  /** The entry that counts for each name. */
  readonly winners: ReadonlyMap<string, Placed>;
  /** Every entry, in order of priority: links anywhere count for enablement. */
  readonly all: readonly Placed[];
  /** Their paths. */
  readonly paths: ReadonlySet<string>;
  /** The folders that exist, in order of priority. */
  readonly folders: readonly string[];
  /** Paths of the drop-in folders (`…/x.service.d`). */
  readonly dropIns: ReadonlySet<string>;
  readonly pulls: readonly Pull[];
  /** What could not be listed. */
  readonly unread: readonly string[];
}

const unitName =
  /^[A-Za-z0-9:_.\\@-]{1,250}\.(?:service|socket|timer|target|path|mount|automount|swap|slice|scope|device)$/;

export function isUnitName(name: string): boolean {
  return unitName.test(name);
}

/** `/etc/x` + `../y` -> `/y`: of a link's text, not of the disk. */
export function lexical(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of (target.startsWith("/") ? target : `${folder}/${target}`).split("/"))
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  return `/${parts.join("/")}`;
}

async function placed(host: Host, folder: string, name: string, kind: string): Promise<Placed> {
  const path = `${folder}/${name}`;
  if (kind !== "symlink" && kind !== "unknown") return { folder, name, path };
  const link = await host.readlink(path);
  return link.state === "ok"
    ? { folder, name, path, target: lexical(folder, link.target) }
    : { folder, name, path };
}

async function pullsIn(host: Host, folder: string, name: string): Promise<readonly Pull[] | string> {
  const path = `${folder}/${name}`;
  const listing = await host.list(path);
  if (listing.state === "absent") return [];
  if (listing.state !== "ok") return listing.reason;
  const by = name.slice(0, name.lastIndexOf("."));
  return listing.entries
    .filter((entry) => isUnitName(entry.name))
    .map((entry) => ({ unit: entry.name, by, path: `${path}/${entry.name}`, folder }));
}

interface Listed {
  readonly folder: string;
  readonly listing: Listing & { readonly state: "ok" };
}

/** The folders that exist, each real folder once (/lib is a link to /usr/lib on merged systems). */
async function folders(
  host: Host,
): Promise<{ readonly listed: readonly Listed[]; readonly unread: readonly string[] }> {
  const listings = await Promise.all(unitFolders.map((folder) => host.list(folder)));
  const seen = new Set<string>();
  const listed: Listed[] = [];
  const unread: string[] = [];
  for (const [index, listing] of listings.entries()) {
    if (listing.state === "absent") continue;
    if (listing.state !== "ok") unread.push(listing.reason);
    else if (!seen.has(listing.realPath)) {
      seen.add(listing.realPath);
      listed.push({
        folder:
          listing.realPath === "/usr/lib/systemd/system" ? listing.realPath : (unitFolders[index] ?? ""),
        listing,
      });
      for (const name of listing.undecodable)
        unread.push(`${listing.path}: a name that is not UTF-8 (${name})`);
    }
  }
  return { listed, unread };
}

/** Undefined where there is no unit folder at all. */
export async function unitLayout(host: Host): Promise<Layout | undefined> {
  const { listed, unread } = await folders(host);
  if (listed.length === 0 && unread.length === 0) return undefined;
  const winners = new Map<string, Placed>();
  const all: Placed[] = [];
  const found = await Promise.all(
    listed.map(async ({ folder, listing }) => ({
      units: await Promise.all(
        listing.entries
          .filter((entry) => isUnitName(entry.name) && entry.kind !== "directory")
          .map((entry) => placed(host, folder, entry.name, entry.kind)),
      ),
      pulls: await Promise.all(
        listing.entries
          .filter((entry) => /\.(?:wants|requires|upholds)$/.test(entry.name))
          .map((entry) => pullsIn(host, folder, entry.name)),
      ),
    })),
  );
  for (const unit of found.flatMap(({ units }) => units)) {
    all.push(unit);
    if (!winners.has(unit.name)) winners.set(unit.name, unit);
  }
  const pulls = found.flatMap((one) => one.pulls);
  return {
    winners,
    all,
    paths: new Set(all.map(({ path }) => path)),
    folders: listed.map(({ folder }) => folder),
    dropIns: new Set(
      listed.flatMap(({ folder, listing }) =>
        listing.entries.filter(({ name }) => name.endsWith(".d")).map(({ name }) => `${folder}/${name}`),
      ),
    ),
    pulls: pulls.flatMap((pull) => (typeof pull === "string" ? [] : pull)),
    unread: [...unread, ...pulls.filter((pull) => typeof pull === "string")],
  };
}

/** `foo-bar@x.service`: itself, its template, then shorter and shorter prefixes, as unit_file_find_dirs has them. */
export function dropInNames(unit: string): readonly string[] {
  const dot = unit.lastIndexOf(".");
  const [stem, type] = [unit.slice(0, dot), unit.slice(dot + 1)];
  const at = stem.indexOf("@");
  const names = [`${unit}.d`];
  if (at >= 0 && at < stem.length - 1) names.push(`${stem.slice(0, at + 1)}.${type}.d`);
  let prefix = at < 0 ? stem : stem.slice(0, at);
  for (;;) {
    const dash = prefix.replace(/-+$/, "").lastIndexOf("-");
    if (dash <= 0) return names;
    prefix = prefix.slice(0, dash + 1);
    names.push(`${prefix}.${type}.d`);
  }
}
