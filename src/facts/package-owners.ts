// Which package a file came with: dpkg's lists, or rpm. Asked for a few files, not for all.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import { type Packages, packages } from "./packages.js";
import { rpmDatabase } from "./rpm-database.js";
import type { Ask } from "./source.js";

/** Path -> package; a path that no package brought is not in it. */
export type PackageOwners = ReadonlyMap<string, string>;

const lists = "/var/lib/dpkg/info";
/** The list of the largest packages (kernel headers) is a few MiB. */
const listLimit = 32 * 1024 * 1024;

/** A path and what it was called before /bin, /sbin and /lib became links into /usr. */
function namesOf(path: string): readonly string[] {
  const merged = /^\/usr(\/(?:bin|sbin|lib|lib32|lib64|libx32)\/.*)$/.exec(path)?.[1];
  return merged === undefined ? [path] : [path, merged];
}

/** `libc6:amd64.list` -> `libc6`. */
function packageOf(file: string): string {
  return file.slice(0, -".list".length).replace(/:[^:]*$/, "");
}

class DpkgSearch {
  readonly found = new Map<string, string>();
  private readonly wanted: Map<string, string>;

  constructor(
    private readonly host: Host,
    paths: readonly string[],
    installed: Packages,
  ) {
    // The database is read already; the lists are hundreds of files.
    for (const path of paths) {
      const owner = installed.conffileOwner(path);
      if (owner !== undefined) this.found.set(path, owner);
    }
    const others = paths.filter((path) => !this.found.has(path));
    this.wanted = new Map(others.flatMap((path) => namesOf(path).map((name) => [name, path] as const)));
  }

  get done(): boolean {
    return this.wanted.size === 0;
  }

  /** Looks for the wanted paths in one list; a reason when it cannot be read. */
  async look(file: string): Promise<string | undefined> {
    const read = await this.host.read(`${lists}/${file}`, { limit: listLimit });
    if (read.state !== "ok") return read.reason;
    for (const line of read.text.split("\n")) {
      const path = this.wanted.get(line);
      if (path === undefined) continue;
      this.found.set(path, packageOf(file));
      for (const name of namesOf(path)) this.wanted.delete(name);
    }
    return undefined;
  }
}

async function fromDpkg(
  host: Host,
  paths: readonly string[],
  likely: ReadonlySet<string>,
  installed: Packages,
): Promise<Fact<PackageOwners>> {
  const search = new DpkgSearch(host, paths, installed);
  if (search.done) return known(search.found);
  const listing = await host.list(lists);
  if (listing.state !== "ok") return failed(listing.reason);
  const files = listing.entries.map(({ name }) => name).filter((name) => name.endsWith(".list"));
  const isLikely = (file: string) => likely.has(packageOf(file));
  for (const file of [...files.filter(isLikely), ...files.filter((file) => !isLikely(file))]) {
    if (search.done) break;
    const reason = await search.look(file);
    if (reason !== undefined) return failed(reason);
  }
  return known(search.found);
}

/** A list that cannot be followed could hold any of them. */
async function fromDatabase(ask: Ask, paths: readonly string[]): Promise<Fact<PackageOwners>> {
  const database = await ask(rpmDatabase);
  if (database.state !== "known") return failed(database.reason);
  const wanted = new Map(paths.flatMap((path) => namesOf(path).map((name) => [name, path] as const)));
  const found = new Map<string, string>();
  for (const header of database.value.headers) {
    const files = header.files();
    if (files === undefined)
      return failed(`${database.value.path}: the files of ${header.name} cannot be told`);
    for (const { path } of files) {
      const own = wanted.get(path);
      if (own !== undefined && !found.has(own)) found.set(own, header.name);
    }
  }
  return known(found);
}

async function fromRpm(host: Host, ask: Ask, paths: readonly string[]): Promise<Fact<PackageOwners>> {
  if (!host.live) return await fromDatabase(ask, paths);
  const result = await host.run("rpm-owners", ...paths);
  if (result.state !== "ok")
    return failed(`which package a file came with is known to rpm alone: ${result.reason}`);
  // One line a file, in order: the name, or a sentence that no package owns it.
  const lines = result.stdout.split("\n").filter((line) => line !== "");
  if (lines.length !== paths.length) return failed("rpm did not answer for every file");
  const named = paths.map((path, index) => [path, lines[index] ?? ""] as const);
  return known(new Map(named.filter(([, line]) => /^[A-Za-z0-9][\w.+-]*$/.test(line))));
}

/** The packages that `paths` (without symbolic links) came with; the lists of `likely` packages are read first. */
export async function packageOwners(
  host: Host,
  ask: Ask,
  paths: readonly string[],
  likely: ReadonlySet<string> = new Set(),
): Promise<Fact<PackageOwners>> {
  const installed = await ask(packages);
  if (installed.state === "absent") return absent(installed.reason);
  if (installed.state !== "known") return failed(installed.reason);
  if (paths.length === 0) return known(new Map());
  return installed.value.manager === "dpkg"
    ? await fromDpkg(host, paths, likely, installed.value)
    : await fromRpm(host, ask, paths);
}
