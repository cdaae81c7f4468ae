// How many bytes of files one audit keeps as text, so that no tree and no user of the node can make it swell. Reads
// nothing.
import { printable } from "../core/printable.js";
import type { Missing } from "./host.js";
import { keptLimits, readLimit } from "./limits.js";
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

const words: Readonly<Record<Part, string>> = {
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
  return partOfFolder.get(realPath.slice(1, realPath.indexOf("/", 1))) ?? "other";
}

/** What is left of the bytes for each part of the file system. */
export class Allowance {
  private readonly kept = new Map<Part, number>();

  portion(path: string, limit: number): Portion {
    return new Portion(path, limit, this.kept);
  }
}

/** The bytes of one file, gathered part by part. */
class Portion {
  private readonly parts: Buffer[] = [];
  private total = 0;
  private part: Part = "other";

  constructor(
    private readonly path: string,
    private readonly limit: number,
    private readonly kept: Map<Part, number>,
  ) {}

  /** Keeps a copy: why not, where this file and those of its part come to more than is kept. */
  take(bytes: Uint8Array, { realPath, stats }: Pick<Found, "realPath" | "stats">): Missing | undefined {
    this.part = partOf(realPath, this.limit);
    const before = this.kept.get(this.part) ?? 0;
    const most = keptLimits[this.part];
    // What the file says of its size is enough to refuse it before it is read.
    if (before + Math.max(bytes.length, stats.size - this.total) > most) {
      const together = `with it, the ${words[this.part]} are larger than nodeward reads (${most} bytes together)`;
      return { state: "failed", path: this.path, reason: `${printable(this.path)}: ${together}` };
    }
    this.kept.set(this.part, before + bytes.length);
    this.total += bytes.length;
    this.parts.push(Buffer.from(bytes));
    return undefined;
  }

  /** The file is not kept after all. */
  drop(): void {
    if (this.total > 0) this.kept.set(this.part, (this.kept.get(this.part) ?? 0) - this.total);
  }

  get bytes(): Buffer {
    const [first] = this.parts;
    return this.parts.length === 1 && first !== undefined ? first : Buffer.concat(this.parts);
  }
}
