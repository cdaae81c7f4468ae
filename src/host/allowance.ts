// How many bytes of files one audit keeps as text, so that no tree and no user of the node can make it swell. Reads
// nothing.
import { printable } from "../core/printable.js";
import type { Missing } from "./host.js";
import { folderLimits, keptLimits, lineLimits, readLimit } from "./limits.js";
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

/** The folder whose files are bounded together: of what an administrator, a program or a user writes. */
function folderOf(part: Part, realPath: string): string | undefined {
  if (part !== "etc" && part !== "run" && part !== "other") return undefined;
  return /^\/[^/]+\/[^/]+(?=\/)/.exec(realPath)?.[0];
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

/** What is kept so far of one part of the file system, or of one folder of it. */
class Kept {
  private bytes = 0;
  private readonly lines: Lines | undefined;

  constructor(
    private readonly name: string,
    private readonly most: { readonly bytes: number; readonly lines: number },
  ) {
    if (Number.isFinite(most.lines)) this.lines = new Lines(most.lines);
  }

  /** Why so much more is not kept. */
  refuses(bytes: number): string | undefined {
    const { most, name } = this;
    if (this.bytes + bytes <= most.bytes) return undefined;
    return `with it, the ${name} are larger than nodeward reads (${most.bytes} bytes together)`;
  }

  /** Keeps a part of a file: why not. */
  add(part: Uint8Array): string | undefined {
    this.bytes += part.length;
    if (this.lines?.exceed(part) !== true) return undefined;
    return `with it, the ${this.name} have more lines than nodeward reads (${this.most.lines} together)`;
  }

  drop(part: Uint8Array): void {
    this.bytes -= part.length;
    this.lines?.drop(part);
  }
}

/** What is left of the bytes and lines for each part of the file system and each folder. */
export class Allowance {
  private readonly kept = new Map<string, Kept>();

  portion(path: string, limit: number): Portion {
    return new Portion(path, (realPath) => {
      const part = partOf(realPath, limit);
      const whole = this.keptOf(part, () => {
        return new Kept(words[part], { bytes: keptLimits[part], lines: lineLimits[part] });
      });
      const folder = folderOf(part, realPath);
      if (folder === undefined) return [whole];
      const below = this.keptOf(folder, () => new Kept(`files under ${printable(folder)}`, folderLimits));
      return [whole, below];
    });
  }

  private keptOf(key: string, make: () => Kept): Kept {
    const kept = this.kept.get(key) ?? make();
    this.kept.set(key, kept);
    return kept;
  }
}

/** The bytes of one file, gathered part by part. */
class Portion {
  private readonly parts: Buffer[] = [];
  private total = 0;
  private kept: readonly Kept[] | undefined;

  constructor(
    private readonly path: string,
    private readonly keptFor: (realPath: string) => readonly Kept[],
  ) {}

  /** Keeps a copy: why not, where this file and those beside it come to more than is kept. */
  take(bytes: Uint8Array, { realPath, stats }: Pick<Found, "realPath" | "stats">): Missing | undefined {
    this.kept ??= this.keptFor(realPath);
    // What the file says of its size is enough to refuse it before it is read.
    const more = Math.max(bytes.length, stats.size - this.total);
    const why =
      this.kept.map((one) => one.refuses(more)).find((one) => one !== undefined) ??
      this.keep(Buffer.from(bytes), this.kept);
    if (why === undefined) return undefined;
    return { state: "failed", path: this.path, reason: `${printable(this.path)}: ${why}` };
  }

  /** The file is not kept after all. */
  drop(): void {
    for (const part of this.parts) for (const one of this.kept ?? []) one.drop(part);
  }

  private keep(part: Buffer, kept: readonly Kept[]): string | undefined {
    this.total += part.length;
    this.parts.push(part);
    // Each of them counts it, so that each can take it back.
    return kept.map((one) => one.add(part)).find((why) => why !== undefined);
  }

  get bytes(): Buffer {
    const [first] = this.parts;
    return this.parts.length === 1 && first !== undefined ? first : Buffer.concat(this.parts);
  }
}
