// Until when release lines of Kubernetes and its runtimes are supported: the table shipped with nodeward, and the site's own
// lines over it. Not which release is installed.
import { type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { parseShipped, parseYaml } from "../formats/yaml.js";
import { type YamlNode, yamlGet } from "../formats/yaml-node.js";
import { shippedData } from "../host/data.js";
import type { FactSource } from "./source.js";

export const releaseProducts = ["kubernetes", "containerd", "runc", "cri-o"] as const;
export type ReleaseProduct = (typeof releaseProducts)[number];

export interface ReleaseLine {
  /** `1.34` */
  readonly line: string;
  /** The last day on which it gets fixes, YYYY-MM-DD. */
  readonly endOfLife: string;
  readonly source: Source;
}

export interface Releases {
  /** The day on which the shipped table was made, YYYY-MM-DD. */
  readonly asOf: string;
  /** The day of the run, YYYY-MM-DD. */
  readonly today: string;
  of(product: ReleaseProduct, line: string): ReleaseLine | undefined;
  /** The newest line of the table. */
  newest(product: ReleaseProduct): ReleaseLine | undefined;
}

const shipped = "profiles/data/kubernetes-releases.yaml";
const own = "/etc/nodeward/releases.yaml";

type Table = ReadonlyMap<ReleaseProduct, readonly ReleaseLine[]>;

/** By number, not by text: 1.9 before 1.10. */
export function compareLines(a: string, b: string): number {
  const [x, y] = [a, b].map((line) => line.split(".").map(Number));
  const parts = [0, 1].map((index) => (x?.[index] ?? 0) - (y?.[index] ?? 0));
  return parts.find((part) => part !== 0) ?? 0;
}

/** A text says what is wrong with the table. */
function tableOf(root: YamlNode | undefined, file: string): Table | string {
  const table = new Map<ReleaseProduct, readonly ReleaseLine[]>();
  if (root !== undefined && root.kind !== "map") return `${file}: takes a map of products`;
  for (const { key, value, keyNode } of root?.entries ?? []) {
    if (key === "asOf") continue;
    const product = releaseProducts.find((one) => one === key);
    if (product === undefined || value.kind !== "map")
      return `${file}:${keyNode.line}: ${key} is none of ${releaseProducts.join(", ")} with a map of lines`;
    const lines = value.entries.map(({ key: line, value: date, keyNode: { line: at } }) => ({
      line,
      endOfLife: date.kind === "scalar" ? date.text : "",
      source: { ...wholeFile(file, `${line}: ${date.kind === "scalar" ? date.text : ""}`), line: at },
    }));
    const wrong = lines.find(
      ({ line, endOfLife }) => !/^\d{1,3}\.\d{1,3}$/.test(line) || !/^\d{4}-\d{2}-\d{2}$/.test(endOfLife),
    );
    if (wrong !== undefined) return `${file}:${wrong.source.line}: takes lines such as "1.34": "2026-10-27"`;
    table.set(product, lines);
  }
  return table;
}

function shippedTable(): { readonly table: Table; readonly asOf: string } | string {
  const parsed = parseShipped(shippedData.read(shipped) ?? "");
  if (parsed.state === "error") return `${shipped}: ${parsed.problem.message}`;
  const table = tableOf(parsed.documents[0], shipped);
  const asOf = yamlGet(parsed.documents[0], "asOf");
  return typeof table === "string" ? table : { table, asOf: asOf?.kind === "scalar" ? asOf.text : "" };
}

function releasesOf(tables: readonly Table[], asOf: string, now: number): Releases {
  const linesOf = (product: ReleaseProduct) => tables.flatMap((table) => table.get(product) ?? []);
  return {
    asOf,
    today: new Date(now).toISOString().slice(0, 10),
    // The site's table comes last and counts.
    of: (product, line) => linesOf(product).findLast((one) => one.line === line),
    newest: (product) => [...linesOf(product)].sort((a, b) => compareLines(a.line, b.line)).at(-1),
  };
}

export const releases: FactSource<Releases> = {
  title: `the supported releases of Kubernetes and its runtimes (shipped table, ${own})`,
  async gather(host): Promise<Fact<Releases>> {
    const base = shippedTable();
    if (typeof base === "string") return failed(base);
    const read = await host.read(own);
    if (read.state === "absent") return known(releasesOf([base.table], base.asOf, host.now));
    if (read.state !== "ok") return failed(read.reason);
    if (read.uid !== 0 || (read.mode & 0o022) !== 0)
      return failed(`${own} can be changed by others than root`);
    const parsed = parseYaml(read.text);
    if (parsed.state === "error") return failed(`${own}:${parsed.problem.line}: ${parsed.problem.message}`);
    const table = tableOf(parsed.documents[0], own);
    return typeof table === "string"
      ? failed(table)
      : known(releasesOf([base.table, table], base.asOf, host.now));
  },
};
