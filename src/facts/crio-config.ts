// CRI-O's configuration in force: crio.conf, the drop-ins under crio.conf.d, the flags over both (crio.conf(5),
// crio.conf.d(5), crio(8)). Not what is made of the settings (facts/crio.ts).
import { byBytes } from "../core/byte-order.js";
import { wholeFile } from "../core/source.js";
import { type Flag, goBoolean, listValue } from "../formats/component-flags.js";
import { tomlGet } from "../formats/toml.js";
import type { Host } from "../host/host.js";
import {
  type Gathered,
  gatherLayer,
  nothingGathered,
  type RuntimeSetting,
  type SettingKind,
  type StartProblem,
  sourceIn,
  type TomlLayer,
  wrongKind,
} from "./toml-layers.js";

/** Tables below `crio`; the empty one is `crio` itself. */
export type CrioTable = "" | "api" | "runtime" | "image" | "metrics";

export interface CrioConfig {
  readonly configFile: string;
  readonly dropInFolder: string;
  /** The files read, the weakest first. */
  readonly files: readonly TomlLayer[];
  readonly problems: readonly StartProblem[];
  readonly unread: readonly string[];
  setting(table: CrioTable, key: string): RuntimeSetting | undefined;
  text(table: CrioTable, key: string, fallback: string): Valued<string>;
  boolean(table: CrioTable, key: string, fallback: boolean): Valued<boolean>;
  list(table: CrioTable, key: string, fallback: readonly string[]): Valued<readonly string[]>;
  flag(name: string): Flag | undefined;
  /** Handlers by name: the last file that defines one defines all of it. */
  readonly handlers: ReadonlyMap<string, CrioHandlerTable>;
}

export interface Valued<T> {
  readonly value: T;
  /** Undefined: the default. */
  readonly source: RuntimeSetting["source"] | undefined;
}

export interface CrioHandlerTable {
  readonly get: (key: string) => unknown;
  readonly source: RuntimeSetting["source"];
}

const fileLimit = 200;
const depthLimit = 8;
const usualFile = "/etc/crio/crio.conf";
const usualFolder = "/etc/crio/crio.conf.d";

/** Keys are found whatever their case (BurntSushi/toml). */
function folded(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  return names.includes(key) ? key : names.find((name) => name.toLowerCase() === key.toLowerCase());
}

function foldedPath(layer: TomlLayer, path: readonly string[]): readonly string[] | undefined {
  const found: string[] = [];
  for (const part of path) {
    const name = folded(tomlGet(layer.toml.value, ...found), part);
    if (name === undefined) return undefined;
    found.push(name);
  }
  return found;
}

/** Every file below the folder, whatever its name, in the order of names; a link to a folder stops CRI-O (filepath.Walk). */
async function walk(host: Host, folder: string, depth: number, into: Gathered): Promise<void> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return;
  if (listing.state !== "ok") {
    into.unread.push(listing.reason);
    return;
  }
  for (const name of listing.undecodable) into.unread.push(`${folder}/${name}: the name is not valid UTF-8`);
  const entries = [...listing.entries].sort((a, b) => byBytes(a.name, b.name));
  for (const { name, kind } of entries) {
    const path = `${folder}/${name}`;
    if (kind === "directory") {
      if (depth >= depthLimit) into.unread.push(`${path}: deeper than ${depthLimit} folders`);
      else await walk(host, path, depth + 1, into);
      continue;
    }
    if (into.layers.length >= fileLimit) {
      into.unread.push(`${folder}: more than ${fileLimit} files`);
      return;
    }
    const stat = kind === "symlink" ? await host.stat(path) : undefined;
    const gone = stat?.state === "absent";
    if (gone || (stat?.state === "ok" && stat.kind === "directory"))
      into.problems.push({
        message: `${path} is a link ${gone ? "that leads nowhere" : "to a folder"}: CRI-O does not start`,
        source: wholeFile(path),
      });
    else await gatherLayer(host, path, "CRI-O", into);
  }
}

async function gatherFiles(
  host: Host,
  file: { readonly path: string; readonly given: boolean },
  folder: string,
): Promise<Gathered> {
  const into = nothingGathered();
  if (file.path !== "" && (await gatherLayer(host, file.path, "CRI-O", into)) === "absent" && file.given)
    into.problems.push({
      message: `--config names ${file.path}, which is not there: CRI-O does not start`,
      source: wholeFile(file.path),
    });
  const itself = await host.lstat(folder);
  if (itself.state === "ok" && itself.kind === "symlink")
    into.problems.push({
      message: `${folder} is a link: CRI-O takes it for a file and does not start`,
      source: wholeFile(folder),
    });
  else await walk(host, folder, 0, into);
  return into;
}

