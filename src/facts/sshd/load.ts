// Reads sshd_config and all that Include can reach, each file once. Resolves names as sshd does; knows no other keyword.
import { listing } from "../../core/printable.js";
import { globOf } from "../../formats/glob.js";
import { type Dialect, parseSshdConfig, type SshdText } from "../../formats/sshd-config.js";
import { argumentWords, delimitedWords } from "../../formats/sshd-words.js";
import type { Host, ReadOk } from "../../host/host.js";

/** Files, patterns and directory entries looked at; honest configurations have a few dozen. */
const fileLimit = 1000;
const matchLimit = 10_000;

export interface LoadedFile extends SshdText {
  readonly path: string;
  /** Undefined for a directory and for /dev/null, which sshd reads as empty files. */
  readonly read: ReadOk | undefined;
}

export interface Loaded {
  readonly main: string;
  readonly files: ReadonlyMap<string, LoadedFile>;
  /** Pattern, made absolute -> the files it stands for, in the order in which sshd reads them. */
  readonly patterns: ReadonlyMap<string, readonly string[]>;
  /** Folders that patterns were looked for in and that are there. */
  readonly folders: ReadonlySet<string>;
  /** Path -> why sshd would not start for this file. */
  readonly refused: ReadonlyMap<string, string>;
  /** What we could not look at and sshd, being root, can: the result is not to be trusted. */
  readonly unread: readonly string[];
}

/** Where a relative name behind Include is looked for (sshd_config(5)). */
const folder = "/etc/ssh";

/** A relative name is below /etc/ssh; before 8.4 sshd put the keyword itself there, by mistake. */
export function absolutePattern(word: string, keyword: string, version: number): string {
  if (word.startsWith("/") || word.startsWith("~")) return word;
  return `${folder}/${version < 804 ? keyword : word}`;
}

/** How the version reads lines. */
export function dialectOf(version: number): Dialect {
  return version >= 807 ? "arguments" : "delimited";
}

/** The words behind Include, as the version cuts them. */
export function includeWords(
  text: SshdText,
  line: SshdText["lines"][number],
  dialect: Dialect,
): readonly string[] {
  const split =
    dialect === "arguments"
      ? argumentWords(text.text, line.rest)
      : delimitedWords(text.text, line.rest, true);
  return split.words.map((word) => word.text);
}

class Loader {
  readonly files = new Map<string, LoadedFile>();
  readonly patterns = new Map<string, readonly string[]>();
  readonly folders = new Set<string>();
  readonly refused = new Map<string, string>();
  readonly unread: string[] = [];

  private readonly dialect: Dialect;

  constructor(
    private readonly host: Host,
    private readonly version: number,
  ) {
    this.dialect = dialectOf(version);
  }

  /** Reads `start` and everything its Include lines name. */
  async load(start: string): Promise<void> {
    const pending = [start];
    const seen = new Set(pending);
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const file = await this.file(path);
      if (file === undefined) continue;
      for (const found of await this.included(file))
        if (!seen.has(found)) {
          seen.add(found);
          pending.push(found);
        }
      if (seen.size > fileLimit) {
        this.unread.push(`${start} includes more than ${fileLimit} files`);
        return;
      }
    }
  }

  private async file(path: string): Promise<LoadedFile | undefined> {
    const read = await this.host.read(path);
    if (read.state === "ok") {
      const file = { path, read, ...parseSshdConfig(read.text, this.dialect) };
      this.files.set(path, file);
      return file;
    }
    const stat = await this.host.stat(path);
    const empty = stat.state === "ok" && (stat.kind === "directory" || stat.realPath === "/dev/null");
    if (empty) this.files.set(path, { path, read: undefined, text: "", lines: [], nul: [] });
    else if (read.state === "absent")
      this.refused.set(path, `${read.reason}: sshd does not start without it`);
    else if (stat.state === "ok" && stat.kind !== "file") this.refused.set(path, read.reason);
    else this.unread.push(read.reason);
    return undefined;
  }

  private async included(file: LoadedFile): Promise<readonly string[]> {
    const found: string[] = [];
    for (const line of file.lines) {
      if (line.name !== "include") continue;
      for (const word of includeWords(file, line, this.dialect)) {
        const pattern = absolutePattern(word, line.keyword, this.version);
        const known = this.patterns.get(pattern) ?? (await this.expand(pattern));
        this.patterns.set(pattern, known);
        found.push(...known);
      }
    }
    return found;
  }

  /** As glob(3): part by part, the whole in byte order; a name without a wildcard must exist, be it a dangling link. */
  private async expand(pattern: string): Promise<readonly string[]> {
    // sshd expands no `~` here: such a name is below its working directory.
    if (!pattern.startsWith("/")) return [];
    let bases: readonly string[] = [""];
    const parts = pattern.split("/").slice(1);
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      const next: string[] = [];
      for (const base of bases) next.push(...(await this.step(base, part, last)));
      if (next.length > matchLimit) {
        this.unread.push(`${pattern} matches more than ${matchLimit} names`);
        return [];
      }
      bases = next;
    }
    return [...bases].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  private async step(base: string, part: string, last: boolean): Promise<readonly string[]> {
    const glob = globOf(part);
    if (glob.literal !== undefined) {
      const path = `${base}/${glob.literal}`;
      if (!last) return [path];
      const stat = await this.host.lstat(path);
      if (stat.state !== "ok" && stat.state !== "absent") this.unread.push(stat.reason);
      return stat.state === "ok" ? [path] : [];
    }
    const entries = await this.host.list(base === "" ? "/" : base);
    if (entries.state !== "ok") {
      // Not a directory, or not there: no match.
      if (entries.state === "denied") this.unread.push(entries.reason);
      return [];
    }
    this.folders.add(base);
    if (entries.undecodable.length > 0)
      this.unread.push(`${entries.path}: names that are not text: ${listing(entries.undecodable)}`);
    return entries.entries.filter(({ name }) => glob.matches(name)).map(({ name }) => `${base}/${name}`);
  }
}

/** Reads `main` and all that it includes, whatever the order in which sshd would. */
export async function loadConfig(host: Host, main: string, version: number): Promise<Loaded> {
  const loader = new Loader(host, version);
  await loader.load(main);
  const { files, patterns, folders, refused, unread } = loader;
  return { main, files, patterns, folders, refused, unread: [...new Set(unread)] };
}
