// YAML and JSON values with their places, and plain reading of them. Not the parser (yaml.ts).
import type { Span } from "../core/source.js";

export type YamlScalarValue = string | number | bigint | boolean | null;

export interface NodeBase {
  readonly span: Span;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}
export interface YamlScalar extends NodeBase {
  readonly kind: "scalar";
  readonly value: YamlScalarValue;
  /** As written, without quotes. */
  readonly text: string;
  readonly quoted: boolean;
}
export interface YamlEntry {
  readonly key: string;
  readonly keyNode: YamlScalar;
  readonly value: YamlNode;
}
export interface YamlMap extends NodeBase {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly flow: boolean;
}
export interface YamlList extends NodeBase {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
}
export type YamlNode = YamlScalar | YamlMap | YamlList;

/** The value of `key` in a map (the last one, where it is repeated), or undefined. */
export function yamlGet(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === "map" ? node.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

/** The node as plain values; maps as objects without a prototype, so that no key can reach one. */
export function yamlValue(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(yamlValue);
  const made: Record<string, unknown> = Object.create(null);
  for (const entry of node.entries) made[entry.key] = yamlValue(entry.value);
  return made;
}

/** Plain values (parsed JSON) as nodes without places: for data that the build has already read. */
export function yamlFromValue(value: unknown): YamlNode {
  const base: NodeBase = { span: { start: 0, end: 0 }, line: 1, column: 1 };
  if (Array.isArray(value)) return { kind: "list", ...base, items: value.map(yamlFromValue), flow: false };
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => ({
      key,
      keyNode: { kind: "scalar" as const, ...base, value: key, text: key, quoted: false },
      value: yamlFromValue(item),
    }));
    return { kind: "map", ...base, entries, flow: false };
  }
  const plain =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
  return {
    kind: "scalar",
    ...base,
    value: plain,
    text: plain === null ? "" : String(plain),
    quoted: typeof plain === "string",
  };
}
