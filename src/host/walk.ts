// One pass over local file systems: directory by directory through descriptors, so that no link or race leads out of
// them; in slices, so that everything else goes on. Looks at owners and modes; opens no file.
import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import { setImmediate } from "node:timers/promises";
import { printable } from "../core/printable.js";
import type { WalkRequest, WalkResult, WalkStart } from "./host.js";
import { missing } from "./path-error.js";
import type { Environment } from "./probes.js";
import { type Paced, paced } from "./progress.js";
import type { Resolver } from "./resolver.js";
import { Tally } from "./walk-tally.js";

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = fs.constants;
const openDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** Milliseconds of work before everything else gets a turn. */
const slice = 12;
/** Entries between two looks at the clock. */
const stride = 128;
/** Bytes of a directory above which its names are read in portions instead of at once. */
const largeDirectory = 256 * 1024;

const ascii = /^[\0-\x7f]*$/;

type Name = Pick<fs.Dirent, "isFile" | "isDirectory"> & { readonly name: string };

/** A directory being read. Paths and names are strings of one character a byte. */
interface Frame {
  readonly fd: number;
  readonly path: string;
  readonly names: Iterator<Name>;
  readonly done: () => void;
}

function bytesOf(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text).toString("latin1");
}

function textOf(bytes: string): { readonly path: string; readonly exact: boolean } {
  if (ascii.test(bytes)) return { path: bytes, exact: true };
  const buffer = Buffer.from(bytes, "latin1");
  if (isUtf8(buffer)) return { path: buffer.toString(), exact: true };
  return { path: printable(bytes, bytes.length), exact: false };
}

/** What a system call takes: text where every byte is ASCII, the bytes themselves otherwise. */
function target(fd: number, name: string): string | Buffer {
  const path = `/proc/self/fd/${fd}/${name}`;
  return ascii.test(name) ? path : Buffer.from(path, "latin1");
}

function* portions(dir: fs.Dir): Generator<Name> {
  for (let one = dir.readSync(); one !== null; one = dir.readSync()) yield one;
}

class Walk {
  private readonly tally: Tally;
  private readonly prune: ReadonlySet<string>;
  private readonly started: number;
  private sliceStart: number;

  constructor(
    private readonly request: WalkRequest,
    private readonly resolver: Pick<Resolver, "openForListing" | "canHang">,
    private readonly now: () => number,
    private readonly progress: Paced["show"],
  ) {
    this.tally = new Tally(request);
    this.prune = new Set([...request.prune].map(bytesOf));
    this.started = now();
    this.sliceStart = this.started;
  }

  async run(): Promise<WalkResult> {
    for (const start of this.request.starts) if (!(await this.from(start))) break;
    return this.tally.result(this.now() - this.started);
  }

  /** Walks one start; false when a limit ended the whole walk. */
  private async from({ path, crossDevices }: WalkStart): Promise<boolean> {
    const { resolver, tally } = this;
    if (resolver.canHang(path)) {
      tally.miss({ state: "failed", path, reason: `${path}: lies on a file system that can hang` });
      return true;
    }
    const stack: Frame[] = [];
    try {
      const fd = await resolver.openForListing(path);
      const stats = fs.fstatSync(fd);
      stack.push(this.frame(fd, path === "/" ? "" : bytesOf(path), stats.size));
      this.file(stats, "directory", bytesOf(path));
      return await this.descend(stack, crossDevices ? undefined : stats.dev);
    } catch (error) {
      tally.miss(missing(path, error));
      return true;
    } finally {
      for (const frame of stack) this.leave(frame);
    }
  }

  private async descend(stack: Frame[], device: number | undefined): Promise<boolean> {
    const { tally, request } = this;
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const name = this.next(frame);
      if (name === undefined) {
        stack.pop();
        this.leave(frame);
        continue;
      }
      if (tally.full()) return false;
      if (++tally.seen % stride === 0 && !(await this.breathe(frame.path))) return false;
      if (!name.isFile() && !name.isDirectory()) continue;
      const inner = this.look(frame, name, device);
      if (inner === undefined) continue;
      if (stack.length >= request.limits.depth) {
        this.leave(inner);
        tally.tooDeep(textOf(inner.path).path);
      } else stack.push(inner);
    }
    return true;
  }

  private next(frame: Frame): Name | undefined {
    try {
      const one = frame.names.next();
      return one.done === true ? undefined : one.value;
    } catch (error) {
      this.tally.miss(missing(textOf(frame.path).path, error));
      return undefined;
    }
  }

  /** Files one entry; a directory that is to be entered comes back opened. */
  private look(frame: Frame, entry: Name, device: number | undefined): Frame | undefined {
    const path = `${frame.path}/${entry.name}`;
    if (this.prune.has(path)) return undefined;
    const isDirectory = entry.isDirectory();
    if (isDirectory && this.resolver.canHang(textOf(path).path)) return this.crossed(path);
    try {
      const at = target(frame.fd, entry.name);
      const stats = fs.lstatSync(at);
      if (!isDirectory) {
        if (stats.isFile()) this.file(stats, "file", path);
        return undefined;
      }
      // Swapped for something else since it was listed.
      if (!stats.isDirectory()) return undefined;
      if (device !== undefined && stats.dev !== device) return this.crossed(path);
      this.file(stats, "directory", path);
      return this.frame(fs.openSync(at, openDirectory), path, stats.size);
    } catch (error) {
      const gone = missing(textOf(path).path, error);
      // What was removed meanwhile is not there to be judged.
      if (gone.state !== "absent") this.tally.miss(gone);
      return undefined;
    }
  }

  private crossed(path: string): undefined {
    this.tally.cross(textOf(path).path);
    return undefined;
  }

  private file({ mode, uid, gid }: fs.Stats, kind: "file" | "directory", path: string): void {
    this.tally.take({ kind, mode: mode & 0o7777, uid, gid }, () => textOf(path));
  }

  private frame(fd: number, path: string, size: number): Frame {
    try {
      const at = `/proc/self/fd/${fd}`;
      if (size <= largeDirectory) {
        const names = fs.readdirSync(at, { withFileTypes: true, encoding: "latin1" });
        return { fd, path, names: names.values(), done: () => {} };
      }
      const dir = fs.opendirSync(at, { encoding: "latin1", bufferSize: 256 });
      return { fd, path, names: portions(dir), done: () => dir.closeSync() };
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  private leave(frame: Frame): void {
    frame.done();
    fs.closeSync(frame.fd);
  }

  /** Lets others work when the slice is used up; false when the time of the walk is. */
  private async breathe(path: string): Promise<boolean> {
    const time = this.now();
    if (time - this.sliceStart < slice) return true;
    if (time - this.started > this.request.limits.milliseconds) {
      this.tally.late();
      return false;
    }
    this.progress(this.tally.seen, textOf(path).path);
    await setImmediate();
    this.sliceStart = this.now();
    return true;
  }
}

/** Looks at every file and directory below the starts, within the limits. Nothing is thrown for what a node can hold. */
export async function walk(
  request: WalkRequest,
  resolver: Pick<Resolver, "openForListing" | "canHang">,
  environment: Pick<Environment, "now" | "progress">,
): Promise<WalkResult> {
  const progress = paced(environment);
  try {
    return await new Walk(request, resolver, environment.now, progress.show).run();
  } finally {
    progress.erase();
  }
}
