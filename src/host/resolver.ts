// Walks a path inside the root, one component at a time by descriptor, so that no symbolic link, `..` or race leads
// out of it (path_resolution(7), open(2) O_PATH and O_NOFOLLOW). Opens; does not read.
import { constants, type Stats } from "node:fs";
import type { FileKind, FileStat, Missing } from "./host.js";
import { heldDirectories, linkLimit, pathLimit } from "./limits.js";
import { isGuarded, type Ops } from "./ops.js";
import { missing, PathError } from "./path-error.js";
import { insideProcess, policyDoor } from "./process-entries.js";
import { carryOut, type Steps, settled } from "./settle.js";

// open(2): the same value on every architecture Node runs on here; fs.constants does not name it.
const O_PATH = 0o10000000;
const look = O_PATH | constants.O_NOFOLLOW;
/** Of a FIFO or a terminal nothing is waited for. */
export const openForReading = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What becomes of the last component: it is looked at, opened with O_PATH, or so that it can be read. */
type Opening = "none" | "path" | "read";

export interface Found {
  readonly state: "found";
  /** For `release`; -1 where it was only looked at. */
  readonly fd: number;
  /** It can be read from; else it is an O_PATH descriptor. */
  readonly readable: boolean;
  readonly stats: Stats;
  readonly realPath: string;
  /** Set for a symbolic link that was not followed. */
  readonly target?: string;
  readonly ops: Ops;
}

export function kindOf(
  stats: Pick<Stats, "isFile" | "isDirectory" | "isSymbolicLink" | "isFIFO" | "isSocket" | "isBlockDevice">,
): FileKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isFIFO()) return "fifo";
  if (stats.isSocket()) return "socket";
  return stats.isBlockDevice() ? "block" : "character";
}

export function fileStat(stats: Stats, realPath: string): FileStat {
  const { uid, gid, size, nlink, dev, ino, mtimeMs, ctimeMs } = stats;
  return {
    realPath,
    kind: kindOf(stats),
    mode: stats.mode & 0o7777,
    uid,
    gid,
    size,
    nlink,
    dev,
    ino,
    mtimeMs,
    ctimeMs,
  };
}

function refuseOdd(path: string): void {
  if (path.includes("\0")) throw new PathError("a NUL byte in the path");
  if (!path.startsWith("/")) throw new PathError("not an absolute path");
  if (path.length > pathLimit) throw new PathError("ENAMETOOLONG");
}

export class Resolver {
  private readonly held = new Map<string, number>();

  constructor(
    private readonly rootFd: number,
    private readonly opsFor: (path: string) => Ops,
    /** Is told of every component that is passed, links too, in order; not of the root itself. */
    private readonly passed?: (path: string, stats: Stats) => void,
    /** /proc is the kernel's own and nothing is mounted over its processes. */
    private readonly processes = false,
  ) {}

  /** Opens `path` with O_PATH. With `follow` false a final symbolic link is found itself. */
  find(path: string, follow: boolean): Promise<Found | Missing> {
    return carryOut(this.finding(path, follow, "path"));
  }

  /** The same without opening the last component: there is nothing to release. */
  look(path: string, follow: boolean): Promise<Found | Missing> {
    return carryOut(this.finding(path, follow, "none"));
  }

  /** With "read" what must be a file of the kernel's is opened for reading, and nothing else. */
  *finding(path: string, follow: boolean, open: Opening): Steps<Found | Missing> {
    try {
      return yield* this.walk(path, follow, open);
    } catch (error) {
      return missing(path, error);
    }
  }

  /** Opens the directory `path` for reading its names; the caller closes it. Throws the error of open(2). */
  async openForListing(path: string): Promise<number> {
    const found = await carryOut(this.walk(path, true, "path"));
    try {
      return await found.ops.open(`/proc/self/fd/${found.fd}`, constants.O_RDONLY | constants.O_DIRECTORY);
    } finally {
      await this.release(found);
    }
  }

  /** Whether operations on `path` go through the guarded manner: its file system can hang. */
  canHang(path: string): boolean {
    return isGuarded(this.opsFor(path));
  }

  release(found: Found): Promise<void> {
    return carryOut(this.releasing(found));
  }

  *releasing(found: Found): Steps<void> {
    if (found.fd >= 0) yield* settled(found.ops.close(found.fd));
  }

  async close(): Promise<void> {
    for (const [path, fd] of this.held) await this.opsFor(path).close(fd);
    this.held.clear();
    await this.opsFor("/").close(this.rootFd);
  }

