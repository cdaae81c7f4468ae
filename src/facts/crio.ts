// CRI-O as it is set up: its configuration with drop-ins and flags, its socket, the runtimes it knows, the seccomp
// profile it gives by default. Asks no running CRI-O.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type FlagWord, parseFlags } from "../formats/component-flags.js";
import { parseSeccomp, type SeccompStrength } from "../formats/oci-config.js";
import type { FileStat, Host } from "../host/host.js";
import type { SocketState } from "./containerd.js";
import { type CrioConfig, type CrioHandlerTable, crioConfig } from "./crio-config.js";
import { daemonWords } from "./daemon-words.js";
import { locateProgram, type RuntimeHandler } from "./runtime-handlers.js";
import type { FactSource } from "./source.js";

export interface CrioHandler extends RuntimeHandler {
  readonly privilegedWithoutHostDevices: boolean;
}

export interface SeccompFile {
  readonly path: string;
  /** `missing`: CRI-O takes its own default instead. */
  readonly strength: SeccompStrength | "missing";
  readonly source: Source;
}

export interface Crio extends Omit<CrioConfig, "handlers"> {
  readonly configStat: FileStat | undefined;
  readonly socket: SocketState | undefined;
  readonly runtimes: readonly CrioHandler[];
  /** Profiles that stand for RuntimeDefault, beside the built-in one. */
  readonly seccompFiles: readonly SeccompFile[];
  /** Folders of containers/storage: what is kept, and what lives until the next boot. */
  readonly root: string;
  readonly runRoot: string;
}

/** Flags that are booleans (crio(8)). */
const booleans = new Set([
  "add-inheritable-capabilities",
  "auto-reload-registries",
  "blockio-reload",
  "device-ownership-from-security-context",
  "disable-hostport-mapping",
  "drop-infra-ctr",
  "enable-criu-support",
  "enable-metrics",
  "enable-nri",
  "enable-pod-events",
  "enable-profile-unix-socket",
  "enable-tracing",
  "hostnetwork-disable-selinux",
  "internal-repair",
  "internal-wipe",
  "log-journald",
  "no-pivot",
  "oci-artifact-mount-support",
  "profile",
  "read-only",
  "selinux",
  "stream-enable-tls",
]);
const short: Readonly<Record<string, string>> = {
  c: "config",
  d: "config-dir",
  l: "log-level",
  r: "root",
  s: "storage-driver",
};

function longForm(word: FlagWord): FlagWord {
  const match = /^-([a-z])(=.*)?$/.exec(word.text);
  const name = match?.[1] === undefined ? undefined : short[match[1]];
  return name === undefined ? word : { ...word, text: `--${name}${match?.[2] ?? ""}` };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

async function handlerOf(
  host: Host,
  name: string,
  table: CrioHandlerTable,
  defaultRuntime: { readonly name: string; readonly table: CrioHandlerTable | undefined },
): Promise<CrioHandler> {
  const inherits = table.get("inherit_default_runtime") === true;
  const from = inherits ? defaultRuntime.table : table;
  const path = textOf(from?.get("runtime_path"));
  const program = path === "" ? (inherits ? defaultRuntime.name : name) : path;
  const monitor = textOf(table.get("monitor_path"));
  const wanted = [program, ...(monitor === "" ? [] : [monitor])];
  return {
    name,
    type: textOf(from?.get("runtime_type")) || "oci",
    programs: await Promise.all(wanted.map((one) => locateProgram(host, one))),
    source: table.source,
    privilegedWithoutHostDevices: table.get("privileged_without_host_devices") === true,
  };
}

async function runtimesOf(host: Host, config: CrioConfig): Promise<readonly CrioHandler[]> {
  const { value } = config.text("runtime", "default_runtime", "");
  const usual = { name: value === "" ? "crun" : value, table: config.handlers.get(value) };
  return await Promise.all([...config.handlers].map(([name, table]) => handlerOf(host, name, table, usual)));
}

async function seccompFile(host: Host, path: string, source: Source): Promise<SeccompFile | string> {
  const read = await host.read(path);
  if (read.state === "absent") return { path, strength: "missing", source };
  if (read.state !== "ok") return read.reason;
  const parsed = parseSeccomp(read.text);
  return parsed.state === "ok" ? { path, strength: parsed.value, source } : `${path}: ${parsed.message}`;
}

async function seccompFiles(host: Host, config: CrioConfig): Promise<readonly (SeccompFile | string)[]> {
  const whole = config.text("runtime", "seccomp_profile", "");
  const named = [
    { path: whole.value, source: whole.source },
    ...[...config.handlers.values()].map((table) => ({
      path: textOf(table.get("seccomp_profile")),
      source: table.source,
    })),
  ];
  return await Promise.all(
    named
      .filter(({ path }) => path !== "")
      .map(({ path, source }) => seccompFile(host, path, source ?? wholeFile(path))),
  );
}

/** /var/run is /run on every system that CRI-O runs on. */
function runPath(path: string): string {
  return path.replace(/^\/var\/run\//, "/run/").replace(/^unix:\/\//, "");
}

async function isInstalled(host: Host): Promise<boolean> {
  const paths = ["/usr/bin/crio", "/usr/local/bin/crio", "/etc/crio"];
  const stats = await Promise.all(paths.map((path) => host.lstat(path)));
  return stats.some(({ state }) => state !== "absent");
}

export const crio: FactSource<Crio> = {
  title: "CRI-O (crio.conf, crio.conf.d, crio's flags, its socket)",
  async gather(host, ask) {
    const command = await daemonWords(host, ask, "crio", "crio.service");
    if (command === undefined && !(await isInstalled(host))) return absent("CRI-O is not on this node");
    const { flags } = parseFlags(command?.words ?? [], (name) => booleans.has(name), true, longForm);
    const config = await crioConfig(host, flags);
    const profiles = await seccompFiles(host, config);
    const unread = [
      ...config.unread,
      ...(command?.unread ?? []),
      // Every flag has a variable too (crio(8)), which would have to be followed as well.
      ...(command?.variables ?? [])
        .filter((name) => name.startsWith("CONTAINER_"))
        .map((name) => `crio.service sets ${name}, which stands for a flag and was not followed`),
      ...profiles.filter((one) => typeof one === "string"),
    ];
    if (config.files.length === 0 && config.problems.length === 0 && unread.length > 0)
      return failed(unread.join("; "));
    const socket = await host.stat(runPath(config.text("api", "listen", "/run/crio/crio.sock").value));
    const stat = await host.stat(config.configFile);
    return known({
      ...config,
      unread,
      configStat: stat.state === "ok" ? stat : undefined,
      socket: socket.state === "ok" ? { path: socket.path, stat: socket } : undefined,
      runtimes: await runtimesOf(host, config),
      seccompFiles: profiles.filter((one) => typeof one !== "string"),
      root: config.text("", "root", "/var/lib/containers/storage").value,
      runRoot: runPath(config.text("", "runroot", "/run/containers/storage").value),
    });
  },
};
