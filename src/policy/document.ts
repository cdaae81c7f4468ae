// A profile or site file as typed values: strict, with file, line and column for everything that is wrong. Reads no file.
import { didYouMean } from "../core/nearest.js";
import type { Waiver } from "../core/report.js";
import { parseShipped, parseYaml } from "../formats/yaml.js";
import { type YamlEntry, type YamlMap, type YamlNode, yamlValue } from "../formats/yaml-node.js";

export interface At {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
/** A configuration error: the command ends with exit code 2. */
export interface PolicyProblem extends At {
  readonly message: string;
}
export interface Positioned<T> extends At {
  readonly value: T;
}

export interface PolicyDocument {
  readonly file: string;
  readonly title: string;
  readonly extends: readonly Positioned<string>[];
  /** Check id or glob -> whether it is selected, in the order written. */
  readonly checks: readonly Positioned<{ readonly pattern: string; readonly on: boolean }>[];
  readonly params: readonly Positioned<{
    readonly check: string;
    readonly name: string;
    readonly value: unknown;
  }>[];
  readonly waivers: readonly Positioned<Waiver & { readonly check: string }>[];
  /** Settings of other commands, by section: their own readers judge them. */
  readonly sections: ReadonlyMap<string, YamlNode>;
}

export type DocumentResult =
  | { readonly state: "ok"; readonly document: PolicyDocument }
  | { readonly state: "error"; readonly problems: readonly PolicyProblem[] };

/** Sections that other commands read. */
const otherSections = ["drift", "fix", "seccomp", "apparmor", "notify"] as const;
const topKeys = ["title", "extends", "checks", "params", "waivers", ...otherSections] as const;

class Collector {
  readonly problems: PolicyProblem[] = [];
  constructor(private readonly file: string) {}

  at(node: YamlNode): At {
    return { file: this.file, line: node.line, column: node.column };
  }
  bad(node: YamlNode, message: string): void {
    this.problems.push({ ...this.at(node), message });
  }
  map(node: YamlNode, what: string): readonly YamlEntry[] {
    if (node.kind === "map") return node.entries;
    if (node.kind === "scalar" && node.value === null) return [];
    this.bad(node, `${what} takes a map of names to values`);
    return [];
  }
  list(node: YamlNode, what: string): readonly YamlNode[] {
    if (node.kind === "list") return node.items;
    if (node.kind === "scalar" && node.value === null) return [];
    this.bad(node, `${what} takes a list`);
    return [];
  }
  text(node: YamlNode, what: string): string | undefined {
    if (node.kind === "scalar" && node.value !== null) return node.text;
    this.bad(node, `${what} takes a text`);
    return undefined;
  }
}

function switchOf(node: YamlNode): boolean | undefined {
  const words: Readonly<Record<string, boolean>> = {
    on: true,
    true: true,
    yes: true,
    off: false,
    false: false,
    no: false,
  };
  return node.kind === "scalar" && Object.hasOwn(words, node.text) ? words[node.text] : undefined;
}

function readChecks(node: YamlNode, collector: Collector): PolicyDocument["checks"] {
  return collector.map(node, "checks").flatMap(({ key, keyNode, value }) => {
    const on = switchOf(value);
    if (on === undefined) {
      collector.bad(value, `checks.${key} takes on or off`);
      return [];
    }
    return [{ ...collector.at(keyNode), value: { pattern: key, on } }];
  });
}

function readParams(node: YamlNode, collector: Collector): PolicyDocument["params"] {
  return collector.map(node, "params").flatMap((check) =>
    collector.map(check.value, `params of ${check.key}`).map(({ key, keyNode, value }) => ({
      ...collector.at(keyNode),
      value: { check: check.key, name: key, value: yamlValue(value) },
    })),
  );
}

const waiverKeys = ["check", "reason", "owner", "expires"] as const;

/** A day as YYYY-MM-DD that exists in the calendar. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  );
}

function readWaiver(node: YamlNode, collector: Collector): PolicyDocument["waivers"] {
  const values = new Map<string, string>();
  for (const { key, keyNode, value } of collector.map(node, "a waiver")) {
    if (!waiverKeys.some((known) => known === key))
      collector.bad(keyNode, `unknown key ${key} in a waiver${didYouMean(key, waiverKeys)}`);
    const text = collector.text(value, key);
    if (text === undefined) continue;
    if (key === "expires" && !isDay(text)) collector.bad(value, "expires takes a day as YYYY-MM-DD");
    values.set(key, text);
  }
  const absent = waiverKeys.filter((key) => (values.get(key) ?? "") === "");
  if (absent.length > 0) {
    collector.bad(node, `a waiver needs ${absent.join(", ")}`);
    return [];
  }
  const value = (key: (typeof waiverKeys)[number]) => values.get(key) ?? "";
  return [
    {
      ...collector.at(node),
      value: {
        check: value("check"),
        reason: value("reason"),
        owner: value("owner"),
        expires: value("expires"),
      },
    },
  ];
}

function readTop(root: YamlMap, file: string, collector: Collector): PolicyDocument {
  const at = (key: string): YamlNode | undefined => root.entries.find((entry) => entry.key === key)?.value;
  const read = <T>(key: string, reader: (node: YamlNode) => readonly T[]): readonly T[] => {
    const node = at(key);
    return node === undefined ? [] : reader(node);
  };
  const titleNode = at("title");
  return {
    file,
    title: (titleNode === undefined ? undefined : collector.text(titleNode, "title")) ?? "",
    extends: read("extends", (node) =>
      collector.list(node, "extends").flatMap((item) => {
        const value = collector.text(item, "extends");
        return value === undefined ? [] : [{ ...collector.at(item), value }];
      }),
    ),
    checks: read("checks", (node) => readChecks(node, collector)),
    params: read("params", (node) => readParams(node, collector)),
    waivers: read("waivers", (node) =>
      collector.list(node, "waivers").flatMap((item) => readWaiver(item, collector)),
    ),
    sections: new Map(
      root.entries
        .filter(({ key }) => otherSections.some((name) => name === key))
        .map(({ key, value }) => [key, value]),
    ),
  };
}

/** Reads the text of a profile or site file. Whether the checks and parameters it names exist is policy/select.ts. */
export function parsePolicy(file: string, text: string, shipped = false): DocumentResult {
  const parsed = shipped ? parseShipped(text) : parseYaml(text);
  if (parsed.state === "error") return { state: "error", problems: [{ file, ...parsed.problem }] };
  const root = parsed.documents[0];
  const collector = new Collector(file);
  if (parsed.documents.length > 1)
    collector.problems.push({ file, line: 1, column: 1, message: "holds more than one document" });
  for (const { key, keyNode } of parsed.duplicates) collector.bad(keyNode, `${key} is given twice`);
  const empty: YamlMap = {
    kind: "map",
    entries: [],
    flow: false,
    span: { start: 0, end: 0 },
    line: 1,
    column: 1,
  };
  if (root !== undefined && root.kind !== "map" && !(root.kind === "scalar" && root.value === null))
    collector.bad(root, "the file takes a map of names to values");
  const top = root?.kind === "map" ? root : empty;
  for (const { key, keyNode } of top.entries)
    if (!topKeys.some((known) => known === key))
      collector.bad(keyNode, `unknown key ${key}${didYouMean(key, topKeys)}`);
  const document = readTop(top, file, collector);
  return collector.problems.length > 0
    ? { state: "error", problems: collector.problems }
    : { state: "ok", document };
}
