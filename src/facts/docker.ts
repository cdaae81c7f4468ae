// The Docker daemon as it is set up: daemon.json and dockerd's flags joined, its sockets. Asks no running dockerd.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type Flag, goBoolean, parseFlags } from "../formats/component-flags.js";
import { LineIndex } from "../formats/traced.js";
import { parseYaml } from "../formats/yaml.js";
import { type YamlNode, yamlValue } from "../formats/yaml-node.js";
import type { FileStat, Host } from "../host/host.js";
import { processes } from "./processes.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export interface DockerSetting {
  readonly value: unknown;
  readonly source: Source;
}

export interface Docker {
  /** Where daemon.json is, or would be. */
  readonly configFile: string;
  readonly configStat: FileStat | undefined;
  /** Keys of daemon.json, last one first where repeated. */
  readonly file: ReadonlyMap<string, DockerSetting>;
  readonly flags: readonly Flag[];
  /** Why dockerd would not start. */
  readonly problems: readonly { readonly message: string; readonly source: Source }[];
  /** What could not be read: settings may be missing. */
  readonly unread: readonly string[];
  readonly sockets: readonly { readonly path: string; readonly stat: FileStat }[];
  /** A boolean in force: flag, else file, else `fallback`. */
  boolean(name: string, fallback: boolean): { readonly value: boolean; readonly source: Source | undefined };
  text(name: string, fallback: string): { readonly value: string; readonly source: Source | undefined };
  /** Every value of a list given by flag (`flag`) or key (`name`). */
  list(name: string, flag: string): readonly { readonly value: string; readonly source: Source }[];
}

/** Flags that are booleans (dockerd(8)). */
const booleans = new Set(
  [
    [
      "allow-nondistributable-artifacts",
      "bridge-accept-fwmark",
      "debug",
      "experimental",
      "icc",
      "ip-forward",
      "ip-masq",
    ],
    [
      "iptables",
      "ip6tables",
      "ipv6",
      "init",
      "live-restore",
      "no-new-privileges",
      "raw-logs",
      "rootless",
      "tls",
    ],
    ["tlsverify", "userland-proxy", "validate", "selinux-enabled", "oom-score-adjust", "D"],
  ].flat(),
);

/** Short flags that matter here. */
const long: Readonly<Record<string, string>> = {
  H: "host",
  G: "group",
  D: "debug",
  l: "log-level",
  b: "bridge",
  g: "data-root",
  s: "storage-driver",
};

/** The key of daemon.json for a flag: lists have a plural there (dockerd(8), daemon configuration file). */
const plural: Readonly<Record<string, string>> = {
  host: "hosts",
  "insecure-registry": "insecure-registries",
  "registry-mirror": "registry-mirrors",
  "default-ulimit": "default-ulimits",
  label: "labels",
  "log-opt": "log-opts",
  dns: "dns",
  "storage-opt": "storage-opts",
  "exec-opt": "exec-opts",
  "authorization-plugin": "authorization-plugins",
};

interface FileResult {
  readonly stat: FileStat | undefined;
  readonly settings: ReadonlyMap<string, DockerSetting>;
  readonly problems: Docker["problems"];
  readonly unread: readonly string[];
}

async function readConfig(host: Host, path: string): Promise<FileResult> {
  const read = await host.read(path);
  const none = { stat: undefined, settings: new Map<string, DockerSetting>(), problems: [], unread: [] };
  if (read.state === "absent") return none;
  if (read.state !== "ok") return { ...none, unread: [read.reason] };
  const bad = (message: string, line: number): FileResult => ({
    ...none,
    stat: read,
    problems: [
      {
        message: `${path}:${line}: ${message}: dockerd does not start`,
        source: { ...wholeFile(path), line },
      },
    ],
  });
  if (read.text.trim() === "") return { ...none, stat: read };
  try {
    JSON.parse(read.text);
  } catch (error) {
    const at = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    return bad("is not valid JSON", at === undefined ? 1 : new LineIndex(read.text).lineAt(Number(at)));
  }
  const parsed = parseYaml(read.text);
  const root: YamlNode | undefined = parsed.state === "ok" ? parsed.documents[0] : undefined;
  if (root?.kind !== "map") return bad("is not a JSON object", 1);
  const lines = new LineIndex(read.text);
  const settings = root.entries.map(({ key, value }): [string, DockerSetting] => [
    key,
    { value: yamlValue(value), source: lines.source(path, value.span) },
  ]);
  return { ...none, stat: read, settings: new Map(settings) };
}

interface Words {
  readonly words: readonly { readonly text: string; readonly source: Source }[];
  readonly unread: readonly string[];
}

