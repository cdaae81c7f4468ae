// Which benchmark items a check answers (profiles/references/*.yaml), and which items no check of ours answers, and why.
import { shippedValue } from "../formats/yaml.js";
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

function textOf(value: unknown): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Reads one file of profiles/references. */
export function parseFramework(
  file: string,
  text: string,
): { readonly framework: Framework } | { readonly problem: PolicyProblem } {
  const parsed = shippedValue(text);
  if ("problem" in parsed) return { problem: { file, ...parsed.problem } };
  const top = new Map(entriesOf(parsed.value));
  return {
    framework: {
      name: file.replace(/^.*\//, "").replace(/\.yaml$/, ""),
      title: textOf(top.get("title")),
      version: textOf(top.get("version")),
      items: new Map(entriesOf(top.get("items")).map(([item, ids]) => [item, textsOf(ids)])),
      excluded: new Map(entriesOf(top.get("excluded")).map(([item, why]) => [item, textOf(why)])),
    },
  };
}

/** Where the build puts `itemsByCheck` among the shipped data, for it takes as long as the rest of the policy. */
export const indexName = "references-by-check.json";

export type ItemsByCheck = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Check id -> framework -> item numbers. */
export function itemsByCheck(frameworks: readonly Framework[]): ItemsByCheck {
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
  return Object.fromEntries(byCheck);
}

export function referencesOf(frameworks: readonly Framework[]): References {
  return referencesBy(itemsByCheck(frameworks), () => frameworks);
}

/** The same where the items by check are known: frameworks are read when one is asked for. */
export function referencesBy(byCheck: ItemsByCheck, read: () => readonly Framework[]): References {
  let known: readonly Framework[] | undefined;
  const frameworks = () => {
    known ??= read();
    return known;
  };
  const named = (name: string) => frameworks().find((one) => one.name === (aliases[name] ?? name));
  return {
    get frameworks() {
      return frameworks();
    },
    get names() {
      return [...frameworks().map(({ name }) => name), ...Object.keys(aliases)];
    },
    named,
    of: (check) => (Object.hasOwn(byCheck, check) ? byCheck[check] : undefined) ?? {},
    find: (name, test) => {
      const framework = named(name);
      if (framework === undefined) return undefined;
      return new Set([...framework.items].filter(([item]) => test(item)).flatMap(([, ids]) => ids));
    },
  };
}
