// The digests that earlier runs took of large files, and those that this one takes: what has not changed since is not hashed
// again. Does not say which of them are still believed.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { holdDirectory } from "./hold-directory.js";
import type { DigestAlgorithm } from "./host.js";
import { readAll, stampOf } from "./seen.js";

/** A digest and the very file that it is of. */
export interface KnownDigest {
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
  readonly hex: string;
  /** What the kernel said of the file before and after it was hashed (`stampOf`). */
  readonly stamp: string;
  /** When it was hashed, milliseconds since the epoch. */
  readonly at: number;
}

/** Where they are kept, in the state directory. */
export const digestsName = "digests.json";

const folder = "/var/lib/nodeward";
const sizeLimit = 1024 * 1024;
const bootIdPath = "/proc/sys/kernel/random/boot_id";

/** The start of the machine that we live in: another for every boot (proc_sys_kernel(5)). */
export function bootId(): string {
  try {
    return readFileSync(bootIdPath, "latin1").trim();
  } catch {
    return "";
  }
}

/**
 * What is kept there, as text; undefined where nothing is, or where anybody but root could have written it: the file and its
 * directory are root's alone, and nobody else can swap a directory above.
 */
export function keptDigests(): string | undefined {
  let held: number | undefined;
  let fd: number | undefined;
  try {
    const root = openSync("/", constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      held = holdDirectory(root, folder, new Set([0]));
    } finally {
      closeSync(root);
    }
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    fd = openSync(`/proc/self/fd/${held}/${digestsName}`, flags);
    const stats = fstatSync(fd);
    const rootsAlone = stats.isFile() && stats.uid === 0 && stats.nlink === 1 && (stats.mode & 0o077) === 0;
    return rootsAlone && stats.size <= sizeLimit ? readAll(fd, stats.size).toString("utf8") : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
    if (held !== undefined) closeSync(held);
  }
}

/** The change time of a file counts in ticks of the kernel, and a page that is mapped for writing is noted once until it is on the disk. */
const settledMs = 60_000;
/** What is smaller is hashed as fast as it is looked up. */
const worthKeeping = 16 * 1024;

/** What the kernel says of an open file now. */
interface Look {
  readonly stamp: string;
  readonly large: boolean;
  readonly settled: boolean;
}

/**
 * Believed is what the kernel says, not what a file says of itself: every write, rename, or change of mode or owner sets the
 * change time (inode(7)), which no call sets to another (utimensat(2)). Who has root can turn back the clock, or write to the
 * disk below the file system; but who has root can as well rewrite what a digest is compared with. What is kept is the
 * digest, never the verdict.
 */
export class KnownDigests {
  private before: ReadonlyMap<string, KnownDigest> | undefined;
  private readonly noted = new Map<string, KnownDigest>();

  constructor(
    /** Those of earlier runs that are still believed; asked for once, when a large file is met. */
    private readonly load: () => readonly KnownDigest[],
    private readonly now: () => number,
  ) {}

  /** The digest of the open file at `path`: as it was taken of this very file before, or by `take`. */
  async of<T extends { readonly hex: string; readonly total: number }>(
    path: string,
    fd: number,
    algorithm: DigestAlgorithm,
    take: () => Promise<T>,
  ): Promise<Pick<T, "hex" | "total">> {
    const at = this.now();
    const look = this.look(fd);
    if (!look.large) return await take();
    this.before ??= new Map(this.load().map((one) => [one.path, one]));
    const known = this.before.get(path);
    if (known?.stamp === look.stamp && known.algorithm === algorithm) return { hex: known.hex, total: 0 };
    const taken = await take();
    if (look.settled && this.look(fd).stamp === look.stamp)
      this.noted.set(path, { path, algorithm, hex: taken.hex, stamp: look.stamp, at });
    return taken;
  }

  /** What is to be kept for later runs; undefined where nothing new was hashed. */
  toKeep(): readonly KnownDigest[] | undefined {
    if (this.noted.size === 0) return undefined;
    return [...new Map([...(this.before ?? []), ...this.noted]).values()];
  }

  private look(fd: number): Look {
    const stats = fstatSync(fd, { bigint: true });
    return {
      stamp: stampOf(stats),
      large: stats.isFile() && stats.size >= worthKeeping,
      settled: this.now() - Number(stats.ctimeNs / 1_000_000n) >= settledMs,
    };
  }
}
