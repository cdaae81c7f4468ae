// The effective value of each kubelet setting: flag over last drop-in over … over first drop-in over file over default.
// Reads no files, judges no value.
import { type Source, wholeFile } from "../core/source.js";
import { goBoolean, goDuration } from "../formats/component-flags.js";
import type { KubeletFlag, KubeletFlags } from "../formats/kubelet-flags.js";
import type { YamlNode } from "../formats/yaml-node.js";
import { type DefaultValue, defaultOf, emptyMeansDefault, legacyDefaultOf } from "./kubelet-defaults.js";
import type { ConfigFile, ConfigSources } from "./kubelet-sources.js";
import type { Started } from "./kubelet-start.js";

export type SettingValue = DefaultValue;

export interface KubeletSetting {
  readonly path: string;
  /** Undefined where the default hangs on a version that is not known, or a map or list of maps is set. */
  readonly value: SettingValue | undefined;
  readonly shown: string;
  readonly origin: "flag" | "drop-in" | "file" | "default";
  readonly source: Source;
  /** Why the value is not known: the file that sets it changed after the kubelet read it. */
  readonly unknown: string | undefined;
  /** The flag that sets it. */
  readonly flag: KubeletFlag | undefined;
  /** The file that sets it, and where; a null that took an earlier value back has its node too. */
  readonly file: ConfigFile | undefined;
  readonly node: YamlNode | undefined;
}

export interface ViewInput {
  readonly started: Started;
  readonly flags: KubeletFlags;
  readonly sources: ConfigSources;
  readonly minor: number | undefined;
  /** Why values from files are not those the running kubelet has; undefined when they are. */
  readonly stale: string | undefined;
  /** The same of the words it was started with. */
  readonly staleWords?: string | undefined;
}

export function showValue(value: SettingValue | undefined): string {
  if (value === undefined) return "set";
  if (typeof value === "string") return value === "" ? "not set" : value;
  if (typeof value === "object") return value.length === 0 ? "none" : value.join(", ");
  return String(value);
}

function nodeValue(node: YamlNode): SettingValue | undefined {
  if (node.kind === "map") return undefined;
  if (node.kind === "scalar") {
    const { value } = node;
    return value === null ? undefined : typeof value === "number" ? String(value) : value;
  }
  return node.items.flatMap((item) => (item.kind === "scalar" ? [String(item.value ?? "")] : []));
}

function isEmpty(value: SettingValue | undefined): boolean {
  return value === "" || value === 0n || (typeof value === "string" && goDuration(value) === 0);
}

/** Paths of files are taken from the file's own folder; a drop-in's are not. */
const relativePaths: ReadonlySet<string> = new Set([
  "staticPodPath",
  "authentication.x509.clientCAFile",
  "tlsCertFile",
  "tlsPrivateKeyFile",
]);

function placed(path: string, value: SettingValue | undefined, main: ConfigFile): SettingValue | undefined {
  if (!relativePaths.has(path) || typeof value !== "string" || value === "" || value.startsWith("/"))
    return value;
  return `${main.path.slice(0, main.path.lastIndexOf("/") + 1)}${value}`;
}

export class View {
  constructor(readonly input: ViewInput) {}

  flag(name: string): KubeletFlag | undefined {
    return this.input.flags.byName.get(name);
  }

  /** The text of a flag that has no field; empty where it is not given. */
  option(name: string): string {
    const value = this.flag(name)?.value;
    return typeof value === "string" ? value : "";
  }

  setting(path: string): KubeletSetting {
    return this.byFlag(path) ?? this.byFile(path) ?? this.byDefault(path);
  }

  /** What the files alone say; undefined where they say nothing. */
  byFile(path: string): KubeletSetting | undefined {
    const { dropIns, main } = this.input.sources;
    for (const file of dropIns.toReversed()) {
      const found = this.inFile(path, file, "drop-in");
      if (found !== undefined) return found;
    }
    return main === undefined ? undefined : this.inFile(path, main, "file");
  }

  private byFlag(path: string): KubeletSetting | undefined {
    const [, gate] = /^featureGates\.(.+)$/.exec(path) ?? [];
    const flag = this.input.flags.byPath.get(gate === undefined ? path : "featureGates");
    if (flag === undefined) return undefined;
    const value = gate === undefined ? flag.value : gateValue(flag, gate);
    if (value === undefined) return undefined;
    // The one flag that cannot take back what the file says.
    if (path === "seccompDefault" && value === false) return undefined;
    const source = flag.given.at(-1)?.source ?? wholeFile(flag.name);
    const nothing = { unknown: this.input.staleWords, file: undefined, node: undefined };
    return { path, value, shown: showValue(value), origin: "flag", source, flag, ...nothing };
  }

  private inFile(path: string, file: ConfigFile, origin: "drop-in" | "file"): KubeletSetting | undefined {
    const field = file.config.fields.get(path);
    const erased = field === undefined ? erasingParent(file, path) : field;
    if (erased === undefined) return undefined;
    const isNull = erased.node.kind === "scalar" && erased.node.value === null;
    if (isNull && origin === "file") return undefined;
    const written = isNull ? undefined : nodeValue(erased.node);
    const unset = isNull || (emptyMeansDefault(path) && isEmpty(written));
    const value = unset
      ? defaultOf(path, this.input.minor)
      : origin === "file"
        ? placed(path, written, file)
        : written;
    return {
      path,
      value,
      shown: showValue(value),
      origin,
      source: file.at(erased.node),
      unknown: this.input.stale,
      flag: undefined,
      file,
      node: erased.node,
    };
  }

  private byDefault(path: string): KubeletSetting {
    const { sources, started, minor, stale } = this.input;
    const value = sources.main === undefined ? legacyDefaultOf(path, minor) : defaultOf(path, minor);
    const shown = value === undefined ? "the default" : showValue(value);
    const where =
      sources.main !== undefined
        ? wholeFile(sources.main.path, `${path} is not set: ${shown} by default`)
        : wholeFile(started.source.file, `${path} is not set and there is no --config: ${shown} by default`);
    const nothing = { flag: undefined, file: undefined, node: undefined };
    return { path, value, shown, origin: "default", source: where, unknown: stale, ...nothing };
  }
}

/** An object above the field that is null in a drop-in takes the field back with it. */
function erasingParent(file: ConfigFile, path: string) {
  const parts = path.split(".");
  for (let length = parts.length - 1; length > 0; length--) {
    const parent = file.config.fields.get(parts.slice(0, length).join("."));
    if (parent?.node.kind === "scalar" && parent.node.value === null) return parent;
  }
  return undefined;
}

function gateValue(flag: KubeletFlag, gate: string): boolean | undefined {
  if (typeof flag.value !== "object") return undefined;
  const pair = flag.value.findLast((one) => one.slice(0, one.indexOf("=")).trim() === gate);
  return pair === undefined ? undefined : goBoolean(pair.slice(pair.indexOf("=") + 1).trim());
}
