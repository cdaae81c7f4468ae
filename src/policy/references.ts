// Which benchmark items a check answers (profiles/references/*.yaml), and which items no check of ours answers, and why.
import { parseShipped } from "../formats/yaml.js";
import { type YamlNode, yamlGet } from "../formats/yaml-node.js";
import type { PolicyProblem } from "./document.js";

export interface Framework {
  /** `cis-debian12`; the name of its file. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Item number -> check ids, in the order of the file. */
  readonly items: ReadonlyMap<string, readonly string[]>;
  /** Item number -> why nodeward has no check for it. */
  readonly excluded: ReadonlyMap<string, string>;
}

export interface References {
  readonly frameworks: readonly Framework[];
  readonly names: readonly string[];
  /** A framework by its name or a short one. */
  named(name: string): Framework | undefined;
  /** framework -> item numbers of one check. */
  of(check: string): Readonly<Record<string, readonly string[]>>;
  /** Ids of the checks for the items of a framework that `test` accepts; undefined for an unknown framework. */
  find(framework: string, test: (item: string) => boolean): ReadonlySet<string> | undefined;
}

/** Short names that people write for a framework. */
const aliases: Readonly<Record<string, string>> = { "cis-k8s": "cis-kubernetes" };

function textOf(node: YamlNode | undefined): string {
  return node?.kind === "scalar" ? node.text : "";
}

function textsOf(node: YamlNode): readonly string[] {
  return node.kind === "list" ? node.items.map(textOf) : [textOf(node)];
}

function entriesOf(node: YamlNode | undefined): readonly (readonly [string, YamlNode])[] {
  return node?.kind === "map" ? node.entries.map(({ key, value }) => [key, value] as const) : [];
}

/** Reads one file of profiles/references. */
export function parseFramework(
  file: string,
  text: string,
): { readonly framework: Framework } | { readonly problem: PolicyProblem } {
  const parsed = parseShipped(text);
  if (parsed.state === "error") return { problem: { file, ...parsed.problem } };
  const root = parsed.documents[0];
  return {
    framework: {
      name: file.replace(/^.*\//, "").replace(/\.yaml$/, ""),
      title: textOf(yamlGet(root, "title")),
      version: textOf(yamlGet(root, "version")),
      items: new Map(entriesOf(yamlGet(root, "items")).map(([item, node]) => [item, textsOf(node)])),
      excluded: new Map(entriesOf(yamlGet(root, "excluded")).map(([item, node]) => [item, textOf(node)])),
    },
  };
}

export function referencesOf(frameworks: readonly Framework[]): References {
  const byCheck = new Map<string, Record<string, string[]>>();
  for (const { name, items } of frameworks)
    for (const [item, ids] of items)
      for (const id of ids) {
        const found = byCheck.get(id) ?? {};
        byCheck.set(id, found);
        const numbers = found[name] ?? [];
        found[name] = numbers;
        numbers.push(item);
      }
  const named = (name: string) => frameworks.find((one) => one.name === (aliases[name] ?? name));
  return {
    frameworks,
    named,
    names: [...frameworks.map(({ name }) => name), ...Object.keys(aliases)],
    of: (check) => byCheck.get(check) ?? {},
    find: (name, test) => {
      const framework = named(name);
      if (framework === undefined) return undefined;
      return new Set([...framework.items].filter(([item]) => test(item)).flatMap(([, ids]) => ids));
    },
  };
}
