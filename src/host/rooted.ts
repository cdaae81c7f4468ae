// The host on a real file system: the live machine, or another root directory under --root. Reads only.

import { isUtf8 } from "node:buffer";
import { constants, openSync, readFileSync, realpathSync } from "node:fs";
import { printable } from "../core/printable.js";
import { Allowance } from "./allowance.js";
import { consume } from "./consume.js";
import { digestAt } from "./digest-at.js";
import { entryKind } from "./entry-kind.js";
import type {
  DigestAlgorithm,
  DigestOptions,
  DigestResult,
  Host,
  HttpProbe,
  HttpResult,
  LinkResult,
  LinksResult,
  Listing,
  Read,
  ReadOptions,
  RunResult,
  StatResult,
  WalkRequest,
  WalkResult,
} from "./host.js";
import { digestLimit, readLimit } from "./limits.js";
import { readLinks } from "./links.js";
import { chooser } from "./ops.js";
import { missing } from "./path-error.js";
import { type Environment, type ProbeName, runProbe } from "./probes.js";
import { hasProcesses } from "./process-entries.js";
import { readOk } from "./read-ok.js";
import { fileStat, Resolver } from "./resolver.js";
import { carryOut } from "./settle.js";
import { walk } from "./walk.js";

class RootedHost implements Host {
  readonly now: number;
  private readonly reads = new Map<string, { limit: number; result: Promise<Read> }>();
  private readonly listings = new Map<string, Promise<Listing>>();
  private readonly stats = new Map<string, Promise<StatResult>>();
  private readonly links = new Map<string, Promise<LinkResult>>();
  private readonly allowance = new Allowance();

  constructor(
    readonly root: string,
    readonly live: boolean,
    private readonly resolver: Resolver,
    private readonly environment: Environment,
  ) {
    this.now = environment.now();
  }

  read(path: string, { limit = readLimit }: ReadOptions = {}): Promise<Read> {
    const before = this.reads.get(path);
    if (before !== undefined && before.limit >= limit) return before.result;
    const result = this.readOnce(path, limit);
    this.reads.set(path, { limit, result });
    return result;
  }

  async scan(
    path: string,
    take: (part: Uint8Array) => void,
    { limit = digestLimit }: ReadOptions = {},
  ): Promise<StatResult> {
    const found = await carryOut(
      consume(this.resolver, path, limit, (part) => {
        take(part);
        return undefined;
      }),
    );
    return found.state === "found" ? { state: "ok", path, ...fileStat(found.stats, found.realPath) } : found;
  }

  list(dir: string): Promise<Listing> {
    return remember(this.listings, dir, () => this.listOnce(dir));
  }

  stat(path: string): Promise<StatResult> {
    return remember(this.stats, path, () => this.statOnce(path, true));
  }

  lstat(path: string): Promise<StatResult> {
    return remember(this.stats, `\0${path}`, () => this.statOnce(path, false));
  }

  readlink(path: string): Promise<LinkResult> {
    return remember(this.links, path, async () => {
      const found = await this.resolver.look(path, false);
      if (found.state !== "found") return found;
      if (found.target !== undefined) return { state: "ok", path, target: found.target };
      return { state: "failed", path, reason: `${printable(path)}: is not a symbolic link` };
    });
  }

  readlinks(dir: string): Promise<LinksResult> {
    return readLinks(this.resolver, dir);
  }

  digest(
    path: string,
    algorithm: DigestAlgorithm,
    { recorded = false }: DigestOptions = {},
  ): Promise<DigestResult> {
    const known = recorded && this.live ? this.environment.digests : undefined;
    return digestAt(this.resolver, path, algorithm, known);
  }

  walk(request: WalkRequest): Promise<WalkResult> {
    return walk(request, this.resolver, this.environment);
  }

  async run(probe: ProbeName, ...args: readonly string[]): Promise<RunResult> {
    if (!this.live) return { state: "absent", reason: "no program is started under --root" };
    return await runProbe(this.environment, probe, args);
  }

  async http(probe: HttpProbe): Promise<HttpResult> {
    if (!this.live) return { state: "absent", reason: "no socket is opened under --root" };
    const { request } = await import("./http.js");
    return await request(probe);
  }

  close(): Promise<void> {
    return this.resolver.close();
  }

  private async readOnce(path: string, limit: number): Promise<Read> {
    const portion = this.allowance.portion(path, limit);
    const found = await carryOut(
      consume(this.resolver, path, limit, (part, where) => portion.take(part, where)),
    );
    if (found.state === "found") return readOk(path, portion.bytes, fileStat(found.stats, found.realPath));
    portion.drop();
    return found;
  }

  private async listOnce(dir: string): Promise<Listing> {
    const found = await this.resolver.find(dir, true);
    if (found.state !== "found") return found;
    try {
      if (!found.stats.isDirectory())
        return { state: "failed", path: dir, reason: `${printable(dir)}: is not a directory` };
      const raw = await found.ops.entries(`/proc/self/fd/${found.fd}`);
      const sorted = [...raw].sort((a, b) => Buffer.compare(a.name, b.name));
      return {
        state: "ok",
        path: dir,
        realPath: found.realPath,
        entries: sorted
          .filter((entry) => isUtf8(entry.name))
          .map((entry) => ({ name: entry.name.toString(), kind: entryKind(entry) })),
        undecodable: sorted
          .filter((entry) => !isUtf8(entry.name))
          .map((entry) => printable(entry.name.toString("latin1"))),
      };
    } catch (error) {
      return missing(dir, error);
    } finally {
      await this.resolver.release(found);
    }
  }

  private async statOnce(path: string, follow: boolean): Promise<StatResult> {
    const found = await this.resolver.look(path, follow);
    if (found.state !== "found") return found;
    return { state: "ok", path, ...fileStat(found.stats, found.realPath) };
  }
}

function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

export type Opened =
  | { readonly state: "ok"; readonly host: Host }
  | { readonly state: "failed"; readonly reason: string };

/**
 * Opens the machine (`root` "/") or another root directory. Fails with a reason when it is not a readable directory or
 * when /proc is not mounted on this machine (descriptors are followed through /proc/self/fd).
 */
export function openHost(root: string, environment: Environment): Opened {
  try {
    const real = realpathSync(root);
    const fd = openSync(real, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const mountinfo = readFileSync("/proc/self/mountinfo", "utf8");
    const live = real === "/";
    return {
      state: "ok",
      host: new RootedHost(
        real,
        live,
        new Resolver(fd, chooser(real, mountinfo), undefined, live && hasProcesses(mountinfo)),
        environment,
      ),
    };
  } catch (error) {
    return { state: "failed", reason: missing(root, error).reason };
  }
}
