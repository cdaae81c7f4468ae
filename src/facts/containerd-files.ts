// The files of containerd's configuration: the main one and what it imports, in the order in which later ones win.
import { type Source, wholeFile } from "../core/source.js";
import { tomlGet } from "../formats/toml.js";
import type { Host } from "../host/host.js";
import { globbed } from "./path-glob.js";
import {
  type Gathered,
  gatherLayer,
  nothingGathered,
  settingIn,
  sourceIn,
  type TomlLayer,
} from "./toml-layers.js";

const importLimit = 50;
export const newestVersion = 4;

/** The version a file says it is written in; none is 1 (containerd-config.toml(5)). */
export function versionOf({ toml }: TomlLayer): number {
  const version = tomlGet(toml.value, "version");
  return typeof version === "number" && version !== 0 ? version : 1;
}

/** The installed containerd, as far as its package tells. */
export interface ContainerdVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Up to 1.6.28 and 1.7.15 a relative pattern starts at the daemon's working folder, which is / for a unit (tried with 1.6.20). */
function fromFile({ major, minor, patch }: ContainerdVersion): boolean {
  return major > 1 || minor > 7 || (minor === 7 && patch >= 16) || (minor === 6 && patch >= 29);
}

/** Only a star makes an import a pattern, and it takes names with a leading dot (Go, filepath.Glob). */
async function importsOf(
  host: Host,
  layer: TomlLayer,
  version: ContainerdVersion | undefined,
  into: Gathered,
): Promise<readonly string[]> {
  const { path } = layer.read;
  const imports = tomlGet(layer.toml.value, "imports");
  const found: string[] = [];
  for (const pattern of Array.isArray(imports) ? imports.map(String) : []) {
    const star = pattern.includes("*");
    const relative = !pattern.startsWith("/");
    if (relative && star && version === undefined)
      into.unread.push(
        `${path} imports ${pattern}, and where that starts depends on containerd's version, which is not known`,
      );
    const elsewhere = star && version !== undefined && !fromFile(version);
    const folder = elsewhere ? "" : path.slice(0, path.lastIndexOf("/"));
    const absolute = relative ? `${folder}/${pattern}` : pattern;
    if (!star) {
      found.push(absolute);
      continue;
    }
    const matched = await globbed(host, absolute, true);
    into.unread.push(...matched.unread);
    found.push(...matched.paths);
  }
  return found;
}

/** Names under which files of version 1 and 2 keep the CRI plugin. */
const oldNames = ["cri", "io.containerd.grpc.v1.cri"];

/** 2.1.9 carries nothing of these over from a file without a version, or of version 1, whatever `config migrate` is for. */
export function leftBehind(layers: readonly TomlLayer[]): readonly string[] {
  return layers.flatMap((layer) =>
    versionOf(layer) > 1
      ? []
      : oldNames
          .filter((table) => settingIn(layer, "plugins", table) !== undefined)
          .map(
            (table) =>
              `${layer.read.path} sets plugins."${table}" without \`version = 2\`: what containerd 2 takes of it depends on its release`,
          ),
  );
}

/** containerd 1 passes over a byte order mark, containerd 2 ends at it (tried with 1.6.20, 1.7.24 and 2.1.9). */
function refuseMark(layer: TomlLayer, major: number | undefined, into: Gathered): void {
  const { path } = layer.read;
  if (major === undefined)
    into.unread.push(`${path} starts with a byte order mark, over which containerd 2 does not start`);
  else if (major > 1)
    into.problems.push({
      message: `${path}:1: starts with a byte order mark: containerd does not start`,
      source: { ...wholeFile(path), line: 1 },
    });
}

/** The main file and what it imports, breadth first: the order in which later ones win. */
export async function containerdFiles(
  host: Host,
  main: string,
  version: ContainerdVersion | undefined,
): Promise<Gathered> {
  const into = nothingGathered();
  const pending: { readonly path: string; readonly by: Source | undefined }[] = [
    { path: main, by: undefined },
  ];
  const seen = new Set<string>();
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (seen.has(next.path)) continue;
    seen.add(next.path);
    if (seen.size > importLimit) {
      into.unread.push(`${main}: more than ${importLimit} imports`);
      break;
    }
    const layer = await gatherLayer(host, next.path, "containerd", into);
    if (layer === "absent" && next.by !== undefined)
      into.problems.push({
        message: `${next.by.file} imports ${next.path}, which is not there: containerd does not start`,
        source: next.by,
      });
    if (typeof layer === "string") continue;
    if (layer.read.text.startsWith("\ufeff")) refuseMark(layer, version?.major, into);
    const by = sourceIn(layer, ["imports"]);
    for (const path of await importsOf(host, layer, version, into)) pending.push({ path, by });
  }
  return into;
}
