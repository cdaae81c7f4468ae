// How many bytes of files one audit keeps as text, so that no tree and no user of the node can make it swell. Reads
// nothing.
import { printable } from "../core/printable.js";
import type { Missing } from "./host.js";
import { keptLimits, lineLimits, readLimit } from "./limits.js";
import type { Found } from "./resolver.js";

type Part = keyof typeof keptLimits;

const partOfFolder = new Map<string, Part>([
  ["bin", "usr"],
  ["etc", "etc"],
  ["lib", "usr"],
  ["lib64", "usr"],
  ["proc", "proc"],
  ["run", "run"],
  ["sbin", "usr"],
  ["sys", "sys"],
  ["usr", "usr"],
  ["var", "var"],
]);

/** What runtimes keep of each container and sandbox, in folders of many names. */
const ofContainers = /^\/(?:run|var)\/.*\.json$/s;

const words: Readonly<Record<Part, string>> = {
  containers: "files of containers",
  etc: "files under /etc",
  large: "large files",
  other: "files of users",
  proc: "files under /proc",
  run: "files under /run",
  sys: "files under /sys",
  usr: "files under /usr",
  var: "files under /var",
};

/** Parts are apart from each other, so that a user who fills his home, or starts processes, hides nothing of /etc. */
function partOf(realPath: string, limit: number): Part {
  if (limit > readLimit) return "large";
  if (ofContainers.test(realPath)) return "containers";
  return partOfFolder.get(realPath.slice(1, realPath.indexOf("/", 1))) ?? "other";
}

/** Line feeds, and carriage returns too: to some programs they end lines. */
function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x0a || bytes[at] === 0x0d) count++;
  return count;
}

/** The lines of one part of the file system, which are only counted where there are enough bytes for too many. */
class Lines {
  private readonly waiting = new Set<Uint8Array>();
  private bytes = 0;
  private counted = 0;

  constructor(private readonly most: number) {}

  /** Are these too many with those before? */
  exceed(part: Uint8Array): boolean {
    this.bytes += part.length;
    this.waiting.add(part);
    // A line that says anything has two bytes.
    if (this.bytes <= 2 * this.most) return false;
    for (const one of this.waiting) this.counted += linesIn(one);
    this.waiting.clear();
    return this.counted > this.most;
  }

  drop(part: Uint8Array): void {
    this.bytes -= part.length;
    if (!this.waiting.delete(part)) this.counted -= linesIn(part);
  }
}

/** What is kept of one part of the file system so far. */
class Kept {
  bytes = 0;
  readonly lines: Lines | undefined;

  constructor(readonly part: Part) {
    const most = lineLimits[part];
    if (Number.isFinite(most)) this.lines = new Lines(most);
  }
}

/** What is left of the bytes and lines for each part of the file system. */
export class Allowance {
  private readonly kept = new Map<Part, Kept>();

  portion(path: string, limit: number): Portion {
    return new Portion(path, limit, this.kept);
  }
}

/** The bytes of one file, gathered part by part. */
class Portion {
  private readonly parts: Buffer[] = [];
  private total = 0;
  private kept: Kept | undefined;

  constructor(
    private readonly path: string,
    private readonly limit: number,
    private readonly all: Map<Part, Kept>,
  ) {}

  /** Keeps a copy: why not, where this file and those of its part come to more than is kept. */
  take(bytes: Uint8Array, { realPath, stats }: Pick<Found, "realPath" | "stats">): Missing | undefined {
    const kept = this.keptOf(partOf(realPath, this.limit));
    const most = keptLimits[kept.part];
    // What the file says of its size is enough to refuse it before it is read.
    if (kept.bytes + Math.max(bytes.length, stats.size - this.total) > most)
      return this.refusal(`the ${words[kept.part]} are larger than nodeward reads (${most} bytes together)`);
    const copy = Buffer.from(bytes);
    kept.bytes += copy.length;
    this.total += copy.length;
    this.parts.push(copy);
    if (kept.lines?.exceed(copy) !== true) return undefined;
    const lines = lineLimits[kept.part];
    return this.refusal(`the ${words[kept.part]} have more lines than nodeward reads (${lines} together)`);
  }

  /** The file is not kept after all. */
  drop(): void {
    if (this.kept === undefined) return;
    this.kept.bytes -= this.total;
    for (const part of this.parts) this.kept.lines?.drop(part);
  }

  get bytes(): Buffer {
    const [first] = this.parts;
    return this.parts.length === 1 && first !== undefined ? first : Buffer.concat(this.parts);
  }

  private keptOf(part: Part): Kept {
    const kept = this.kept ?? this.all.get(part) ?? new Kept(part);
    this.kept = kept;
    this.all.set(part, kept);
    return kept;
  }

  private refusal(why: string): Missing {
    return { state: "failed", path: this.path, reason: `${printable(this.path)}: with it, ${why}` };
  }
}
