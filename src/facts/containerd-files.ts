// The files of containerd's configuration: the main one and what it imports, in the order in which later ones win.
import type { Source } from "../core/source.js";
import { tomlGet } from "../formats/toml.js";
import type { Host } from "../host/host.js";
import { globbed } from "./path-glob.js";
import { type Gathered, gatherLayer, nothingGathered, sourceIn, type TomlLayer } from "./toml-layers.js";

const importLimit = 50;
export const newestVersion = 4;

/** The version a file says it is written in; none is 1 (containerd-config.toml(5)). */
export function versionOf({ toml }: TomlLayer): number {
  const version = tomlGet(toml.value, "version");
  return typeof version === "number" && version !== 0 ? version : 1;
}

/** Only a star makes an import a pattern, and it takes names with a leading dot (Go, filepath.Glob). */
async function importsOf(host: Host, layer: TomlLayer, into: Gathered): Promise<readonly string[]> {
  const { path } = layer.read;
  const imports = tomlGet(layer.toml.value, "imports");
  const found: string[] = [];
  for (const pattern of Array.isArray(imports) ? imports.map(String) : []) {
    const absolute = pattern.startsWith("/") ? pattern : `${path.slice(0, path.lastIndexOf("/"))}/${pattern}`;
    if (!absolute.includes("*")) {
      found.push(absolute);
      continue;
    }
    const matched = await globbed(host, absolute, true);
    into.unread.push(...matched.unread);
    found.push(...matched.paths);
  }
  return found;
}

/** The main file and what it imports, breadth first: the order in which later ones win. */
export async function containerdFiles(host: Host, main: string): Promise<Gathered> {
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
    const by = sourceIn(layer, ["imports"]);
    for (const path of await importsOf(host, layer, into)) pending.push({ path, by });
  }
  return into;
}
