// containerd as it is set up: its configuration of any version with its imports, its socket, the runtimes it knows.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { parseToml, type TomlText, tomlGet, tomlPath } from "../formats/toml.js";
import type { FileStat, Host, ReadOk } from "../host/host.js";
import { globbed } from "./path-glob.js";
import { processes } from "./processes.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export interface ContainerdSetting {
  readonly value: unknown;
  readonly source: Source;
}

export interface ContainerdRuntime {
  readonly name: string;
  readonly type: string;
  /** The programs it needs, with whether each is on the node. */
  readonly programs: readonly { readonly path: string; readonly there: boolean }[];
  readonly source: Source;
}

export interface Containerd {
  readonly configFile: string;
  readonly configStat: FileStat | undefined;
  /** Version of the file's format: 1, 2 or 3. */
  readonly formatVersion: number;
  readonly problems: readonly { readonly message: string; readonly source: Source }[];
  readonly unread: readonly string[];
  readonly socket: { readonly path: string; readonly stat: FileStat } | undefined;
  readonly runtimes: readonly ContainerdRuntime[];
  /** A setting outside the plugins, such as `grpc`, `tcp_address`: of the last file that has it. */
  setting(...path: readonly string[]): ContainerdSetting | undefined;
  /** A setting of the CRI plugin, wherever this version of the format keeps it. */
  cri(...path: readonly string[]): ContainerdSetting | undefined;
}

/** The package's place; then k3s, rke2, microk8s, which give the path on the command line. */
const configPlaces = [
  "/etc/containerd/config.toml",
  "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
  "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
  "/var/snap/microk8s/current/args/containerd.toml",
];
const programPlaces = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/opt/containerd/bin",
];
const importLimit = 50;

interface Layer {
  readonly read: ReadOk;
  readonly toml: Extract<TomlText, { state: "ok" }>;
}

interface Layers {
  readonly layers: readonly Layer[];
  readonly problems: Containerd["problems"];
  readonly unread: readonly string[];
}

/** The main file and what it imports, in the order in which later ones win (containerd-config.toml(5)). */
async function readLayers(host: Host, main: string): Promise<Layers> {
  const layers: Layer[] = [];
  const problems: { message: string; source: Source }[] = [];
  const unread: string[] = [];
  const pending = [main];
  const seen = new Set<string>();
  for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (seen.size > importLimit) {
      unread.push(`${main}: more than ${importLimit} imports`);
      break;
    }
    const read = await host.read(path);
    if (read.state === "absent" && path === main) return { layers, problems, unread };
    if (read.state !== "ok") {
      unread.push(read.reason);
      continue;
    }
    const toml = parseToml(read.text);
    if (toml.state === "error") {
      const source = { ...wholeFile(path), line: toml.line };
      problems.push({ message: `${path}:${toml.line}: ${toml.message}: containerd does not start`, source });
      continue;
    }
    layers.push({ read, toml });
    const imports = tomlGet(toml.value, "imports");
    for (const pattern of Array.isArray(imports) ? imports.map(String) : []) {
      const absolute = pattern.startsWith("/")
        ? pattern
        : `${path.slice(0, path.lastIndexOf("/"))}/${pattern}`;
      const found = await globbed(host, absolute);
      unread.push(...found.unread);
      pending.push(...found.paths);
    }
  }
  return { layers, problems, unread };
}

function lookup(layers: readonly Layer[], path: readonly string[]): ContainerdSetting | undefined {
  const layer = layers.findLast(({ toml }) => tomlGet(toml.value, ...path) !== undefined);
  if (layer === undefined) return undefined;
  const line = layer.toml.lines.get(tomlPath(...path)) ?? 0;
  const text = line > 0 ? (layer.read.text.split("\n")[line - 1] ?? "").trim() : "";
  return { value: tomlGet(layer.toml.value, ...path), source: { ...wholeFile(layer.read.path, text), line } };
}

/** Where each version of the format keeps the CRI plugin's settings. */
const criTables: readonly (readonly string[])[] = [
  ["plugins", "io.containerd.cri.v1.runtime"],
  ["plugins", "io.containerd.cri.v1.images"],
  ["plugins", "io.containerd.grpc.v1.cri"],
  ["plugins", "cri"],
];

