// containerd's configuration in force: its file with what that imports, merged as containerd merges them. Not what is
// made of the settings (facts/containerd.ts).
import type { Source } from "../core/source.js";
import { tomlGet } from "../formats/toml.js";
import type { Host } from "../host/host.js";
import {
  type ContainerdVersion,
  containerdFiles,
  leftBehind,
  newestVersion,
  versionOf,
} from "./containerd-files.js";
import { kindProblems } from "./containerd-kinds.js";
import {
  namesIn,
  type RuntimeSetting,
  type StartProblem,
  settingIn,
  sourceIn,
  type TomlLayer,
} from "./toml-layers.js";

export interface ContainerdConfig {
  /** Version of the main file's format: 1 to 4. */
  readonly formatVersion: number;
  readonly problems: readonly StartProblem[];
  readonly unread: readonly string[];
  /** The files read, the main one first. */
  readonly files: readonly TomlLayer[];
  /** A setting of the daemon's own, by its old table and key: `grpc`, `tcp_address`. */
  server(table: "grpc" | "debug", key: string): RuntimeSetting | undefined;
  /** The folders of what is kept, and of what lives until the next boot, where the files name them. */
  folder(key: "root" | "state"): string | undefined;
  /** A setting of the CRI plugin, wherever the format keeps it. */
  cri(...path: readonly string[]): RuntimeSetting | undefined;
  /** Names in a table of the CRI plugin. */
  criNames(...path: readonly string[]): readonly string[];
  /** Snapshotters and others that containerd talks to over sockets: the last definition of each. */
  readonly proxies: readonly { readonly name: string; readonly address: string; readonly source: Source }[];
  /** Where the CRI plugin's streaming server listens. */
  readonly stream: RuntimeSetting | undefined;
  /** The line that switches the CRI plugin off. */
  readonly criDisabled: Source | undefined;
}

/** Empty, zero and false do not replace what an earlier file says (mergo, WithOverride). */
function isZero(value: unknown): boolean {
  return value === "" || value === 0 || value === 0n || value === false;
}

/** Where a server setting stands in files of version 4: in a plugin of its own. */
const serverPlugins: Readonly<Record<string, readonly [plugin: string, key: string]>> = {
  "grpc.tcp_address": ["io.containerd.server.v1.grpc-tcp", "address"],
  "grpc.tcp_tls_ca": ["io.containerd.server.v1.grpc-tcp", "tls_ca"],
  grpc: ["io.containerd.server.v1.grpc", ""],
  debug: ["io.containerd.server.v1.debug", ""],
};

function serverIn(layers: readonly TomlLayer[], table: string, key: string): RuntimeSetting | undefined {
  const [plugin = "", name = ""] = serverPlugins[`${table}.${key}`] ?? serverPlugins[table] ?? [];
  let found: RuntimeSetting | undefined;
  for (const layer of layers) {
    const modern = settingIn(layer, "plugins", plugin, name || key);
    // The old tables of a file of version 4 are not carried over.
    const old = versionOf(layer) < newestVersion ? settingIn(layer, table, key) : undefined;
    if (modern !== undefined) found = modern;
    else if (old !== undefined && (found === undefined || !isZero(old.value))) found = old;
  }
  return found;
}

/** Where a file of one version keeps the CRI plugin's settings. */
function criTables(version: number): readonly string[] {
  if (version <= 1)
    return [
      "cri",
      "io.containerd.grpc.v1.cri",
      "io.containerd.cri.v1.runtime",
      "io.containerd.cri.v1.images",
    ];
  if (version === 2) return ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime"];
  return ["io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images"];
}

interface CriView {
  setting(...path: readonly string[]): RuntimeSetting | undefined;
  names(...path: readonly string[]): readonly string[];
}

/** Up to containerd 1.7 a later file's table replaces the plugin's whole table; the version is the last one given. */
function criReplaced(layers: readonly TomlLayer[]): CriView {
  const version = layers.map(versionOf).findLast((one) => one !== 1) ?? 1;
  const table = version <= 1 ? "cri" : "io.containerd.grpc.v1.cri";
  const layer = layers.findLast((one) => settingIn(one, "plugins", table) !== undefined);
  return {
    setting: (...path) => (layer === undefined ? undefined : settingIn(layer, "plugins", table, ...path)),
    names: (...path) => (layer === undefined ? [] : namesIn(layer, "plugins", table, ...path)),
  };
}

/** From 2.0 on each file is brought to the newestVersion version and then merged key by key. */
function criMerged(layers: readonly TomlLayer[]): CriView {
  const tables = layers.flatMap((layer) => criTables(versionOf(layer)).map((table) => ({ layer, table })));
  return {
    setting: (...path) => {
      const last = tables.findLast(
        ({ layer, table }) => settingIn(layer, "plugins", table, ...path) !== undefined,
      );
      return last === undefined ? undefined : settingIn(last.layer, "plugins", last.table, ...path);
    },
    names: (...path) => [
      ...new Set(tables.flatMap(({ layer, table }) => namesIn(layer, "plugins", table, ...path))),
    ],
  };
}

