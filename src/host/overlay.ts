// A host as it would be with some paths changed: staged values over another host. For judging a change before it is made.
// Programs and requests still see the machine as it is. Writes nothing.
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Wanted } from "../core/plan.js";
import type {
  Entry,
  Host,
  LinkResult,
  LinksResult,
  Listing,
  Missing,
  Read,
  ReadOptions,
  StatResult,
} from "./host.js";
import { digestLimit, linkLimit, readLimit } from "./limits.js";
import { type OwnerIds, stagedKinds, statOfStaged } from "./overlay-stat.js";
import { readOk } from "./read-ok.js";

export type { OwnerIds } from "./overlay-stat.js";

/** What one path would be. */
export interface Staged {
  readonly path: string;
  readonly wanted: Wanted;
}

/** Links followed for one question, all together, as the kernel counts them. */
interface Count {
  links: number;
}

type Place =
  /** As it is on the machine; `by` is the path to ask for. */
  | { readonly state: "kept"; readonly real: string; readonly by: string }
  | { readonly state: "staged"; readonly real: string; readonly wanted: Wanted }
  | Missing;

function absentAt(path: string): Missing {
  return { state: "absent", path, reason: `no such file: ${path}` };
}

const plainDirectory: Wanted = { state: "directory", mode: 0o755, owner: "root:root" };

class OverlayHost implements Host {
  readonly live: boolean;
  readonly root: string;
  readonly now: number;
  private readonly staged: ReadonlyMap<string, Wanted>;
  /** Directories above what is new: where they are missing they are made with it. */
  private readonly above = new Set<string>();
  private readonly places = new Map<string, Promise<Place>>();

  constructor(
    private readonly inner: Host,
    changes: readonly Staged[],
    private readonly ids: OwnerIds,
  ) {
    this.live = inner.live;
    this.root = inner.root;
    this.now = inner.now;
    this.staged = new Map(changes.map(({ path, wanted }) => [path, wanted]));
    for (const { path, wanted } of changes)
      if (wanted.state !== "absent" && wanted.state !== "attributes")
        for (let at = dirname(path); at !== "/" && !this.above.has(at); at = dirname(at)) this.above.add(at);
  }

  async read(path: string, options: ReadOptions = {}): Promise<Read> {
    const place = await this.locate(path, true);
    if (place.state === "kept") {
      if (place.by === path) return this.inner.read(path, options);
      const read = await this.inner.read(place.by, options);
      return read.state === "ok" ? readOk(path, Buffer.from(read.text, read.encoding), read) : read;
    }
    if (place.state !== "staged") return place;
    const stat = await statOfStaged(this.inner, place, this.ids);
    if (stat.state !== "ok") return stat;
    if (place.wanted.state === "attributes") {
      const read = await this.inner.read(place.real, options);
      return read.state === "ok" ? readOk(path, Buffer.from(read.text, read.encoding), stat) : read;
    }
    if (place.wanted.state !== "file")
      return { state: "failed", path, reason: `${path}: is not a regular file (${stat.kind})` };
    const bytes = Buffer.from(place.wanted.content, place.wanted.encoding);
    const limit = options.limit ?? readLimit;
    if (bytes.length > limit) return { state: "failed", path, reason: `${path}: larger than ${limit} bytes` };
    return readOk(path, bytes, stat);
  }

  async scan(path: string, take: (part: Uint8Array) => void, options: ReadOptions = {}): Promise<StatResult> {
    const place = await this.locate(path, true);
    if (place.state === "kept") return this.inner.scan(place.by, take, options);
    const read = await this.read(path, { limit: options.limit ?? digestLimit });
    if (read.state !== "ok") return read;
    take(Buffer.from(read.text, read.encoding));
    return this.stat(path);
  }

