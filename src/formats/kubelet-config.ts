// KubeletConfiguration files and drop-ins: text -> fields with their places, what the kubelet would only log, and what would
// keep it from starting. Merges no files, knows no defaults.
import { didYouMean } from "../core/nearest.js";
import { printable } from "../core/printable.js";
import { goDuration } from "./component-flags.js";
import { parseGoYaml } from "./go-yaml.js";
import { type FieldKind, type FieldRow, fieldRows, takes } from "./kubelet-fields.js";
import type { YamlEntry, YamlMap, YamlNode, YamlScalarValue } from "./yaml-node.js";

export interface ConfigField {
  /** As the reference writes it, whatever the file's case. */
  readonly path: string;
  readonly key: YamlEntry["keyNode"];
  readonly node: YamlNode;
}

export interface ConfigFault {
  readonly line: number;
  readonly message: string;
}

export interface KubeletConfigText {
  readonly json: boolean;
  readonly root: YamlMap | undefined;
  /** The setting of each path that counts in this file; null ones too, and whole objects that are null. */
  readonly fields: ReadonlyMap<string, ConfigField>;
  /** What the kubelet logs and goes on. */
  readonly faults: readonly ConfigFault[];
  /** What makes the kubelet exit. */
  readonly stops: readonly ConfigFault[];
  /** Why this file's meaning is not known to us. */
  readonly unread: string | undefined;
}

const hintLimit = 20;
const apiVersion = "kubelet.config.k8s.io/v1beta1";
const rows: ReadonlyMap<string, FieldRow> = new Map(fieldRows.map((row) => [row[0], row]));
const objects: ReadonlySet<string> = new Set(
  fieldRows.flatMap(([path]) => {
    const parts = path.split(".");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
  }),
);
const lists: ReadonlySet<string> = new Set([...objects].filter((path) => path.endsWith("[]")));
const lowerCase: ReadonlyMap<string, string> = new Map(
  [...rows.keys(), ...objects].map((path) => [path.toLowerCase(), path]),
);

const limits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
};

/** A duration Go takes. */
export function isDuration(text: string): boolean {
  return goDuration(text) !== undefined;
}

function scalarFits(kind: FieldKind, value: YamlScalarValue): boolean {
  if (value === null || kind === "any") return true;
  const range = limits[kind];
  if (range !== undefined) return typeof value === "bigint" && value >= range[0] && value <= range[1];
  if (kind === "bool") return typeof value === "boolean";
  if (kind === "string") return typeof value === "string";
  if (kind === "float") return typeof value === "bigint" || typeof value === "number";
  if (typeof value === "string") return kind.startsWith("duration") && isDuration(value);
  return kind === "duration-or-number" && typeof value === "bigint";
}

function each(nodes: readonly YamlNode[], kind: FieldKind): boolean {
  return nodes.every((node) => fits(kind, node));
}