/** Flags that go by another name than their key. */
const flagNames: Readonly<Record<string, string>> = {
  insecure_registries: "insecure-registry",
  storage_option: "storage-opt",
};

/** Where an empty text in a later file leaves the earlier one. */
const kept: ReadonlySet<string> = new Set(["root", "runroot", "storage_driver"]);

function lookup(layers: readonly TomlLayer[], table: CrioTable, key: string): RuntimeSetting | undefined {
  const path = ["crio", ...(table === "" ? [] : [table]), key];
  for (const layer of [...layers].reverse()) {
    const found = foldedPath(layer, path);
    const value = found === undefined ? undefined : tomlGet(layer.toml.value, ...found);
    if (found === undefined || (value === "" && kept.has(key))) continue;
    return { value, source: sourceIn(layer, found) };
  }
  return undefined;
}

function handlersOf(layers: readonly TomlLayer[]): ReadonlyMap<string, CrioHandlerTable> {
  const handlers = new Map<string, CrioHandlerTable>();
  for (const layer of layers) {
    const path = foldedPath(layer, ["crio", "runtime", "runtimes"]);
    const table = path === undefined ? undefined : tomlGet(layer.toml.value, ...path);
    if (path === undefined || typeof table !== "object" || table === null) continue;
    for (const [name, own] of Object.entries(table))
      handlers.set(name, {
        get: (key) => {
          const found = folded(own, key);
          return found === undefined ? undefined : tomlGet(own, found);
        },
        source: sourceIn(layer, [...path, name]),
      });
  }
  return handlers;
}

const kinds: readonly (readonly [table: CrioTable, key: string, kind: SettingKind])[] = [
  ["api", "listen", "text"],
  ["api", "stream_address", "text"],
  ["api", "stream_enable_tls", "boolean"],
  ["api", "stream_tls_ca", "text"],
  ["image", "insecure_registries", "texts"],
  ["runtime", "add_inheritable_capabilities", "boolean"],
  ["runtime", "apparmor_profile", "text"],
  ["runtime", "default_capabilities", "texts"],
  ["runtime", "default_runtime", "text"],
  ["runtime", "default_sysctls", "texts"],
  ["runtime", "seccomp_profile", "text"],
];

/** Settings of another type than CRI-O takes. */
function kindProblems(layers: readonly TomlLayer[]): readonly StartProblem[] {
  return kinds.flatMap(([table, key, kind]) => {
    const found = lookup(layers, table, key);
    return found === undefined ? [] : wrongKind(key, found, kind, "CRI-O");
  });
}

/** `flags`: of the running crio, else of its unit. */
export async function crioConfig(host: Host, flags: readonly Flag[]): Promise<CrioConfig> {
  const flag = (name: string) => flags.findLast((one) => one.name === name);
  const given = flag("config");
  const configFile = given?.value ?? usualFile;
  const dropInFolder = flag("config-dir")?.value ?? usualFolder;
  const { layers, problems, unread } = await gatherFiles(
    host,
    { path: configFile, given: given !== undefined },
    dropInFolder,
  );
  const setting = (table: CrioTable, key: string): RuntimeSetting | undefined => {
    const over = flag(flagNames[key] ?? key.replaceAll("_", "-"));
    return over === undefined ? lookup(layers, table, key) : { value: over.value, source: over.source };
  };
  return {
    configFile,
    dropInFolder,
    files: layers,
    problems: [...problems, ...kindProblems(layers)],
    unread,
    flag,
    setting,
    text: (table, key, fallback) => {
      const found = setting(table, key);
      return { value: typeof found?.value === "string" ? found.value : fallback, source: found?.source };
    },
    boolean: (table, key, fallback) => {
      const found = setting(table, key);
      const value = typeof found?.value === "string" ? goBoolean(found.value) : found?.value;
      return { value: typeof value === "boolean" ? value : fallback, source: found?.source };
    },
    list: (table, key, fallback) => {
      const found = setting(table, key);
      if (typeof found?.value === "string") return { value: listValue(found.value), source: found.source };
      const value = Array.isArray(found?.value) ? found.value.map(String) : fallback;
      return { value, source: found?.source };
    },
    handlers: handlersOf(layers),
  };
}