  async list(dir: string): Promise<Listing> {
    const place = await this.locate(dir, true);
    if (place.state !== "kept" && place.state !== "staged") return place;
    const isNew = place.state === "staged" && place.wanted.state !== "attributes";
    const before = isNew ? undefined : await this.inner.list(place.state === "kept" ? place.by : place.real);
    if (before !== undefined && before.state !== "ok") return before;
    if (isNew && place.wanted.state !== "directory")
      return { state: "failed", path: dir, reason: `${dir}: is not a directory` };
    const entries = new Map<string, Entry>((before?.entries ?? []).map((entry) => [entry.name, entry]));
    for (const [path, wanted] of this.staged) {
      if (dirname(path) !== place.real || path === place.real) continue;
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (wanted.state === "absent") entries.delete(name);
      else if (wanted.state !== "attributes") entries.set(name, { name, kind: stagedKinds[wanted.state] });
    }
    return {
      state: "ok",
      path: dir,
      realPath: place.real,
      entries: [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))),
      undecodable: before?.undecodable ?? [],
    };
  }

  async stat(path: string): Promise<StatResult> {
    const place = await this.locate(path, true);
    if (place.state === "kept") return this.inner.stat(place.by);
    return place.state === "staged" ? statOfStaged(this.inner, place, this.ids, path) : place;
  }

  async lstat(path: string): Promise<StatResult> {
    const place = await this.locate(path, false);
    if (place.state === "kept") return this.inner.lstat(place.by);
    return place.state === "staged" ? statOfStaged(this.inner, place, this.ids, path) : place;
  }

  async readlink(path: string): Promise<LinkResult> {
    const place = await this.locate(path, false);
    if (place.state === "kept") return this.inner.readlink(place.by);
    if (place.state !== "staged") return place;
    return place.wanted.state === "symlink"
      ? { state: "ok", path, target: place.wanted.target }
      : { state: "failed", path, reason: `${path}: is not a symbolic link` };
  }

  async readlinks(dir: string): Promise<LinksResult> {
    const [place, found] = await Promise.all([this.locate(dir, true), this.inner.readlinks(dir)]);
    if (found.state !== "ok" || (place.state !== "kept" && place.state !== "staged")) return found;
    const targets = new Map(found.targets);
    for (const [path, wanted] of this.staged) {
      if (dirname(path) !== place.real) continue;
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (wanted.state === "symlink") targets.set(name, wanted.target);
      else if (wanted.state !== "attributes") targets.delete(name);
    }
    return { ...found, targets };
  }

  digest: Host["digest"] = async (path, algorithm, options) => {
    const place = await this.locate(path, true);
    if (place.state === "kept") return this.inner.digest(place.by, algorithm, options);
    const read = await this.read(path, { limit: digestLimit });
    if (read.state !== "ok") return read;
    const hex = createHash(algorithm).update(read.text, read.encoding).digest("hex");
    return { state: "ok", path, hex };
  };

  /** As it is: what is staged is small beside a whole file system, and asked for by name. */
  walk: Host["walk"] = (request) => this.inner.walk(request);
  run: Host["run"] = (probe, ...args) => this.inner.run(probe, ...args);
  http: Host["http"] = (probe) => this.inner.http(probe);

  /** The other host is not ours to close. */
  async close(): Promise<void> {}

  /** Follows a path part by part, since any of its links and directories can be staged. */
  private locate(path: string, follow: boolean, count?: Count): Promise<Place> {
    const key = `${follow ? "f" : "l"}${path}`;
    const before = this.places.get(key);
    if (before !== undefined) return before;
    const found = this.find(path, follow, count ?? { links: 0 });
    // Behind a link the answer depends on how many were followed before.
    if (count === undefined || count.links === 0) this.places.set(key, found);
    return found;
  }

  private async find(path: string, follow: boolean, count: Count): Promise<Place> {
    if (count.links > linkLimit)
      return { state: "failed", path, reason: `${path}: too many levels of symbolic links` };
    const clean = path.replace(/\/+$/, "");
    if (clean === "") return { state: "kept", real: "/", by: "/" };
    const parent = await this.locate(dirname(clean), true, count);
    if (parent.state !== "kept" && parent.state !== "staged")
      return parent.state === "absent" ? absentAt(path) : parent;
    if (parent.state === "staged" && parent.wanted.state === "file")
      return { state: "failed", path, reason: `${path}: a part of the path is not a directory` };
    const name = clean.slice(clean.lastIndexOf("/") + 1);
    if (name === "..") return this.locate(dirname(parent.real), true, count);
    const real = name === "." ? parent.real : `${parent.real === "/" ? "" : parent.real}/${name}`;
    const wanted = this.staged.get(real);
    if (wanted?.state === "absent") return absentAt(path);
    if (wanted?.state === "symlink" && follow) {
      count.links++;
      return this.find(linkFrom(parent.real, wanted.target), true, count);
    }
    if (wanted !== undefined) return staged(real, wanted);
    if (parent.state === "staged" && parent.wanted.state === "directory")
      return this.above.has(real) ? staged(real, plainDirectory) : absentAt(path);
    return this.keptAt(path, real, parent.real, follow, count);
  }

  private async keptAt(
    path: string,
    real: string,
    folder: string,
    follow: boolean,
    count: Count,
  ): Promise<Place> {
    const stat = await this.inner.lstat(real);
    if (stat.state === "absent") return this.above.has(real) ? staged(real, plainDirectory) : absentAt(path);
    // Why it cannot be looked at is for the question itself to say.
    if (stat.state !== "ok") return { state: "kept", real, by: path };
    if (!follow || stat.kind !== "symlink") return { state: "kept", real: stat.realPath, by: real };
    const link = await this.inner.readlink(real);
    if (link.state !== "ok") return { state: "kept", real, by: path };
    // Links of the kernel (/proc/PID/exe, /proc/self/fd) are no texts to follow.
    if (real.startsWith("/proc/")) return { state: "kept", real, by: real };
    count.links++;
    return this.find(linkFrom(folder, link.target), true, count);
  }
}

function staged(real: string, wanted: Wanted): Place {
  return { state: "staged", real, wanted };
}

function linkFrom(folder: string, target: string): string {
  return target.startsWith("/") ? target : `${folder}/${target}`;
}

/** `inner` with `changes` as if they were made; `ids` knows the numbers of owners that are given by name. */
export function overlayHost(
  inner: Host,
  changes: readonly Staged[],
  ids: OwnerIds = () => ({ uid: undefined, gid: undefined }),
): Host {
  return new OverlayHost(inner, changes, ids);
}
