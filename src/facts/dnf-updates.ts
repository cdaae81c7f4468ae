// Security updates that dnf's cached metadata names and that are not installed. Asks no network and no program; packings other
// than gzip, and repositories that publish no notices, are said.
import { type Fact, failed, known } from "../core/fact.js";
import { wholeFile } from "../core/source.js";
import { parseDnfConf } from "../formats/dnf-conf.js";
import { compareEvr, type Evr, parseEvr, showEvr } from "../formats/rpm-version.js";
import { unpack } from "../formats/unpack.js";
import { type NoticedPackage, parseRepomd, parseUpdateinfo } from "../formats/updateinfo.js";
import type { Host } from "../host/host.js";
import { type DnfRepository, dnfRepositories } from "./dnf-repositories.js";
import type { Packages } from "./packages.js";
import type { PendingUpdate, SecurityArchive, Updates } from "./updates.js";

/** dnf's own, and dnf5's; caches of users are not root's (dnf.conf(5): cachedir). */
const caches = ["/var/cache/dnf", "/var/cache/libdnf5"];
const moduleFolder = "/etc/dnf/modules.d";
/** Bytes of the notices of one repository, unpacked; Red Hat's largest have some 50 MiB. */
const limit = 96 * 1024 * 1024;

interface Cached {
  readonly repository: DnfRepository;
  readonly archive: SecurityArchive | undefined;
  readonly noticed: readonly NoticedPackage[];
  readonly list: { readonly path: string; readonly notices: number } | undefined;
  /** It says that it has no notices. */
  readonly silent: boolean;
  readonly unread: readonly string[];
}

/** Directories of the repository: `baseos-` and 16 hexadecimal digits that stand for its address. */
async function foldersOf(host: Host, id: string): Promise<readonly string[] | string> {
  const listings = await Promise.all(caches.map((path) => host.list(path)));
  const broken = listings.find(({ state }) => state === "denied" || state === "failed");
  if (broken !== undefined && broken.state !== "ok") return broken.reason;
  return listings.flatMap((listing) =>
    listing.state === "ok"
      ? listing.entries
          .filter(({ name }) => name.slice(0, -17) === id && /-[0-9a-f]{16}$/.test(name))
          .map(({ name }) => `${listing.path}/${name}`)
      : [],
  );
}

async function notices(host: Host, path: string, wanted: (name: string) => boolean) {
  const parts: Buffer[] = [];
  const read = await host.scan(path, (part) => parts.push(Buffer.from(part)), { limit });
  if (read.state !== "ok") return read.reason;
  const packed = Buffer.concat(parts);
  const unpacked = path.endsWith(".xml")
    ? { state: "ok" as const, bytes: packed }
    : unpack(path, packed, limit);
  if (unpacked.state === "error") return `${path}: ${unpacked.message}`;
  const found = parseUpdateinfo(Buffer.from(unpacked.bytes).toString("utf8"), wanted);
  return found ?? `${path}: is no updateinfo.xml, or ends too early`;
}

/** When dnf last saw that its copy is the newest: it touches the list of packages then. */
async function checkedAt(host: Host, folder: string, locations: readonly string[]): Promise<number> {
  const paths = ["repodata/repomd.xml", ...locations];
  const stats = await Promise.all(paths.map((path) => host.stat(`${folder}/${path}`)));
  return Math.max(0, ...stats.flatMap((stat) => (stat.state === "ok" ? [stat.mtimeMs] : [])));
}

interface Newest {
  readonly folder: string;
  readonly file: string;
  readonly date: number;
  readonly location: string | undefined;
}

async function newest(host: Host, folders: readonly string[]): Promise<Newest | string | undefined> {
  const found: Newest[] = [];
  for (const folder of folders) {
    const read = await host.read(`${folder}/repodata/repomd.xml`);
    if (read.state === "absent") continue;
    if (read.state !== "ok") return read.reason;
    const repomd = parseRepomd(read.text);
    if (repomd === undefined) return `${read.path}: is no repomd.xml`;
    const of = (type: string) =>
      repomd.parts.filter((part) => part.type === type).map((part) => part.location);
    const seen = await checkedAt(host, folder, of("primary"));
    const date = Math.max(seen, repomd.date ?? 0);
    found.push({ folder, file: read.path, date, location: of("updateinfo")[0] });
  }
  return found.sort((a, b) => b.date - a.date)[0];
}

