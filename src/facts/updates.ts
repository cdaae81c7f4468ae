// Security updates that apt knows of and that are not installed, from its lists on disk; on other hosts those of dnf
// (dnf-updates.ts). Asks no network and no program.
import { type Fact, known } from "../core/fact.js";
import { place, type Source, wholeFile } from "../core/source.js";
import {
  type AptArchive,
  archivesOf,
  emptyIndexes,
  parseRelease,
  type ReleaseHeader,
} from "../formats/apt-lists.js";
import { type ListedPackage, PackagesScan } from "../formats/apt-packages.js";
import { compareDebianVersions } from "../formats/debian-version.js";
import { unpack } from "../formats/unpack.js";
import type { Host } from "../host/host.js";
import { aptConfig } from "./apt-config.js";
import { type AptEntry, aptSources } from "./apt-sources.js";
import { fromDnf } from "./dnf-updates.js";
import { type Packages, packages } from "./packages.js";
import type { Ask, FactSource } from "./source.js";

export interface SecurityArchive {
  readonly suite: string;
  /** The line that names it. */
  readonly source: Source;
  /** Undefined where apt never fetched it. */
  readonly release: (ReleaseHeader & { readonly file: string }) | undefined;
}

export interface PendingUpdate {
  readonly name: string;
  readonly architecture: string;
  readonly installed: string;
  readonly available: string;
  readonly suite: string;
  /** apt-mark hold: no upgrade touches it. */
  readonly held: boolean;
}

export interface Updates {
  readonly tool: "apt" | "dnf";
  readonly archives: readonly SecurityArchive[];
  readonly pending: readonly PendingUpdate[];
  /** When apt last took lists in, as far as its folders and stamps show; undefined where nothing does. */
  readonly refreshedMs: number | undefined;
  readonly now: number;
  /** The lists that were looked through. */
  readonly lists: readonly Source[];
  /** Repositories that publish no security notices: of their packages nothing is known. */
  readonly silent: readonly string[];
  /** Why apt refuses to work at all. */
  readonly refused: readonly string[];
  readonly unread: readonly string[];
}

const folder = "/var/lib/apt/lists";
/** Bytes of one list, unpacked; Debian's whole main archive has 50 MiB, security archives far less. */
const listLimit = 128 * 1024 * 1024;

/** Touched by apt's own timer, and by update-notifier after every successful update. */
const stamps = ["/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/periodic/update-stamp", folder];

/** What an archive calls itself where it carries security updates: `bookworm-security`, `Debian-Security`, `noble-infra-security`. */
function isSecurity({ label, suite, codename }: ReleaseHeader): boolean {
  return [label, suite, codename].some((name) => /(?:^|[-/])security$/i.test(name));
}

/** Before the first update only the name tells. */
function looksSecurity({ suite, uri }: AptArchive): boolean {
  return /-security$/.test(suite) || (/\/updates$/.test(suite) && /security/.test(uri));
}

interface Located extends SecurityArchive {
  readonly archive: AptArchive;
  readonly empty: ReadonlySet<string>;
}

async function locate(
  host: Host,
  entry: AptEntry,
  archive: AptArchive,
): Promise<Located | string | undefined> {
  for (const name of ["InRelease", "Release"]) {
    const read = await host.read(`${folder}/${archive.prefix}${name}`);
    if (read.state === "absent") continue;
    if (read.state !== "ok") return read.reason;
    const header = parseRelease(read.text);
    if (header === undefined) return `${read.path}: no Release file`;
    if (!isSecurity(header)) return undefined;
    return {
      suite: archive.suite,
      source: entry.source,
      archive,
      release: { ...header, file: read.path },
      empty: emptyIndexes(read.text),
    };
  }
  if (!looksSecurity(archive)) return undefined;
  return { suite: archive.suite, source: entry.source, archive, release: undefined, empty: new Set() };
}

interface Scanned {
  readonly packages: readonly ListedPackage[];
  readonly source: Source;
}

async function scan(host: Host, path: string, wanted: (name: string) => boolean): Promise<Scanned | string> {
  const reader = new PackagesScan(wanted);
  const packed = !path.endsWith("Packages");
  const parts: Buffer[] = [];
  const take = (part: Uint8Array) => (packed ? parts.push(Buffer.from(part)) : reader.take(part));
  const read = await host.scan(path, take, { limit: listLimit });
  if (read.state !== "ok") return read.reason;
  if (packed) {
    const unpacked = unpack(path, Buffer.concat(parts), listLimit);
    if (unpacked.state === "error") return `${path}: ${unpacked.message}`;
    reader.take(unpacked.bytes);
  }
  const end = reader.end();
  if (typeof end === "string") return `${path}: ${end}`;
  return { packages: end.packages, source: wholeFile(path, `${end.paragraphs} packages`) };
}

