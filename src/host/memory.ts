// A host that is only values: for tests, and for judging a change before it is made. Touches no disk.
import { createHash } from "node:crypto";
import type {
  DigestAlgorithm,
  Entry,
  Host,
  HttpProbe,
  HttpResult,
  LinksResult,
  Listing,
  Missing,
  ReadOptions,
  RunResult,
  StatResult,
  WalkRequest,
  WalkResult,
} from "./host.js";
import { digestLimit, linkLimit, readLimit } from "./limits.js";
import { bytesOf, kindOfNode, type MemoryNode, statOf } from "./memory-node.js";
import { readOk } from "./read-ok.js";
import { walkNodes } from "./walk-nodes.js";

export type { MemoryNode } from "./memory-node.js";

export type MemoryFiles = Readonly<Record<string, string | MemoryNode>>;

export interface MemoryOptions {
  readonly live?: boolean;
  /** Milliseconds since the epoch; 2026-01-01 unless told. */
  readonly now?: number;
  /** By probe and arguments, or by the probe alone whatever its arguments. */
  readonly runs?: Readonly<Record<string, RunResult>>;
  /** By `scheme://address:port/path`; not named: refused. */
  readonly http?: Readonly<Record<string, HttpResult>>;
}

type Located = { readonly state: "found"; readonly path: string; readonly node: MemoryNode } | Missing;

function absentAt(path: string): Missing {
  return { state: "absent", path, reason: `no such file: ${path}` };
}

function refused(path: string, error: "denied" | "failed"): Missing {
  return error === "denied"
    ? { state: "denied", path, reason: `permission denied: ${path}` }
    : { state: "failed", path, reason: `${path}: input/output error` };
}

class MemoryHost implements Host {
  readonly root = "/";
  readonly live: boolean;
  readonly now: number;
  private readonly nodes = new Map<string, MemoryNode>();

  constructor(
    files: MemoryFiles,
    private readonly options: MemoryOptions,
  ) {
    this.live = options.live ?? false;
    this.now = options.now ?? Date.UTC(2026, 0, 1);
    this.nodes.set("/", { kind: "directory" });
    for (const [path, value] of Object.entries(files)) {
      const parts = path.split("/").slice(1, -1);
      for (let length = 1; length <= parts.length; length++) {
        const parent = `/${parts.slice(0, length).join("/")}`;
        if (!this.nodes.has(parent)) this.nodes.set(parent, { kind: "directory" });
      }
      this.nodes.set(path, typeof value === "string" ? { text: value } : value);
    }
  }

  async read(path: string, { limit = readLimit } = {}) {
    const found = this.locate(path, true);
    if (found.state !== "found") return found;
    const kind = kindOfNode(found.node);
    const bad = found.node.error;
    if (bad !== undefined) return refused(path, bad);
    if (kind !== "file")
      return { state: "failed" as const, path, reason: `${path}: is not a regular file (${kind})` };
    const bytes = bytesOf(found.node);
    if (bytes.length > limit)
      return { state: "failed" as const, path, reason: `${path}: larger than ${limit} bytes` };
    return readOk(path, bytes, statOf(found.path, found.node));
  }

  async scan(
    path: string,
    take: (part: Uint8Array) => void,
    { limit = digestLimit }: ReadOptions = {},
  ): Promise<StatResult> {
    const read = await this.read(path, { limit });
    if (read.state !== "ok") return read;
    const bytes = Buffer.from(read.text, read.encoding);
    // In two parts, so that who takes them cannot rely on one.
    const half = bytes.length >> 1;
    take(bytes.subarray(0, half));
    take(bytes.subarray(half));
    return this.stat(path);
  }

  async list(dir: string): Promise<Listing> {
    const found = this.locate(dir, true);
    if (found.state !== "found") return found;
    if (found.node.error !== undefined) return refused(dir, found.node.error);
    if (kindOfNode(found.node) !== "directory")
      return { state: "failed", path: dir, reason: `${dir}: is not a directory` };
    const prefix = found.path === "/" ? "/" : `${found.path}/`;
    const entries: Entry[] = [...this.nodes]
      .filter(([path]) => path.startsWith(prefix) && path !== "/" && !path.slice(prefix.length).includes("/"))
      .map(([path, node]) => ({ name: path.slice(prefix.length), kind: kindOfNode(node) }));
    entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    return { state: "ok", path: dir, realPath: found.path, entries, undecodable: [] };
  }

