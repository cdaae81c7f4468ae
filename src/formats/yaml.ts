// YAML and JSON text -> nodes with spans and lines, bounded before they are parsed. For reading; edits go by node span.
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
} from "yaml";
import {
  type NodeBase,
  type YamlEntry,
  type YamlNode,
  type YamlScalar,
  yamlFromValue,
  yamlValue,
} from "./yaml-node.js";

export interface YamlProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}
export type YamlText =
  /** One root a document; undefined for an empty one. */
  | {
      readonly state: "ok";
      readonly documents: readonly (YamlNode | undefined)[];
      readonly duplicates: readonly YamlEntry[];
    }
  | { readonly state: "error"; readonly problem: YamlProblem };

/** Characters of one text; a longer one is refused before it is parsed. */
export const yamlLimit = 256 * 1024;
/** Levels of nesting, and nodes after aliases are expanded. */
const depthLimit = 64;
const nodeLimit = 100_000;

function problem(message: string, line = 1, column = 1): YamlText {
  return { state: "error", problem: { message, line, column } };
}

/** An upper bound of the nesting: brackets open at once, plus the columns at which blocks are nested. */
function tooDeep(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === "[" || character === "{") open++;
    else if (character === "]" || character === "}") open = Math.max(0, open - 1);
    if (open > depthLimit) return true;
  }
  const columns: number[] = [];
  for (const line of text.split("\n")) {
    const lead = /^[ ]*(?:[-?:][ ]+)*/.exec(line)?.[0] ?? "";
    if (line.trim() === "") continue;
    const starts = [...lead.matchAll(/[-?:]/g)].map((match) => match.index);
    const column = starts[0] ?? lead.length;
    while (columns.length > 0 && (columns.at(-1) ?? 0) >= column) columns.pop();
    columns.push(column, ...starts.slice(1));
    if (starts.length > 0) columns.push(lead.length);
    if (columns.length > depthLimit) return true;
  }
  return false;
}

class Stop extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

class Reader {
  private nodes = 0;
  private readonly anchors = new Map<string, Node>();
  readonly duplicates: YamlEntry[] = [];

  constructor(
    private readonly length: number,
    private readonly counter: LineCounter,
    /** go-yaml v2, the one program of YAML 1.1 here, puts merged keys in where `<<` stands: what comes later wins. */
    private readonly mergeInPlace: boolean,
  ) {}

  node(node: unknown, near: number, depth: number): YamlNode {
    if (++this.nodes > nodeLimit) throw new Stop("too many values (aliases expanded)", near);
    if (depth > depthLimit) throw new Stop(`nested deeper than ${depthLimit} levels`, near);
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) throw new Stop(`the alias *${node.source} has no anchor before it`, near);
      return this.node(target, near, depth + 1);
    }
    if (isNode(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isMap(node)) {
      const base = this.base(node, near);
      const entries = this.entries(node.items, base.span.start, depth);
      return { kind: "map", ...base, flow: node.flow === true, entries };
    }
    if (isSeq(node)) {
      const base = this.base(node, near);
      const items = node.items.map((item) => this.node(item, base.span.start, depth + 1));
      return { kind: "list", ...base, flow: node.flow === true, items };
    }
    return this.scalar(node, near);
  }

  private scalar(node: unknown, near: number): YamlScalar {
    if (!isScalar(node))
      return { kind: "scalar", ...this.at(near, near), value: null, text: "", quoted: false };
    const { value } = node;
    const plain =
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "bigint" ||
      typeof value === "boolean"
        ? value
        : null;
    const quoted = node.type !== Scalar.PLAIN && node.type !== undefined;
    return {
      kind: "scalar",
      ...this.base(node, near),
      value: plain,
      text: node.source ?? String(plain ?? ""),
      quoted,
    };
  }

  private entries(pairs: readonly Pair[], near: number, depth: number): readonly YamlEntry[] {
    const own = new Map<string, YamlEntry>();
    const merged = new Map<string, YamlEntry>();
    const repeated: YamlEntry[] = [];
    const inPlace: YamlEntry[] = [];
    for (const pair of pairs) {
      const keyNode = this.node(pair.key, near, depth + 1);
      if (keyNode.kind !== "scalar") throw new Stop("a key is not a plain value", keyNode.span.start);
      const entry = { key: keyNode.text, keyNode, value: this.node(pair.value, keyNode.span.end, depth + 1) };
      if (entry.key !== "<<" || keyNode.quoted) {
        inPlace.push(entry);
        if (own.has(entry.key)) repeated.push(entry);
        else own.set(entry.key, entry);
        continue;
      }
      const entries = mergedEntries(entry.value);
      inPlace.push(...entries);
      // The first map that has a key gives it, and a key of the map itself beats both (yaml.org/type/merge.html).
      for (const one of entries.toReversed()) if (!merged.has(one.key)) merged.set(one.key, one);
    }
    if (this.mergeInPlace) return this.listed(inPlace);
    this.duplicates.push(...repeated);
    return [...[...merged.values()].filter((entry) => !own.has(entry.key)), ...own.values(), ...repeated];
  }

  private listed(entries: readonly YamlEntry[]): readonly YamlEntry[] {
    const seen = new Set<string>();
    for (const entry of entries)
      if (seen.has(entry.key)) this.duplicates.push(entry);
      else seen.add(entry.key);
    return entries;
  }

  private base(node: Node, near: number): NodeBase {
    return this.at(node.range?.[0] ?? near, node.range?.[1] ?? near);
  }

  private at(start: number, end: number): NodeBase {
    const { line, col } = this.counter.linePos(start);
    return {
      span: { start, end: Math.min(end, this.length) },
      line: Math.max(line, 1),
      column: Math.max(col, 1),
    };
  }
}

