// The sudoers files in the order sudo reads them, every include followed by its rules. Knows lines, not what they mean.
import { printable } from "../core/printable.js";
import type { Source, Span } from "../core/source.js";
import type { SudoersDialect } from "../formats/sudoers-dialect.js";
import { sinceSudo } from "../formats/sudoers-dialect.js";
import { parseSudoersText } from "../formats/sudoers-parser.js";
import type { SudoersEntry, SudoersText } from "../formats/sudoers-tree.js";
import type { FileStat, Host, Missing } from "../host/host.js";
import type { FileState } from "./file-state.js";

export interface SudoersFile {
  readonly path: string;
  readonly state: FileState;
  readonly text: string;
  readonly tree: SudoersText;
  source(span: Span, line: number): Source;
}

export interface PlacedEntry {
  readonly entry: SudoersEntry;
  readonly file: SudoersFile;
}

/** What became of an include that did not do what its line says. */
export interface IncludeFinding {
  readonly source: Source;
  readonly message: string;
}

export interface IncludedDirectory {
  readonly path: string;
  readonly state: FileState;
  readonly source: Source;
  /** Entries that sudo passes over without a word, and why. */
  readonly ignored: readonly { readonly name: string; readonly why: string }[];
}

export interface SudoersFiles {
  readonly main: SudoersFile;
  /** In the order of reading, each once. */
  readonly files: readonly SudoersFile[];
  /** Files that an include names and sudo does not open, because of their owner, mode or kind. */
  readonly shut: readonly FileState[];
  readonly directories: readonly IncludedDirectory[];
  readonly entries: readonly PlacedEntry[];
  readonly findings: readonly IncludeFinding[];
  /** What could not be read and may hold rules. */
  readonly unread: readonly string[];
  /** Why sudo refuses to run altogether with these files. */
  readonly refused: string | undefined;
}

/** sudo's own of nested includes, and ours of all that is read: honest files come to some KiB. */
const limits = { depth: 128, files: 1000, entries: 100_000, includes: 10_000, characters: 2 ** 20 } as const;

/** Why sudo does not open a file or directory: it must be root's, and nobody else may write to it (sudoers(5)). */
export function insecure(stat: FileStat, kind: "file" | "directory"): string | undefined {
  if (stat.kind !== kind) return `is ${kind === "file" ? "not a regular file" : "not a directory"}`;
  if (stat.uid !== 0) return `belongs to user ${stat.uid}, not to root`;
  if ((stat.mode & 0o002) !== 0) return "can be written by everybody";
  if ((stat.mode & 0o020) !== 0 && stat.gid !== 0) return `can be written by group ${stat.gid}`;
  return undefined;
}

/** Why a name in an include directory is passed over (sudoers(5), "Including other files from within sudoers"). */
function ignoredName(name: string): string | undefined {
  if (name.endsWith("~")) return "its name ends in ~";
  return name.includes(".") ? "its name contains a dot" : undefined;
}

type Followed = "taken" | "missing" | "shut" | "loop" | "unread";

class Walk {
  readonly files = new Map<string, SudoersFile>();
  readonly shut: FileState[] = [];
  readonly directories: IncludedDirectory[] = [];
  readonly entries: PlacedEntry[] = [];
  readonly findings: IncludeFinding[] = [];
  readonly unread: string[] = [];
  refused: string | undefined;
  private included = 0;
  private characters = 0;

  constructor(
    private readonly host: Host,
    private readonly dialect: SudoersDialect,
    private readonly hostname: string,
  ) {}

  async open(path: string): Promise<SudoersFile | Missing> {
    const before = this.files.get(path);
    if (before !== undefined) return before;
    const read = await this.host.read(path);
    if (read.state !== "ok") return read;
    const { text } = read;
    this.characters += text.length;
    if (this.characters > limits.characters)
      return {
        state: "failed",
        path,
        reason: `${printable(path)}: with it, sudoers is larger than nodeward reads`,
      };
    const lines = text.split("\n");
    const file: SudoersFile = {
      path,
      state: read,
      text,
      tree: parseSudoersText(text, this.dialect),
      source: (span, line) => ({ file: path, line, span, text: (lines[line - 1] ?? "").replace(/\r$/, "") }),
    };
    this.files.set(path, file);
    return file;
  }

