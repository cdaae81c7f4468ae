// YAML and JSON as sigs.k8s.io/yaml and the Kubernetes decoders read them: JSON strictly when it begins with `{`, else YAML
// 1.1 with Go's scalars; the first document only. Knows no object.
import { parseJson } from "./json-node.js";
import { parseYaml, type YamlProblem, yamlLimit } from "./yaml.js";
import type { YamlEntry, YamlNode, YamlScalar, YamlScalarValue } from "./yaml-node.js";

export type GoText =
  | {
      readonly state: "ok";
      readonly json: boolean;
      /** Undefined for an empty document. Whole numbers are bigint, others number. */
      readonly root: YamlNode | undefined;
      readonly duplicates: readonly YamlEntry[];
    }
  /** Kubernetes refuses it. */
  | { readonly state: "error"; readonly problem: YamlProblem }
  /** Beyond our own bounds: what Kubernetes would make of it is not known. */
  | { readonly state: "beyond"; readonly problem: YamlProblem };

const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, true] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, false] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
]);
const notFinite = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** strconv.ParseInt with base 0: underscores only between digits or after the base's prefix. */
export function goInteger(text: string): bigint | undefined {
  if (text.length > 100) return undefined;
  if (text.includes("_") && !/^[-+]?0[xXbBoO_]/.test(text) && !/^[-+]?[1-9](?:_?\d)*$/.test(text))
    return undefined;
  if (/__|_$|^[-+]?_/.test(text)) return undefined;
  return integerOf(text.replaceAll("_", ""));
}

function integerOf(text: string): bigint | undefined {
  const [, sign, digits] = integer.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = BigInt(octal.toLowerCase());
  // ParseInt, then ParseUint, of 64 bits; what is larger is tried as a float.
  if (sign === "-") return value <= 2n ** 63n ? -value : undefined;
  return value < 2n ** 64n ? value : undefined;
}

/** A float whose JSON form is a whole number decodes into Go's integers. */
function floatOf(text: string): bigint | number {
  const value = Number(text);
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value) : value;
}

/** A plain scalar's value by the rules of go-yaml v2's resolve; no sexagesimal, dates stay text. */
export function goScalar(text: string): YamlScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^[-+.0-9]/.test(text)) {
    const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
    const whole = integerOf(plain);
    if (whole !== undefined) return whole;
    if (float.test(plain)) return floatOf(plain);
  }
  return text;
}

/** Where the first document ends: at the second marker, or the first after content. */
function firstDocument(text: string): string {
  const marker = /^(?:---|\.\.\.)(?=\s|$)/;
  let content = false;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const line = text.slice(start, newline < 0 ? undefined : newline);
    const bare = start === 0 ? line.replace(/^\ufeff/, "") : line;
    if (marker.test(bare)) {
      if (content) return text.slice(0, start);
      content = true;
    } else if (!/^\s*(?:#|$)/.test(bare) && !bare.startsWith("%")) content = true;
    start = newline < 0 ? text.length : newline + 1;
  }
  return text;
}

class Resolver {
  unsupported: YamlScalar | undefined;

  constructor(private readonly text: string) {}

  node(node: YamlNode): YamlNode {
    if (node.kind === "scalar") return this.scalar(node);
    if (node.kind === "list") return { ...node, items: node.items.map((item) => this.node(item)) };
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: this.node(entry.value) })) };
  }

  private scalar(node: YamlScalar): YamlScalar {
    const before = this.text.slice(Math.max(0, node.span.start - 64), node.span.start);
    if (/!\S*[ \t]*$/.test(before)) return { ...node, value: tagged(node) };
    if (node.quoted) return { ...node, value: typeof node.value === "string" ? node.value : node.text };
    if (notFinite.test(node.text)) this.unsupported ??= node;
    return { ...node, value: goScalar(node.text) };
  }
}

function tagged({ value }: YamlScalar): YamlScalarValue {
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function jsonText(text: string): GoText {
  if (text.length > yamlLimit)
    return {
      state: "beyond",
      problem: { message: `larger than ${yamlLimit} characters`, line: 1, column: 1 },
    };
  const parsed = parseJson(text);
  if (parsed.state === "ok") return { ...parsed, json: true };
  const beyond = parsed.problem.message.startsWith("nested deeper");
  return { state: beyond ? "beyond" : "error", problem: parsed.problem };
}

/** Reads a file as the kubelet and kube-proxy read their configuration. */
export function parseGoYaml(text: string): GoText {
  // Go trims white space by Unicode, and a byte order mark is none: such a file is YAML.
  if (/^[\s\u0085]*\{/.test(text) && !/^\s*\ufeff/.test(text)) return jsonText(text);
  const document = firstDocument(text);
  const directive = /^%YAML[ \t]+(?!1\.1\s)/m.exec(document);
  if (directive !== null)
    return { state: "error", problem: { message: "is not a YAML 1.1 document", line: 1, column: 1 } };
  const parsed = parseYaml(document, "1.1");
  if (parsed.state === "error") {
    const beyond = /^(?:larger than|nested deeper|too many values)/.test(parsed.problem.message);
    return { state: beyond ? "beyond" : "error", problem: parsed.problem };
  }
  const root = parsed.documents[0];
  if (root === undefined) return { state: "ok", json: false, root: undefined, duplicates: [] };
  const resolver = new Resolver(document);
  const resolved = resolver.node(root);
  if (resolver.unsupported !== undefined) {
    const { line, column, text: word } = resolver.unsupported;
    return { state: "error", problem: { message: `${word} is no JSON value`, line, column } };
  }
  return { state: "ok", json: false, root: resolved, duplicates: parsed.duplicates };
}