/** The entries a merge key puts in, those that win last: of a list of maps the first wins. */
function mergedEntries(value: YamlNode): readonly YamlEntry[] {
  if (value.kind === "map") return value.entries;
  if (value.kind === "list") return value.items.toReversed().flatMap(mergedEntries);
  throw new Stop("a merge key does not name a map", value.span.start);
}

/**
 * Reads YAML 1.2, or 1.1 where a program reads that (`yes`, `010`, `1_000`: yaml.org/spec/1.1). Every error carries a
 * line and a column; alias bombs, deep nesting and large texts are errors. Repeated keys stay in the map, after the
 * first, and are also listed, so that each program's own rule can be followed.
 */
export function parseYaml(text: string, version: "1.1" | "1.2" = "1.2"): YamlText {
  if (text.length > yamlLimit) return problem(`larger than ${yamlLimit} characters`);
  if (tooDeep(text)) return problem(`nested deeper than ${depthLimit} levels`);
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: counter,
    uniqueKeys: false,
    version,
    logLevel: "silent",
  });
  if (!Array.isArray(parsed)) return { state: "ok", documents: [], duplicates: [] };
  const reader = new Reader(text.length, counter, version === "1.1");
  try {
    const documents = parsed.map((document) => {
      const wrong = document.errors[0];
      if (wrong !== undefined) throw new Stop(wrong.message.split("\n", 1)[0] ?? wrong.code, wrong.pos[0]);
      return document.contents === null ? undefined : reader.node(document.contents, 0, 0);
    });
    return { state: "ok", documents, duplicates: reader.duplicates };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { line, col } = counter.linePos(error.at);
    return problem(
      error.message.replace(/ at line \d+, column \d+:?$/, ""),
      Math.max(line, 1),
      Math.max(col, 1),
    );
  }
}

/** The plain value of a shipped file: the build embeds them as JSON, which needs no YAML parser. */
export function shippedValue(text: string): { readonly value: unknown } | { readonly problem: YamlProblem } {
  if (text.startsWith("{")) return { value: JSON.parse(text) };
  const parsed = parseYaml(text);
  if (parsed.state === "error") return { problem: parsed.problem };
  const [root] = parsed.documents;
  return { value: root === undefined ? undefined : yamlValue(root) };
}

/** The same as nodes, as parseYaml gives them. */
export function parseShipped(text: string): YamlText {
  if (!text.startsWith("{")) return parseYaml(text);
  return { state: "ok", documents: [yamlFromValue(JSON.parse(text))], duplicates: [] };
}