  private *walk(path: string, follow: boolean, open: Opening): Steps<Found> {
    refuseOdd(path);
    const pending = path.split("/").reverse();
    const real: string[] = [];
    let links = 0;
    for (;;) {
      const name = nextName(pending, real);
      if (name === undefined) return yield* this.openDirectory(real);
      const here = `/${[...real, name].join("/")}`;
      if (this.held.has(here) && pending.length > 0) {
        real.push(name);
        continue;
      }
      const inside = this.processes ? insideProcess(here, pending, follow) : undefined;
      if (inside !== undefined) return yield* this.step(real, `${name}/${inside}`, `${here}/${inside}`, open);
      if (pending.length > 0 && this.isDoor(here)) {
        real.push(name);
        yield* this.keep(here, yield* this.openDirectory(real));
        continue;
      }
      const last = pending.every((part) => part === "" || part === ".");
      const seen = yield* this.step(real, name, here, open === "none" && last ? "none" : "path");
      this.passed?.(here, seen.stats);
      if (seen.target !== undefined) {
        // A trailing slash asks for what the link points to (path_resolution(7)).
        if (last && !follow && pending.length === 0) return seen;
        yield* this.releasing(seen);
        if (++links > linkLimit) throw new PathError("ELOOP");
        if (seen.target.length > pathLimit) throw new PathError("ENAMETOOLONG");
        if (seen.target.startsWith("/")) real.length = 0;
        pending.push(...seen.target.split("/").reverse());
        continue;
      }
      if (last && (pending.length === 0 || seen.stats.isDirectory())) return seen;
      if (!seen.stats.isDirectory()) {
        yield* this.releasing(seen);
        throw new PathError("ENOTDIR");
      }
      yield* this.keep(here, seen);
      real.push(name);
    }
  }

  /** On the machine itself nothing lies behind it but the kernel's own policy. */
  private isDoor(path: string): boolean {
    return this.processes && path === policyDoor;
  }

  /** Opens `name` in the directory `real` without following it, or only looks at it. */
  private *step(real: readonly string[], name: string, here: string, open: Opening): Steps<Found> {
    const directory = yield* this.hold(real);
    try {
      const ops = this.opsFor(here);
      const through = `/proc/self/fd/${directory.fd}/${name}`;
      const readable = open === "read";
      const flags = readable ? openForReading | constants.O_NOFOLLOW : look;
      const fd = open === "none" ? -1 : yield* settled(ops.open(through, flags));
      try {
        const stats = yield* settled(fd < 0 ? ops.lstat(through) : ops.fstat(fd));
        const found = { state: "found" as const, fd, readable, stats, realPath: here, ops };
        if (!stats.isSymbolicLink()) return found;
        return { ...found, target: (yield* settled(ops.readlink(through))).toString() };
      } catch (error) {
        if (fd >= 0) yield* settled(ops.close(fd));
        throw error;
      }
    } finally {
      if (!directory.kept) yield* settled(this.opsFor(`/${real.join("/")}`).close(directory.fd));
    }
  }

  private *hold(real: readonly string[]): Steps<{ readonly fd: number; readonly kept: boolean }> {
    if (real.length === 0) return { fd: this.rootFd, kept: true };
    const fd = this.held.get(`/${real.join("/")}`);
    if (fd !== undefined) return { fd, kept: true };
    return { fd: (yield* this.openDirectory(real)).fd, kept: false };
  }

  /** Opens a directory whose components are known to be no links; a component swapped for one since is refused. */
  private *openDirectory(real: readonly string[]): Steps<Found> {
    const path = `/${real.join("/")}`;
    const ops = this.opsFor(path);
    let from = this.rootFd;
    let depth = 0;
    for (let length = real.length; length > 0; length--) {
      const fd = this.held.get(`/${real.slice(0, length).join("/")}`);
      if (fd === undefined) continue;
      from = fd;
      depth = length;
      break;
    }
    let fd = yield* settled(ops.open(`/proc/self/fd/${from}/.`, look | constants.O_DIRECTORY));
    for (const [index, name] of real.slice(depth).entries()) {
      const parent = fd;
      const flags = this.isDoor(`/${real.slice(0, depth + index + 1).join("/")}`) ? O_PATH : look;
      try {
        fd = yield* settled(ops.open(`/proc/self/fd/${parent}/${name}`, flags | constants.O_DIRECTORY));
      } finally {
        yield* settled(ops.close(parent));
      }
    }
    const stats = yield* settled(ops.fstat(fd));
    return { state: "found", fd, readable: false, stats, realPath: path, ops };
  }

  private *keep(path: string, found: Found): Steps<void> {
    // Another request may have opened it meanwhile; the first one stays.
    if (this.held.has(path) || this.held.size >= heldDirectories) yield* this.releasing(found);
    else this.held.set(path, found.fd);
  }
}

/** Takes the next real name off `pending`, going up for `..`; undefined when the path is used up. */
function nextName(pending: string[], real: string[]): string | undefined {
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "" || part === ".") continue;
    if (part !== "..") return part;
    real.pop();
  }
  return undefined;
}