async function configPath(host: Host, ask: Ask): Promise<string | undefined> {
  const running = await ask(processes);
  const daemon = running.state === "known" ? running.value.named("containerd")[0] : undefined;
  const all = await ask(units);
  const unit = all.state === "known" ? await all.value.get("containerd.service") : undefined;
  const words = daemon?.args ?? (await unit?.exec())?.commands[0]?.words.map(({ text }) => text) ?? [];
  for (const [index, word] of words.entries()) {
    const match = /^(?:--?config|-c)(?:=(.*))?$/.exec(word);
    if (match !== null) return match[1] ?? words[index + 1];
  }
  for (const path of configPlaces) if ((await host.lstat(path)).state !== "absent") return path;
  return words.length > 0 ? configPlaces[0] : undefined;
}

/** `io.containerd.runsc.v1` is run by containerd-shim-runsc-v1 (containerd, runtime v2 naming). */
function shim(type: string): string | undefined {
  if (type.startsWith("/")) return type;
  const parts = type.split(".");
  const [name, version] = parts.slice(-2);
  return name === undefined || version === undefined || parts.length < 3
    ? undefined
    : `containerd-shim-${name}-${version}`;
}

async function locate(
  host: Host,
  program: string,
): Promise<{ readonly path: string; readonly there: boolean }> {
  const places = program.startsWith("/") ? [program] : programPlaces.map((folder) => `${folder}/${program}`);
  for (const path of places) if ((await host.stat(path)).state === "ok") return { path, there: true };
  return { path: program, there: false };
}

async function runtimesOf(
  host: Host,
  cri: Containerd["cri"],
  layers: readonly Layer[],
): Promise<readonly ContainerdRuntime[]> {
  const names = new Set(
    layers.flatMap(({ toml }) =>
      criTables.flatMap((table) => {
        const runtimes = tomlGet(toml.value, ...table, "containerd", "runtimes");
        return typeof runtimes === "object" && runtimes !== null ? Object.keys(runtimes) : [];
      }),
    ),
  );
  return await Promise.all(
    [...names].map(async (name): Promise<ContainerdRuntime> => {
      const type = cri("containerd", "runtimes", name, "runtime_type");
      const binary = cri("containerd", "runtimes", name, "options", "BinaryName");
      const text = typeof type?.value === "string" ? type.value : "";
      const wanted = [
        shim(text),
        typeof binary?.value === "string" && binary.value !== "" ? binary.value : undefined,
      ];
      const programs = await Promise.all(
        wanted.filter((one) => one !== undefined).map((one) => locate(host, one)),
      );
      const table = cri("containerd", "runtimes", name);
      return { name, type: text, programs, source: type?.source ?? table?.source ?? wholeFile("") };
    }),
  );
}

export const containerd: FactSource<Containerd> = {
  title: "containerd (config.toml with its imports, its socket)",
  async gather(host, ask) {
    const configFile = await configPath(host, ask);
    if (configFile === undefined) return absent("containerd is not on this node");
    const stat = await host.stat(configFile);
    const { layers, problems, unread } = await readLayers(host, configFile);
    if (layers.length === 0 && problems.length === 0 && unread.length > 0) return failed(unread.join("; "));
    const setting = (...path: readonly string[]) => lookup(layers, path);
    const cri = (...path: readonly string[]) => {
      for (const table of criTables) {
        const found = setting(...table, ...path);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const address = setting("grpc", "address")?.value;
    const socketPath =
      typeof address === "string" && address.startsWith("/") ? address : "/run/containerd/containerd.sock";
    const socket = await host.stat(socketPath);
    const version = setting("version")?.value;
    return known({
      configFile,
      configStat: stat.state === "ok" ? stat : undefined,
      formatVersion: typeof version === "number" ? version : 1,
      problems,
      unread,
      socket: socket.state === "ok" ? { path: socketPath, stat: socket } : undefined,
      runtimes: await runtimesOf(host, cri, layers),
      setting,
      cri,
    });
  },
};