function fits(kind: FieldKind, node: YamlNode): boolean {
  if (node.kind === "scalar") return scalarFits(kind, node.value);
  if (kind === "any") return true;
  if (node.kind === "list")
    return kind === "strings" ? each(node.items, "string") : kind === "int32s" && each(node.items, "int32");
  const values = node.entries.map(({ value }) => value);
  if (kind === "string-map") return each(values, "string");
  if (kind === "bool-map") return each(values, "bool");
  return kind === "strings-map" && each(values, "strings");
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function shown(node: YamlNode): string {
  return node.kind === "scalar" ? printable(JSON.stringify(node.text), 60) : `a ${node.kind}`;
}

class Decoder {
  readonly fields = new Map<string, ConfigField>();
  readonly faults: ConfigFault[] = [];
  readonly stops: ConfigFault[] = [];
  unread: string | undefined;

  constructor(
    private readonly json: boolean,
    private readonly dropIn: boolean,
    private readonly minor: number | undefined,
  ) {}

  object(map: YamlMap, prefix: string): void {
    for (const entry of map.entries) {
      const path = this.pathOf(prefix, entry.key);
      if (path === undefined) this.unknown(entry, prefix);
      else this.field(entry, path);
    }
  }

  /** Drop-ins are decoded by encoding/json, which takes names in any case; the file by a decoder that does not. */
  private pathOf(prefix: string, key: string): string | undefined {
    // A dot in a key is a character of an unknown name, not a way into an object.
    if (/[.[\]]/.test(key)) return undefined;
    const path = prefix + key;
    if (rows.has(path) || objects.has(path) || lists.has(`${path}[]`)) return path;
    const folded =
      lowerCase.get(path.toLowerCase()) ?? lowerCase.get(`${path.toLowerCase()}[]`)?.slice(0, -2);
    return this.dropIn ? folded : undefined;
  }

  private unknown({ key, keyNode }: YamlEntry, prefix: string): void {
    const message = `unknown field "${printable(prefix + key, 80)}"`;
    this.faults.push({ line: keyNode.line, message: message + this.hint(key, prefix) });
  }

  /** The name that was meant; not sought for a file that is something else altogether. */
  private hint(key: string, prefix: string): string {
    if (this.faults.length >= hintLimit) return "";
    const known = [...rows.keys(), ...objects]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("."))
      .map((path) => path.slice(prefix.length).replace("[]", ""));
    return didYouMean(key, known);
  }

  private field(entry: YamlEntry, path: string): void {
    const { value } = entry;
    const before = this.fields.get(path);
    // To encoding/json a null leaves a plain value as it was, and takes a pointer back.
    if (this.json && before !== undefined && isNull(value) && !isNull(before.node))
      this.unread = `line ${entry.keyNode.line}: "${path}" is given again as null`;
    // A later key replaces the earlier one; JSON objects are decoded into the same fields.
    if (!this.json || value.kind !== "map")
      for (const other of [...this.fields.keys()])
        if (other === path || other.startsWith(`${path}.`)) this.fields.delete(other);
    this.fields.set(path, { path, key: entry.keyNode, node: value });
    if (isNull(value)) return;
    if (lists.has(`${path}[]`)) this.items(value, path);
    else if (objects.has(path)) {
      if (value.kind === "map") this.object(value, `${path}.`);
      else this.wrong(value, path, "a map");
    } else this.value(entry, path);
  }

  private value({ keyNode, value }: YamlEntry, path: string): void {
    const [, kind, , since] = rows.get(path) ?? [path, "any" as const];
    if (!fits(kind, value)) this.wrong(value, path, takes[kind]);
    if (since !== undefined && this.minor !== undefined && this.minor < since)
      this.faults.push({ line: keyNode.line, message: `${path} is not known before 1.${since}` });
    if (kind === "bool-map" && value.kind === "map")
      for (const gate of value.entries)
        this.fields.set(`${path}.${gate.key}`, {
          path: `${path}.${gate.key}`,
          key: gate.keyNode,
          node: gate.value,
        });
  }

  private items(value: YamlNode, path: string): void {
    if (value.kind !== "list") this.wrong(value, path, "a list of maps");
    for (const item of value.kind === "list" ? value.items : [])
      if (item.kind === "map") this.object(item, `${path}[].`);
      else if (item.kind === "list" || item.value !== null) this.wrong(item, path, "a list of maps");
  }

  private wrong(node: YamlNode, path: string, wanted: string): void {
    this.stops.push({ line: node.line, message: `${path} takes ${wanted}, not ${shown(node)}` });
  }
}

function text(map: YamlMap, key: string): YamlScalarValue | undefined {
  const node = map.entries.findLast((entry) => entry.key === key)?.value;
  return node?.kind === "scalar" ? node.value : undefined;
}

function identity(root: YamlMap): readonly ConfigFault[] {
  const [version, kind] = [text(root, "apiVersion"), text(root, "kind")];
  const line = root.line;
  if (kind === undefined || kind === null || kind === "") return [{ line, message: "kind is missing" }];
  if (version === undefined || version === null || version === "")
    return [{ line, message: "apiVersion is missing" }];
  if (kind === "KubeletConfiguration" && version === apiVersion) return [];
  const found = printable(`${String(version)} ${String(kind)}`, 100);
  return [{ line, message: `is ${found}, not ${apiVersion} KubeletConfiguration` }];
}

export interface DecodeOptions {
  readonly dropIn?: boolean;
  /** Of the installed kubelet, where it is known. */
  readonly minor?: number | undefined;
}

/** Reads one file as the kubelet would (kubelet.config.k8s.io/v1beta1). */
export function parseKubeletConfig(content: string, options: DecodeOptions = {}): KubeletConfigText {
  const nothing = {
    json: false,
    root: undefined,
    fields: new Map(),
    faults: [],
    stops: [],
    unread: undefined,
  };
  const parsed = parseGoYaml(content);
  if (parsed.state !== "ok") {
    const { line, message } = parsed.problem;
    if (parsed.state === "beyond") return { ...nothing, unread: `line ${line}: ${message}` };
    return { ...nothing, stops: [{ line, message }] };
  }
  const { root, json, duplicates } = parsed;
  if (root?.kind !== "map") {
    const empty = root === undefined || (root.kind === "scalar" && root.value === null);
    return { ...nothing, json, stops: [{ line: 1, message: empty ? "is empty" : "is not a map" }] };
  }
  const decoder = new Decoder(json, options.dropIn === true, options.minor);
  const repeated = duplicates.map(({ key, keyNode }) => ({
    line: keyNode.line,
    message: `"${printable(key, 80)}" is given twice`,
  }));
  (options.dropIn === true ? decoder.stops : decoder.faults).push(...repeated);
  decoder.stops.push(...identity(root));
  if (decoder.stops.length === 0) decoder.object(root, "");
  const { fields, faults, stops, unread } = decoder;
  return { json, root, fields, faults, stops, unread };
}
