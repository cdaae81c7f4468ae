// The kubelet's configuration file and drop-ins as they lie on the disk: parsed, in the order in which they are merged.
// Merges nothing.
import { type Source, wholeFile } from "../core/source.js";
import { type ConfigFault, type KubeletConfigText, parseKubeletConfig } from "../formats/kubelet-config.js";
import { LineIndex } from "../formats/traced.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { Host, Read } from "../host/host.js";

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  readonly mtimeMs: number;
  readonly config: KubeletConfigText;
  at(node: YamlNode): Source;
}

/** A reason for which the kubelet does not start, with its place. */
export interface Stop {
  readonly message: string;
  readonly source: Source;
}

export interface ConfigSources {
  /** Empty: no --config. */
  readonly mainPath: string;
  /** Empty: no --config-dir. */
  readonly folder: string;
  readonly main: ConfigFile | undefined;
  /** In the order in which they are merged: the last wins. */
  readonly dropIns: readonly ConfigFile[];
  readonly stops: readonly Stop[];
  /** What the kubelet logs and goes on: unknown fields, repeated keys. */
  readonly faults: readonly Stop[];
  readonly unread: readonly string[];
}

/** Levels of sub-folders under a drop-in folder. */
const depthLimit = 16;
const fileLimit = 1000;

function absolute(path: string, folder: string): string {
  return path === "" || path.startsWith("/") ? path : `${folder.replace(/\/$/, "")}/${path}`;
}

class Gathering {
  readonly stops: Stop[] = [];
  readonly faults: Stop[] = [];
  readonly unread: string[] = [];
  private readonly paths: string[] = [];

  constructor(
    private readonly host: Host,
    private readonly minor: number | undefined,
  ) {}

  stop(file: string, message: string): void {
    this.stops.push({ message: `${file} ${message}`, source: wholeFile(file) });
  }

  async file(path: string, dropIn: boolean): Promise<ConfigFile | undefined> {
    const read = await this.host.read(path);
    if (read.state !== "ok") {
      await this.missing(path, read);
      return undefined;
    }
    const lines = new LineIndex(read.text);
    const config = parseKubeletConfig(read.text, { dropIn, minor: this.minor });
    const placed = ({ line, message }: ConfigFault): Stop => ({
      message: `${path}:${line}: ${message}`,
      source: lines.lineSource(path, line),
    });
    this.stops.push(...config.stops.map(placed));
    this.faults.push(...config.faults.map(placed));
    if (config.unread !== undefined) this.unread.push(`${path}: ${config.unread}`);
    if (read.encoding === "latin1") this.stop(path, "is not valid UTF-8");
    return {
      path,
      text: read.text,
      mtimeMs: read.mtimeMs,
      config,
      at: (node) => lines.source(path, node.span),
    };
  }

  private async missing(path: string, read: Exclude<Read, { state: "ok" }>): Promise<void> {
    const stat = read.state === "failed" ? await this.host.stat(path) : read;
    if (read.state === "absent") this.stop(path, "does not exist");
    else if (stat.state === "ok" && stat.kind === "directory") this.stop(path, "is a directory");
    else this.unread.push(read.reason);
  }

  /** filepath.WalkDir: names in byte order, folders where they stand, links to folders not followed. */
  async walk(folder: string, depth: number): Promise<readonly string[]> {
    const listing = await this.host.list(folder);
    if (listing.state !== "ok") {
      if (listing.state === "absent") this.stop(folder, "does not exist");
      else this.unread.push(listing.reason);
      return this.paths;
    }
    for (const name of listing.undecodable)
      this.unread.push(`${folder}/${name}: the name is not valid UTF-8`);
    for (const { name, kind } of listing.entries) {
      const path = `${folder}/${name}`;
      const stat = kind === "unknown" ? await this.host.lstat(path) : { state: "ok" as const, kind };
      if (stat.state !== "ok") this.unread.push(stat.reason);
      else if (stat.kind === "directory") {
        if (depth >= depthLimit) this.unread.push(`${path}: nested deeper than ${depthLimit} levels`);
        else await this.walk(path, depth + 1);
      } else if (name.endsWith(".conf")) this.paths.push(path);
    }
    return this.paths;
  }

  /** The drop-in files of a folder; a folder that is itself a link is looked at and not gone into. */
  async dropIns(folder: string): Promise<readonly ConfigFile[]> {
    const stat = await this.host.lstat(folder);
    if (stat.state === "ok" && stat.kind === "symlink") {
      const source = wholeFile(folder);
      this.faults.push({
        message: `${folder} is a symbolic link: the kubelet reads no drop-in through it`,
        source,
      });
      return [];
    }
    const paths = await this.walk(folder, 0);
    if (paths.length > fileLimit) this.unread.push(`${folder}: more than ${fileLimit} drop-ins`);
    const files = await Promise.all(paths.slice(0, fileLimit).map((path) => this.file(path, true)));
    return files.filter((file) => file !== undefined);
  }
}

/** Reads what --config and --config-dir name; empty paths name nothing. */
export async function configSources(
  host: Host,
  paths: { readonly config: string; readonly configDir: string; readonly folder: string },
  minor: number | undefined,
): Promise<ConfigSources> {
  const gathering = new Gathering(host, minor);
  const mainPath = absolute(paths.config, paths.folder);
  const folder = absolute(paths.configDir, paths.folder).replace(/(?<=.)\/+$/, "");
  const main = mainPath === "" ? undefined : await gathering.file(mainPath, false);
  const dropIns = folder === "" ? [] : await gathering.dropIns(folder);
  const { stops, faults, unread } = gathering;
  return { mainPath, folder, main, dropIns, stops, faults, unread };
}