async function cached(
  host: Host,
  repository: DnfRepository,
  wanted: (name: string) => boolean,
): Promise<Cached> {
  const { id, source } = repository;
  const nothing = { repository, archive: undefined, noticed: [], list: undefined, silent: false, unread: [] };
  const folders = await foldersOf(host, id);
  if (typeof folders === "string") return { ...nothing, unread: [folders] };
  const copy = await newest(host, folders);
  if (typeof copy === "string") return { ...nothing, unread: [copy] };
  if (copy === undefined) return { ...nothing, archive: { suite: id, source, release: undefined } };
  if (copy.location === undefined) return { ...nothing, silent: true };
  const path = `${copy.folder}/${copy.location}`;
  const found = await notices(host, path, wanted);
  // dnf's metadata name neither an origin nor a last day.
  const header = { origin: "", label: "", suite: id, codename: "", date: copy.date, validUntil: undefined };
  const release = { ...header, file: copy.file };
  const archive = { suite: id, source, release };
  if (typeof found === "string") return { ...nothing, archive, unread: [found] };
  return { ...nothing, archive, noticed: found.packages, list: { path, notices: found.notices } };
}

interface Streams {
  readonly enabled: ReadonlyMap<string, string>;
  readonly unread: readonly string[];
}

/** The stream of each module that is enabled; without a file of them notices of its packages would be passed over. */
async function streams(host: Host): Promise<Streams> {
  const listing = await host.list(moduleFolder);
  if (listing.state === "absent") return { enabled: new Map(), unread: [] };
  if (listing.state !== "ok") return { enabled: new Map(), unread: [listing.reason] };
  const names = listing.entries.map(({ name }) => name).filter((name) => name.endsWith(".module"));
  const reads = await Promise.all(names.map((name) => host.read(`${moduleFolder}/${name}`)));
  const sections = reads.flatMap((read) => (read.state === "ok" ? parseDnfConf(read.text).sections : []));
  const enabled = sections
    .filter((section) => section.get("state")?.value.trim() === "enabled")
    .map((section) => [section.name, section.get("stream")?.value.trim() ?? ""] as const);
  return {
    enabled: new Map(enabled),
    unread: [
      ...listing.undecodable.map((name) => `${moduleFolder}/${name}: the name is not valid UTF-8`),
      ...reads.flatMap((read) => (read.state === "ok" || read.state === "absent" ? [] : [read.reason])),
    ],
  };
}

/** The newest installed of each name and architecture: of kernels several are. */
function newestInstalled(installed: Packages): ReadonlyMap<string, Evr> {
  const found = new Map<string, Evr>();
  for (const { name, architecture, version } of installed.all) {
    const key = `${name}.${architecture}`;
    const [evr, before] = [parseEvr(version), found.get(key)];
    if (before === undefined || compareEvr(before, evr) < 0) found.set(key, evr);
  }
  return found;
}

function pending(
  installed: Packages,
  noticed: readonly (NoticedPackage & { readonly suite: string })[],
): readonly PendingUpdate[] {
  const own = newestInstalled(installed);
  const best = new Map<string, (typeof noticed)[number]>();
  for (const one of noticed) {
    const key = `${one.name}.${one.architecture}`;
    const [evr, before] = [own.get(key), best.get(key)];
    if (evr === undefined || compareEvr(evr, one) >= 0) continue;
    if (before === undefined || compareEvr(before, one) < 0) best.set(key, one);
  }
  return [...best].map(([key, one]) => ({
    name: one.name,
    architecture: one.architecture,
    installed: showEvr(own.get(key) ?? one),
    available: `${showEvr(one)} (${one.notice})`,
    suite: one.suite,
    held: false,
  }));
}

export async function fromDnf(host: Host, installed: Packages): Promise<Fact<Updates>> {
  const repositories = await dnfRepositories(host);
  if (repositories.state === "error") return repositories;
  const enabled = repositories.state === "known" ? repositories.value : { repositories: [], unread: [] };
  const modules = await streams(host);
  const wanted = (name: string) => installed.get(name) !== undefined;
  const all = await Promise.all(enabled.repositories.map((repository) => cached(host, repository, wanted)));
  const silent = all.filter((one) => one.silent).map(({ repository }) => repository.id);
  const unread = [...enabled.unread, ...modules.unread, ...all.flatMap((one) => one.unread)];
  const archives = all.flatMap(({ archive }) => (archive === undefined ? [] : [archive]));
  if (archives.length === 0 && silent.length > 0 && unread.length === 0)
    return failed(
      `no repository of dnf publishes security notices (${silent.join(", ")}): which updates are for security cannot be told`,
    );
  const noticed = all.flatMap((one) => one.noticed.map((each) => ({ ...each, suite: one.repository.id })));
  return known({
    tool: "dnf",
    archives,
    pending: pending(
      installed,
      noticed.filter(
        ({ module }) => module === undefined || modules.enabled.get(module.name) === module.stream,
      ),
    ),
    refreshedMs: undefined,
    now: host.now,
    lists: all.flatMap(({ list }) =>
      list === undefined ? [] : [wholeFile(list.path, `${list.notices} security notices`)],
    ),
    refused: [],
    silent,
    unread,
  });
}