  async stat(path: string): Promise<StatResult> {
    const found = this.locate(path, true);
    return found.state === "found" ? { state: "ok", path, ...statOf(found.path, found.node) } : found;
  }

  async lstat(path: string): Promise<StatResult> {
    const found = this.locate(path, false);
    return found.state === "found" ? { state: "ok", path, ...statOf(found.path, found.node) } : found;
  }

  async readlink(path: string) {
    const found = this.locate(path, false);
    if (found.state !== "found") return found;
    if (found.node.error !== undefined) return refused(path, found.node.error);
    if (found.node.link === undefined)
      return { state: "failed" as const, path, reason: `${path}: is not a symbolic link` };
    return { state: "ok" as const, path, target: found.node.link };
  }

  async readlinks(dir: string): Promise<LinksResult> {
    const listing = await this.list(dir);
    if (listing.state !== "ok") return listing;
    const links = await Promise.all(
      listing.entries
        .filter(({ kind }) => kind === "symlink")
        .map(async ({ name }) => [name, await this.readlink(`${dir}/${name}`)] as const),
    );
    const unread = links.flatMap(([, link]) => (link.state === "ok" ? [] : [link.reason]));
    return {
      state: "ok",
      path: dir,
      targets: new Map(links.flatMap(([name, link]) => (link.state === "ok" ? [[name, link.target]] : []))),
      unread: unread.length,
      reason: unread[0] ?? "",
    };
  }

  async digest(path: string, algorithm: DigestAlgorithm) {
    const found = this.locate(path, true);
    if (found.state !== "found") return found;
    if (found.node.error !== undefined) return refused(path, found.node.error);
    return {
      state: "ok" as const,
      path,
      hex: createHash(algorithm).update(bytesOf(found.node)).digest("hex"),
    };
  }

  async walk(request: WalkRequest): Promise<WalkResult> {
    return walkNodes(
      request,
      (path) => this.lstat(path),
      (path) => this.list(path),
    );
  }

  async run(probe: string, ...args: readonly string[]): Promise<RunResult> {
    if (!this.live) return { state: "absent", reason: "no program is started under --root" };
    const result = this.options.runs?.[[probe, ...args].join(" ")] ?? this.options.runs?.[probe];
    return result ?? { state: "absent", reason: `${probe} is not installed` };
  }

  async http({ scheme, address, port, path }: HttpProbe): Promise<HttpResult> {
    if (!this.live) return { state: "absent", reason: "no socket is opened under --root" };
    const result = this.options.http?.[`${scheme}://${address}:${port}${path}`];
    return result ?? { state: "refused", reason: `nothing listens on ${address}:${port}` };
  }

  async close(): Promise<void> {}

  private locate(path: string, follow: boolean): Located {
    const pending = path.split("/").reverse();
    const real: string[] = [];
    let links = 0;
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        real.pop();
        continue;
      }
      const here = `/${[...real, part].join("/")}`;
      const node = this.nodes.get(here);
      if (node === undefined) return absentAt(path);
      if (node.link !== undefined && (follow || pending.length > 0)) {
        if (++links > linkLimit)
          return { state: "failed", path, reason: `${path}: too many levels of symbolic links` };
        if (node.link.startsWith("/")) real.length = 0;
        pending.push(...node.link.split("/").reverse());
        continue;
      }
      // A directory that may not be searched hides what is in it.
      if (node.error === "denied" && kindOfNode(node) === "directory" && pending.length > 0)
        return refused(path, "denied");
      if (pending.length > 0 && kindOfNode(node) !== "directory")
        return { state: "failed", path, reason: `${path}: a part of the path is not a directory` };
      real.push(part);
    }
    const here = `/${real.join("/")}`;
    const node = this.nodes.get(here);
    return node === undefined ? absentAt(path) : { state: "found", path: here, node };
  }
}

/** A node described by its files; directories that lead to them exist. */
export function memoryHost(files: MemoryFiles, options: MemoryOptions = {}): Host {
  return new MemoryHost(files, options);
}
