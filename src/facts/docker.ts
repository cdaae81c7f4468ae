// The Docker daemon as it is set up: daemon.json and dockerd's flags joined, its sockets. Asks no running dockerd.
import { absent, failed, known } from "../core/fact.js";
import { printable } from "../core/printable.js";
import { type Source, wholeFile } from "../core/source.js";
import { type Flag, goBoolean } from "../formats/component-flags.js";
import { daemonKeyProblem, daemonKeys } from "../formats/docker-daemon.js";
import { LineIndex } from "../formats/traced.js";
import { parseYaml } from "../formats/yaml.js";
import { type YamlNode, yamlValue } from "../formats/yaml-node.js";
import type { FileStat, Host, ReadOk } from "../host/host.js";
import { dockerFlags } from "./docker-flags.js";
import { type DockerListening, listeningOf } from "./docker-sockets.js";
import { packages } from "./packages.js";
import type { Ask, FactSource } from "./source.js";

export interface DockerSetting {
  readonly value: unknown;
  readonly source: Source;
}

export interface Docker extends DockerListening {
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
  /** A boolean in force: flag, else file, else `fallback`. */
  boolean(name: string, fallback: boolean): { readonly value: boolean; readonly source: Source | undefined };
  text(name: string, fallback: string): { readonly value: string; readonly source: Source | undefined };
  /** Every value of a list given by flag (`flag`) or key (`name`). */
  list(name: string, flag: string): readonly { readonly value: string; readonly source: Source }[];
}

interface FileResult {
  readonly stat: FileStat | undefined;
  readonly settings: ReadonlyMap<string, DockerSetting>;
  readonly problems: Docker["problems"];
  readonly unread: readonly string[];
  /** There, with nothing in it. */
  readonly empty: boolean;
}

/** From 23.0 on dockerd takes an empty file and byte order marks, and nothing that is not UTF-8 or UTF-16 with its mark. */
const newReader = 23;

/** The major version of the package; undefined where none is installed. */
async function majorOf(ask: Ask): Promise<number | undefined> {
  const installed = await ask(packages);
  if (installed.state !== "known") return undefined;
  const names = ["docker.io", "docker-ce", "moby-engine"];
  const found = names.map((name) => installed.value.get(name)).find((one) => one !== undefined);
  const major = /^(?:\d+:)?(\d+)\./.exec(found?.version ?? "")?.[1];
  return major === undefined ? undefined : Number(major);
}

/** What one dockerd takes in the bytes of its file and another refuses (tried with 20.10.24, 24.0.7, 26.1.5 and 28.5.2). */
function oddBytes({ text, encoding }: ReadOk): "marked" | "UTF-16" | "no UTF-8" | undefined {
  if (text.startsWith("\ufeff")) return "marked";
  if (encoding !== "latin1") return undefined;
  return /^(?:\xff\xfe|\xfe\xff)/.test(text) ? "UTF-16" : "no UTF-8";
}

const doubts = {
  marked: "starts with a byte order mark, which dockerd refuses before 23.0",
  "UTF-16": "is in UTF-16, which is not read here",
  "no UTF-8": "is not valid UTF-8, which dockerd refuses from 23.0 on",
} as const;

interface Taken {
  /** Empty where it is not read here. */
  readonly text: string;
  readonly unread: readonly string[];
  readonly refused?: string;
}

/** The text of the file as dockerd would see it. */
async function takenText(read: ReadOk, ask: Ask): Promise<Taken> {
  const { path, text } = read;
  const odd = oddBytes(read);
  if (odd === undefined) return { text, unread: [] };
  const major = await majorOf(ask);
  if (major !== undefined && major < newReader) return { text, unread: [] };
  if (odd === "no UTF-8" && major !== undefined) return { text, unread: [], refused: "is not valid UTF-8" };
  const unread = major === undefined || odd === "UTF-16" ? [`${path} ${doubts[odd]}`] : [];
  if (odd === "UTF-16") return { text: "", unread };
  // A blank in the place of the mark: no place in the text moves.
  return { text: odd === "marked" ? ` ${text.slice(1)}` : text, unread };
}

