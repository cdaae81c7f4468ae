// containerd as it is set up: its configuration of any version with its imports, its sockets, the runtimes it knows.
import { absent, failed, known } from "../core/fact.js";
import { wholeFile } from "../core/source.js";
import type { FileStat, Host } from "../host/host.js";
import { type ContainerdBaseSpec, containerdBaseSpecs } from "./containerd-base-specs.js";
import { type ContainerdConfig, containerdConfig } from "./containerd-config.js";
import type { ContainerdVersion } from "./containerd-files.js";
import { daemonWords } from "./daemon-words.js";
import { packages } from "./packages.js";
import { flagValue, locateProgram, type RuntimeHandler } from "./runtime-handlers.js";
import type { Ask, FactSource } from "./source.js";

export interface SocketState {
  readonly path: string;
  readonly stat: FileStat;
}

export interface ContainerdProxy {
  readonly name: string;
  /** As it is written; a path, or a place beyond a path. */
  readonly address: string;
  readonly socket: SocketState | undefined;
  readonly source: ContainerdConfig["proxies"][number]["source"];
}

export interface ContainerdRuntime extends RuntimeHandler {
  /** The settings of its table. */
  setting(key: string): ReturnType<ContainerdConfig["cri"]>;
}

export interface Containerd extends Omit<ContainerdConfig, "proxies"> {
  readonly configFile: string;
  readonly configStat: FileStat | undefined;
  /** 1 or 2; undefined: not known. */
  readonly major: number | undefined;
  readonly socket: SocketState | undefined;
  readonly runtimes: readonly ContainerdRuntime[];
  readonly baseSpecs: readonly ContainerdBaseSpec[];
  readonly proxies: readonly ContainerdProxy[];
  /** What is kept, and what lives until the next boot. */
  readonly root: string;
  readonly state: string;
}

/** The package's place; then k3s, rke2, microk8s, which give the path on the command line. */
const configPlaces = [
  "/etc/containerd/config.toml",
  "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
  "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
  "/var/snap/microk8s/current/args/containerd.toml",
];

async function configPath(
  host: Host,
  words: readonly string[],
  started: boolean,
): Promise<string | undefined> {
  const given = flagValue(words, "config", "c");
  if (given !== undefined) return given;
  for (const path of configPlaces) if ((await host.lstat(path)).state !== "absent") return path;
  return started ? configPlaces[0] : undefined;
}

const packageNames = ["containerd", "containerd.io", "moby-containerd", "containerd-app", "cri-containerd"];

/** The version of the package; undefined where none is installed. */
async function installedVersion(ask: Ask): Promise<ContainerdVersion | undefined> {
  const installed = await ask(packages);
  if (installed.state !== "known") return undefined;
  const found = packageNames.map((name) => installed.value.get(name)).find((one) => one !== undefined);
  const parts = /^(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(found?.version ?? "");
  if (parts === null) return undefined;
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return { major, minor, patch };
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

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The tables of the runtimes; up to containerd 1.7 two more have places of their own, if they name a type. */
function runtimeTables(
  config: ContainerdConfig,
  major: number | undefined,
): readonly (readonly [name: string, path: readonly string[]])[] {
  const usual = ["containerd", "runtimes"];
  const older = [
    ["default", ["containerd", "default_runtime"]],
    ["untrusted", ["containerd", "untrusted_workload_runtime"]],
  ] as const;
  const named = (path: readonly string[]) => textOf(config.cri(...path, "runtime_type")?.value) !== "";
  return [
    ...config.criNames(...usual).map((name) => [name, [...usual, name]] as const),
    ...older.filter(([, path]) => major !== 2 && named(path)),
  ];
}

async function runtimesOf(
  host: Host,
  config: ContainerdConfig,
  major: number | undefined,
): Promise<readonly ContainerdRuntime[]> {
  return await Promise.all(
    runtimeTables(config, major).map(async ([name, table]): Promise<ContainerdRuntime> => {
      const setting = (...path: readonly string[]) => config.cri(...table, ...path);
      const type = setting("runtime_type");
      // A path of a shim of one's own (runtime_path) is started whatever the type says.
      const path = textOf(setting("runtime_path")?.value);
      const binary = textOf(setting("options", "BinaryName")?.value);
      const text = textOf(type?.value);
      const wanted = [path === "" ? shim(text) : path, binary === "" ? undefined : binary];
      const programs = await Promise.all(
        wanted.filter((one) => one !== undefined).map((one) => locateProgram(host, one)),
      );
      const source = type?.source ?? setting()?.source ?? wholeFile("");
      return { name, type: text, programs, source, setting };
    }),
  );
}

/** A socket's path, with or without its scheme; undefined for a place elsewhere. */
function socketPath(address: string): string | undefined {
  const path = address.replace(/^unix:(?:\/\/)?/, "");
  return path.startsWith("/") ? path : undefined;
}

async function socketAt(host: Host, address: string): Promise<SocketState | undefined> {
  const path = socketPath(address);
  const stat = path === undefined ? undefined : await host.stat(path);
  return stat?.state === "ok" ? { path: stat.path, stat } : undefined;
}

export const containerd: FactSource<Containerd> = {
  title: "containerd (config.toml with its imports, its sockets)",
  async gather(host, ask) {
    const command = await daemonWords(host, ask, "containerd", "containerd.service");
    const words = command?.words.map(({ text }) => text) ?? [];
    const configFile = await configPath(host, words, command !== undefined);
    if (configFile === undefined) return absent("containerd is not on this node");
    const stat = await host.stat(configFile);
    const installed = await installedVersion(ask);
    const config = await containerdConfig(host, configFile, installed);
    const major = installed?.major ?? (config.formatVersion >= 3 && config.files.length > 0 ? 2 : undefined);
    const runtimes = await runtimesOf(host, config, major);
    const specs = await containerdBaseSpecs(
      host,
      runtimes.flatMap(({ name, setting }) => {
        const spec = setting("base_runtime_spec");
        return spec === undefined || spec.value === "" ? [] : [[name, spec] as const];
      }),
    );
    const unread = [...config.unread, ...(command?.unread ?? [])];
    const problems = [
      ...config.problems,
      ...(config.criDisabled === undefined ? specs.problems : []),
      ...(flagValue(words, "config", "c") !== undefined && stat.state === "absent"
        ? [
            {
              message: `--config names ${configFile}, which is not there: containerd does not start`,
              source: wholeFile(configFile),
            },
          ]
        : []),
    ];
    if (config.files.length === 0 && problems.length === 0 && unread.length > 0)
      return failed(unread.join("; "));
    // A flag beats the file.
    const address = flagValue(words, "address", "a") ?? textOf(config.server("grpc", "address")?.value);
    return known({
      ...config,
      problems,
      unread,
      configFile,
      configStat: stat.state === "ok" ? stat : undefined,
      major,
      socket: await socketAt(host, address === "" ? "/run/containerd/containerd.sock" : address),
      runtimes,
      baseSpecs: specs.all,
      root: flagValue(words, "root") ?? config.folder("root") ?? "/var/lib/containerd",
      state: flagValue(words, "state") ?? config.folder("state") ?? "/run/containerd",
      proxies: await Promise.all(
        config.proxies.map(async (one) => ({ ...one, socket: await socketAt(host, one.address) })),
      ),
    });
  },
};