/** Files that name the CRI plugin, where more than one does and nothing tells how they are joined. */
function doubtOf(layers: readonly TomlLayer[], major: number | undefined): readonly string[] {
  if (major !== undefined) return [];
  const naming = layers.filter((layer) =>
    [1, 2, 3].flatMap(criTables).some((table) => settingIn(layer, "plugins", table) !== undefined),
  );
  if (naming.length < 2) return [];
  const paths = naming.map(({ read }) => read.path).join(" and ");
  return [
    `${paths} set the CRI plugin, and what holds of it depends on containerd's version, which is not known`,
  ];
}

const fullName = "io.containerd.grpc.v1.cri";

/** Names that switch the CRI plugin off: containerd 1 takes the short one in files of version 1 alone, and there no other. */
function criNames(version: number, major: number | undefined): readonly string[] {
  if (major !== 2) return [version <= 1 ? "cri" : fullName];
  return [
    ...(version <= 1 ? ["cri"] : []),
    fullName,
    "io.containerd.cri.v1.runtime",
    "io.containerd.cri.v1.images",
  ];
}

function disabledIn(layers: readonly TomlLayer[], major: number | undefined): Source | undefined {
  const [main] = layers;
  const names = main === undefined ? [] : criNames(versionOf(main), major);
  for (const layer of layers) {
    const list = tomlGet(layer.toml.value, "disabled_plugins");
    if (Array.isArray(list) && list.some((name) => typeof name === "string" && names.includes(name)))
      return sourceIn(layer, ["disabled_plugins"]);
  }
  return undefined;
}

/** Where the streaming server listens: from version 3 on a setting of the plugin that serves, not of the one that runs. */
function streamIn(layers: readonly TomlLayer[], cri: CriView): RuntimeSetting | undefined {
  const key = "stream_server_address";
  const modern = layers.flatMap((layer) =>
    versionOf(layer) < 3 ? [] : (settingIn(layer, "plugins", fullName, key) ?? []),
  );
  return modern.at(-1) ?? cri.setting(key);
}

function proxiesOf(layers: readonly TomlLayer[]): ContainerdConfig["proxies"] {
  const names = new Set(layers.flatMap((layer) => namesIn(layer, "proxy_plugins")));
  return [...names].flatMap((name) => {
    const layer = layers.findLast((one) => settingIn(one, "proxy_plugins", name) !== undefined);
    if (layer === undefined) return [];
    const address = settingIn(layer, "proxy_plugins", name, "address");
    const source = address?.source ?? sourceIn(layer, ["proxy_plugins", name]);
    return [{ name, address: typeof address?.value === "string" ? address.value : "", source }];
  });
}

/** What makes containerd refuse files that are good TOML. */
function versionProblems(layers: readonly TomlLayer[], major: number | undefined): readonly StartProblem[] {
  const [main] = layers;
  const found = layers.flatMap((layer): readonly StartProblem[] => {
    const version = versionOf(layer);
    const source = { ...sourceIn(layer, ["version"]) };
    if (!Number.isInteger(version) || version < 1 || version > newestVersion)
      return [
        { message: `${layer.read.path} has version ${version}, which containerd does not know`, source },
      ];
    if (major === 1 && version > 2)
      return [
        { message: `${layer.read.path} has version ${version}, which containerd 1 does not know`, source },
      ];
    if (major !== 1 && main !== undefined && version > versionOf(main))
      return [
        {
          message: `${layer.read.path} has version ${version}, higher than that of ${main.read.path}: containerd does not start`,
          source,
        },
      ];
    return [];
  });
  const short = layers.flatMap((layer) =>
    major === 1 && versionOf(layers.findLast((one) => versionOf(one) > 1) ?? layer) === 2
      ? namesIn(layer, "plugins")
          .filter((name) => !/^io\.containerd\.[^.]+\../.test(name))
          .map((name) => ({
            message: `${layer.read.path} names the plugin ${name} as version 1 did: containerd does not start`,
            source: sourceIn(layer, ["plugins", name]),
          }))
      : [],
  );
  return [...found, ...short];
}

/** `installed`: as far as it is known; a file of version 3 or 4 tells that it is not 1. */
export async function containerdConfig(
  host: Host,
  main: string,
  installed: ContainerdVersion | undefined,
): Promise<ContainerdConfig> {
  const { layers, problems, unread } = await containerdFiles(host, main, installed);
  const [first] = layers;
  const formatVersion = first === undefined ? newestVersion : versionOf(first);
  const major = installed?.major ?? (formatVersion >= 3 ? 2 : undefined);
  const cri = major === 1 ? criReplaced(layers) : criMerged(layers);
  return {
    formatVersion,
    problems: [
      ...problems,
      ...versionProblems(layers, major),
      ...kindProblems({
        server: (table, key) => serverIn(layers, table, key),
        cri,
        stream: streamIn(layers, cri),
      }),
    ],
    unread: [...unread, ...doubtOf(layers, major), ...(major === 1 ? [] : leftBehind(layers))],
    files: layers,
    server: (table, key) => serverIn(layers, table, key),
    folder: (key) => {
      const set = layers.map((layer) => tomlGet(layer.toml.value, key));
      return set.findLast((one): one is string => typeof one === "string" && one !== "");
    },
    cri: cri.setting,
    criNames: cri.names,
    proxies: proxiesOf(layers),
    criDisabled: disabledIn(layers, major),
    stream: streamIn(layers, cri),
  };
}