  /** Takes in the entries of a file; `above` are the files whose includes led here. */
  async take(file: SudoersFile, above: readonly string[]): Promise<void> {
    let skipped = 0;
    for (const entry of file.tree.entries) {
      if (entry.line === skipped) continue;
      if (
        this.entries.length >= limits.entries ||
        this.files.size >= limits.files ||
        this.included >= limits.includes
      ) {
        const reason = `${printable(file.path)}: sudoers is too large to be read to its end`;
        if (!this.unread.includes(reason)) this.unread.push(reason);
        return;
      }
      if (entry.kind !== "include") {
        this.entries.push({ entry, file });
        continue;
      }
      const source = file.source(entry.span, entry.line);
      const path = this.target(entry.path, file.path);
      const trail = [...above, file.path];
      const followed = entry.directory
        ? await this.directory(path, source, trail)
        : await this.follow(path, source, trail);
      if (entry.directory || followed === "taken") continue;
      if (!this.dialect.recovers) this.refused ??= `${path} is included and cannot be read`;
      // A file that cannot be opened takes the next line with it (sudo 1.9.3 to 1.9.12).
      else if (!this.dialect.passesMissingInclude) skipped = entry.lastLine + 1;
    }
  }

  /** `%h` is the short host name; a relative path starts where the including file lies. */
  private target(path: string, from: string): string {
    const clean = sinceSudo(this.dialect.version, "1.9.15")
      ? this.hostname.replaceAll("/", "_")
      : this.hostname;
    const named = path.replaceAll("%h", clean);
    return named.startsWith("/") ? named : `${from.slice(0, from.lastIndexOf("/") + 1)}${named}`;
  }

  private find(source: Source, message: string): void {
    this.findings.push({ source, message });
  }

  /** Takes in the file at `path`, or notes why sudo does not. */
  private async follow(path: string, source: Source, above: readonly string[]): Promise<Followed> {
    this.included++;
    const state = await this.host.stat(path);
    if (state.state === "absent") {
      this.find(source, `an included file is missing: ${state.reason}`);
      return "missing";
    }
    if (state.state !== "ok") {
      this.unread.push(state.reason);
      return "unread";
    }
    const why = insecure(state, "file");
    if (why !== undefined) {
      this.find(source, `sudo does not read ${path}: it ${why}`);
      this.shut.push(state);
      return "shut";
    }
    if (above.includes(path) || above.length > limits.depth) {
      this.find(
        source,
        above.includes(path) ? `${path} includes itself` : `${path}: too many levels of includes`,
      );
      return "loop";
    }
    const file = await this.open(path);
    if (!("tree" in file)) {
      this.unread.push(file.reason);
      return "unread";
    }
    await this.take(file, above);
    return "taken";
  }

  private async directory(path: string, source: Source, above: readonly string[]): Promise<void> {
    const state = await this.host.stat(path);
    if (state.state === "absent")
      return this.find(source, `an included directory is missing: ${state.reason}`);
    const why = state.state === "ok" ? insecure(state, "directory") : undefined;
    const listing = await this.host.list(path);
    const ignored: { name: string; why: string }[] = [];
    if (state.state === "ok") this.directories.push({ path, state, source, ignored });
    if (why !== undefined) return this.find(source, `sudo does not read ${path}: it ${why}`);
    if (listing.state !== "ok") {
      this.unread.push(listing.reason);
      return;
    }
    // sudo reads a name in another encoding like the rest.
    for (const name of listing.undecodable)
      if (ignoredName(name) === undefined) this.unread.push(`${path}/${name}: its name is not UTF-8`);
    for (const { name } of listing.entries) {
      const member = `${path}/${name}`;
      const kind = await this.kindOf(member);
      const reason = ignoredName(name) ?? (kind === "file" ? undefined : `it is ${kind}, not a regular file`);
      if (reason === undefined) await this.follow(member, source, above);
      else ignored.push({ name, why: reason });
    }
  }

  /** `file` also for what cannot be looked at. */
  private async kindOf(path: string): Promise<string> {
    const state = await this.host.stat(path);
    if (state.state === "absent") return "a link to nothing";
    return state.state !== "ok" || state.kind === "file" ? "file" : `a ${state.kind}`;
  }
}

/** Reads `main` and all it includes; a main file that cannot be read is answered as it is. */
export async function readSudoersFiles(
  host: Host,
  main: string,
  dialect: SudoersDialect,
  hostname: string,
): Promise<SudoersFiles | Missing> {
  const walk = new Walk(host, dialect, hostname);
  const file = await walk.open(main);
  if (!("tree" in file)) return file;
  const why = file.state.state === "ok" ? insecure(file.state, "file") : undefined;
  if (why !== undefined) walk.refused = `${main} ${why}`;
  await walk.take(file, []);
  const { shut, directories, entries, findings, unread, refused } = walk;
  return {
    main: file,
    files: [...walk.files.values()],
    shut,
    directories,
    entries,
    findings,
    unread,
    refused,
  };
}