async function readConfig(host: Host, path: string, ask: Ask): Promise<FileResult> {
  const read = await host.read(path);
  const settings = new Map<string, DockerSetting>();
  const none = { stat: undefined, settings, problems: [], unread: [], empty: false };
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
  const taken = await takenText(read, ask);
  if (taken.refused !== undefined) return bad(taken.refused, 1);
  // The signs that Go takes for blanks: a byte order mark is none of them.
  if (/^[ \t\v\f\r\n]*$/.test(taken.text))
    return { ...none, stat: read, unread: taken.unread, empty: taken.unread.length === 0 };
  try {
    JSON.parse(taken.text);
  } catch (error) {
    const at = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    return bad("is not valid JSON", at === undefined ? 1 : new LineIndex(taken.text).lineAt(Number(at)));
  }
  const parsed = parseYaml(taken.text);
  const root: YamlNode | undefined = parsed.state === "ok" ? parsed.documents[0] : undefined;
  if (root?.kind !== "map") return bad("is not a JSON object", 1);
  const lines = new LineIndex(taken.text);
  const unread = [...taken.unread];
  for (const { key, keyNode, value } of root.entries) {
    // encoding/json joins objects that are repeated, and a null leaves a text or boolean as it was.
    if (settings.has(key) && (value.kind === "map" || (value.kind === "scalar" && value.value === null)))
      unread.push(`${path}:${keyNode.line}: ${printable(key)} is given again: what holds of it is not known`);
    settings.set(key, { value: yamlValue(value), source: lines.source(path, value.span) });
  }
  const problems = [...settings].flatMap(([key, { value, source }]) => {
    const problem = daemonKeyProblem(key, value);
    return problem === undefined
      ? []
      : [{ message: `${path}:${source.line}: ${printable(problem)}: dockerd does not start`, source }];
  });
  return { ...none, stat: read, problems, unread };
}

function refused(message: string, source: Source): Docker["problems"][number] {
  return { message: `${message}: dockerd does not start`, source };
}

/** dockerd refuses to start when a setting is given by flag and by file (docs.docker.com, daemon configuration). */
function conflicts(flags: readonly Flag[], file: ReadonlyMap<string, DockerSetting>): Docker["problems"] {
  return flags.flatMap(({ name, source }) => {
    const key = file.has(name) ? name : daemonKeys[name];
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

/** dockerd refuses the one without the other (libnetwork uses the tables for it). */
function withoutTables({ boolean }: Pick<Docker, "boolean">): Docker["problems"] {
  const [between, tables] = [boolean("icc", true), boolean("iptables", true)];
  const source = tables.source ?? between.source;
  if (between.value || tables.value || source === undefined) return [];
  return [refused("icc and iptables are both false", source)];
}

export const docker: FactSource<Docker> = {
  title: "the Docker daemon (/etc/docker/daemon.json, dockerd's flags, /run/docker.sock)",
  async gather(host, ask) {
    const command = await dockerFlags(host, ask);
    const { flags } = command;
    const named = flags.findLast(({ name }) => name === "config-file");
    const configFile = named?.value ?? "/etc/docker/daemon.json";
    const config = await readConfig(host, configFile, ask);
    const programs = await Promise.all(
      ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"].map((path) => host.stat(path)),
    );
    const installed = programs.some(({ state }) => state === "ok") || command.found;
    if (!installed && config.stat === undefined)
      return config.unread.length > 0
        ? failed(config.unread.join("; "))
        : absent("the Docker daemon is not on this node");
    const settings = settingsOf(flags, config.settings);
    const listening = await listeningOf(host, ask, settings);
    return known({
      configFile,
      configStat: config.stat,
      file: config.settings,
      flags,
      problems: [
        ...config.problems,
        ...(named !== undefined && config.stat === undefined && config.unread.length === 0
          ? [refused(`--config-file names ${configFile}, which is not there`, named.source)]
          : []),
        ...(config.empty && ((await majorOf(ask)) ?? newReader) < newReader
          ? [refused(`${configFile} is empty, which dockerd takes from 23.0 on`, wholeFile(configFile))]
          : []),
        ...conflicts(flags, config.settings),
        ...command.problems.map(({ message, source }) => refused(message, source)),
        ...withoutTables(settings),
      ],
      ...listening,
      unread: [...config.unread, ...command.unread, ...listening.unread],
      ...settings,
    });
  },
};