/** The newest version on offer for each installed package, where it is newer than what is installed. */
function pendingIn(
  installed: Packages,
  native: string,
  listed: readonly ListedPackage[],
  suite: string,
): readonly PendingUpdate[] {
  const byName = new Map<string, ListedPackage[]>();
  for (const one of listed) {
    const same = byName.get(one.name);
    if (same === undefined) byName.set(one.name, [one]);
    else same.push(one);
  }
  return installed.all.flatMap(({ name, architecture, version, want }) => {
    // A package can turn from one for all architectures into one for each, and back.
    const own = architecture === "all" ? native : architecture;
    const offers = (byName.get(name) ?? []).filter(
      (one) => one.architecture === "all" || one.architecture === own,
    );
    const available = offers
      .map((one) => one.version)
      .filter((one) => compareDebianVersions(version, one) < 0)
      .sort(compareDebianVersions)
      .at(-1);
    return available === undefined
      ? []
      : [{ name, architecture, installed: version, available, suite, held: want === "hold" }];
  });
}

interface Gathered {
  readonly pending: readonly PendingUpdate[];
  readonly lists: readonly Source[];
  readonly unread: readonly string[];
}

async function offersOf(
  host: Host,
  installed: Packages,
  native: string,
  archives: readonly Located[],
): Promise<Gathered> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return { pending: [], lists: [], unread: [] };
  if (listing.state !== "ok") return { pending: [], lists: [], unread: [listing.reason] };
  const wanted = (name: string) => installed.get(name) !== undefined;
  const pending: PendingUpdate[] = [];
  const lists: Source[] = [];
  const unread: string[] = [];
  for (const { archive, suite, release, empty } of archives) {
    if (release === undefined) continue;
    const found: ListedPackage[] = [];
    for (const [index, prefix] of archive.lists.entries()) {
      const names = listing.entries
        .map(({ name }) => name)
        .filter((name) => name.startsWith(prefix) && /Packages(?:\.[a-z0-9]+)?$/.test(name));
      if (names.length === 0 && !empty.has(archive.indexes[index] ?? ""))
        unread.push(`${folder}: no list of packages ${prefix}*`);
      for (const name of names) {
        const scanned = await scan(host, `${folder}/${name}`, wanted);
        if (typeof scanned === "string") unread.push(scanned);
        else {
          found.push(...scanned.packages);
          lists.push(scanned.source);
        }
      }
    }
    pending.push(...pendingIn(installed, native, found, suite));
  }
  return { pending, lists, unread };
}

async function refreshed(host: Host): Promise<number | undefined> {
  const stats = await Promise.all(stamps.map((path) => host.stat(path)));
  const times = stats.flatMap((stat) => (stat.state === "ok" ? [stat.mtimeMs] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}

async function fromApt(host: Host, ask: Ask, installed: Packages): Promise<Fact<Updates>> {
  const [config, sources] = await Promise.all([ask(aptConfig), ask(aptSources)]);
  if (sources.state !== "known") return sources;
  if (config.state !== "known") return config;
  const architecture =
    installed.get("dpkg")?.architecture ??
    installed.all.find((one) => one.architecture !== "all")?.architecture ??
    "";
  const archives = sources.value.entries
    .filter(({ types }) => types.includes("deb"))
    .flatMap((entry) => archivesOf(entry, architecture).map((archive) => ({ entry, archive })));
  const located = await Promise.all(archives.map(({ entry, archive }) => locate(host, entry, archive)));
  const security = located.filter((one) => one !== undefined && typeof one !== "string");
  const seen = new Set<string>();
  const fresh = security.filter(
    ({ archive: { lists } }) => !seen.has(lists.join()) && seen.add(lists.join()),
  );
  const offers = await offersOf(host, installed, architecture, fresh);
  return known({
    tool: "apt",
    archives: security,
    pending: offers.pending,
    refreshedMs: await refreshed(host),
    now: host.now,
    lists: offers.lists,
    silent: [],
    refused: [
      ...config.value.problems,
      ...sources.value.problems.map(({ message, source }) => `${place(source)}: ${message}`),
    ],
    unread: [
      ...config.value.unread,
      ...sources.value.unread,
      ...located.filter((one) => typeof one === "string"),
      ...offers.unread,
    ],
  });
}

export const updates: FactSource<Updates> = {
  title: "pending security updates (/var/lib/dpkg/status, /var/lib/apt/lists, apt's sources; /var/cache/dnf)",
  async gather(host, ask) {
    const installed = await ask(packages);
    if (installed.state !== "known") return installed;
    if (installed.value.manager === "rpm") return await fromDnf(host, installed.value);
    return await fromApt(host, ask, installed.value);
  },
};