/** The running dockerd's command line, else its unit's. */
async function commandLine(ask: Ask): Promise<Words | undefined> {
  const running = await ask(processes);
  const daemon = running.state === "known" ? running.value.named("dockerd")[0] : undefined;
  if (daemon !== undefined) {
    const source = wholeFile(`/proc/${daemon.pid}/cmdline`, daemon.args.join(" "));
    return { words: daemon.args.slice(1).map((text) => ({ text, source })), unread: [] };
  }
  const all = await ask(units);
  const unit = all.state === "known" ? await all.value.get("docker.service") : undefined;
  if (unit === undefined || unit.masked) return undefined;
  const exec = await unit.exec();
  const words = exec.commands[0]?.words.slice(1) ?? [];
  return { words, unread: [...unit.unread, ...exec.unread, ...words.flatMap(({ unknown }) => unknown)] };
}

function expand(words: Words["words"]): Words["words"] {
  return words.map((word) => {
    const match = /^-([A-Za-z])(=.*)?$/.exec(word.text);
    const name = match?.[1] === undefined ? undefined : long[match[1]];
    return name === undefined ? word : { ...word, text: `--${name}${match?.[2] ?? ""}` };
  });
}

/** dockerd refuses to start when a setting is given by flag and by file (docs.docker.com, daemon configuration). */
function conflicts(flags: readonly Flag[], file: ReadonlyMap<string, DockerSetting>): Docker["problems"] {
  return flags.flatMap(({ name, source }) => {
    const key = file.has(name) ? name : plural[name];
    const setting = key === undefined ? undefined : file.get(key);
    if (setting === undefined || key === undefined) return [];
    return [
      {
        message: `${key} is given in ${setting.source.file} and as --${name}: dockerd does not start`,
        source,
      },
    ];
  });
}

function settingsOf(
  flags: readonly Flag[],
  file: ReadonlyMap<string, DockerSetting>,
): Pick<Docker, "boolean" | "text" | "list"> {
  const flag = (name: string) => flags.findLast((one) => one.name === name);
  return {
    boolean: (name, fallback) => {
      const given = flag(name);
      if (given !== undefined) return { value: goBoolean(given.value) ?? fallback, source: given.source };
      const setting = file.get(name);
      return {
        value: typeof setting?.value === "boolean" ? setting.value : fallback,
        source: setting?.source,
      };
    },
    text: (name, fallback) => {
      const given = flag(name);
      if (given !== undefined) return { value: given.value, source: given.source };
      const setting = file.get(name);
      return {
        value: typeof setting?.value === "string" ? setting.value : fallback,
        source: setting?.source,
      };
    },
    list: (name, flagName) => {
      const given = flags
        .filter((one) => one.name === flagName)
        .map(({ value, source }) => ({ value, source }));
      const setting = file.get(name);
      const values: readonly unknown[] = Array.isArray(setting?.value) ? setting.value : [];
      return [
        ...given,
        ...values.flatMap((value) =>
          setting === undefined ? [] : [{ value: String(value), source: setting.source }],
        ),
      ];
    },
  };
}

export const docker: FactSource<Docker> = {
  title: "the Docker daemon (/etc/docker/daemon.json, dockerd's flags, /run/docker.sock)",
  async gather(host, ask) {
    const command = await commandLine(ask);
    const flags = parseFlags(expand(command?.words ?? []), (name) => booleans.has(name)).flags;
    const configFile =
      flags.findLast(({ name }) => name === "config-file")?.value ?? "/etc/docker/daemon.json";
    const config = await readConfig(host, configFile);
    const programs = await Promise.all(
      ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"].map((path) => host.stat(path)),
    );
    const installed = programs.some(({ state }) => state === "ok") || command !== undefined;
    if (!installed && config.stat === undefined)
      return config.unread.length > 0
        ? failed(config.unread.join("; "))
        : absent("the Docker daemon is not on this node");
    const stats = await Promise.all(
      ["/run/docker.sock", "/var/run/docker.sock"].map((path) => host.stat(path)),
    );
    const sockets = stats.flatMap((stat) => (stat.state === "ok" ? [{ path: stat.path, stat }] : []));
    const unique = sockets.filter(
      ({ stat }, index) => sockets.findIndex((one) => one.stat.realPath === stat.realPath) === index,
    );
    return known({
      configFile,
      configStat: config.stat,
      file: config.settings,
      flags,
      problems: [...config.problems, ...conflicts(flags, config.settings)],
      unread: [...config.unread, ...(command?.unread ?? [])],
      sockets: unique,
      ...settingsOf(flags, config.settings),
    });
  },
};
