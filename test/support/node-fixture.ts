// The whole nodes under test/fixtures/nodes: their trees made on the disk, audited as `--root` audits them, and what
// expect.json says must come out. Asserts nothing itself.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lutimesSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checks } from "../../src/checks/index.js";
import type { Report, Result } from "../../src/core/report.js";
import { audit } from "../../src/engine/audit.js";
import { shippedData } from "../../src/host/data.js";
import { openHost } from "../../src/host/rooted.js";
import { loadPolicy } from "../../src/policy/load.js";
import { referencesOf } from "../../src/policy/references.js";
import { select } from "../../src/policy/select.js";
import { plant, written } from "./node-files.js";
import { treeOf } from "./node-tree.js";
import { memoryPolicyFiles } from "./synthetic.js";

interface ExpectFile {
  /** The node that this one changes: its tree comes first, and its verdicts hold where none is given here. */
  readonly base?: string;
  /** Trees under test/fixtures/layers that several nodes begin with. */
  readonly layers?: readonly string[];
  /** Folders of the node that hold what the program ships, and where that lies in the project: documents left out. */
  readonly shipped?: Readonly<Record<string, string>>;
  readonly profile?: string | readonly string[];
  readonly only?: readonly string[];
  /** `STATUS`, `STATUS PLACE…` or `STATUS: how the message begins`, by check. */
  readonly results: Readonly<Record<string, string>>;
  /** The verdict of every check is written down: what `results` does not name is not applicable on this node. */
  readonly whole?: boolean;
  /** Only for a tree in a folder `root`: git keeps neither modes nor owners. */
  readonly modes?: Readonly<Record<string, string>>;
}

export interface NodeFixture {
  readonly name: string;
  readonly profiles: readonly string[];
  readonly only: readonly string[];
  readonly results: ReadonlyMap<string, string>;
  readonly whole: boolean;
  readonly trees: readonly string[];
  /** The folder of plain files that the tree begins with, where there is one. */
  readonly folder: string | undefined;
  readonly modes: Readonly<Record<string, string>>;
}

export const nodesFolder = fileURLToPath(new URL("../fixtures/nodes", import.meta.url));
const layersFolder = fileURLToPath(new URL("../fixtures/layers", import.meta.url));
/** Later than the files and the processes of all trees. */
export const auditTime = Date.UTC(2027, 0, 1);

export function nodeNames(): readonly string[] {
  return readdirSync(nodesFolder).sort();
}

function shippedTrees(folders: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(folders).flatMap(([to, from]) =>
    shippedData
      .list(from)
      .filter((name) => !name.endsWith(".md"))
      .map((name) => `=== ${to}/${name}\n${shippedData.read(`${from}/${name}`) ?? ""}`),
  );
}

export function readNode(name: string): NodeFixture {
  const file = join(nodesFolder, name, "expect.json");
  const own: ExpectFile = JSON.parse(readFileSync(file, "utf8"));
  const base = own.base === undefined ? undefined : readNode(own.base);
  const tree = join(nodesFolder, name, "tree.txt");
  const layers = (own.layers ?? []).map((layer) => readFileSync(join(layersFolder, `${layer}.txt`), "utf8"));
  return {
    name,
    profiles: own.profile === undefined ? (base?.profiles ?? ["baseline"]) : [own.profile].flat(),
    only: own.only ?? base?.only ?? [],
    results: new Map([...(base?.results ?? []), ...Object.entries(own.results)]),
    whole: own.whole ?? base?.whole ?? false,
    trees: [
      ...(base?.trees ?? []),
      ...layers,
      ...shippedTrees(own.shipped),
      ...(existsSync(tree) ? [readFileSync(tree, "utf8")] : []),
    ],
    folder: existsSync(join(nodesFolder, name, "root")) ? join(nodesFolder, name, "root") : base?.folder,
    modes: own.modes ?? base?.modes ?? {},
  };
}

/** A folder of plain files gets root's owners and ordinary modes, which git does not keep. */
function copyRoot(from: string, root: string, modes: Readonly<Record<string, string>>): void {
  cpSync(from, root, { recursive: true, verbatimSymlinks: true });
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) {
      chmodSync(path, entry.isDirectory() ? 0o755 : 0o644);
      chownSync(path, 0, 0);
    }
    lutimesSync(path, written, written);
  }
  for (const [path, mode] of Object.entries(modes)) chmodSync(join(root, path), Number.parseInt(mode, 8));
}

/** Calls `use` with the node's tree on the disk, and takes the tree away after. */
export async function withNode<T>(node: NodeFixture, use: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), `nodeward-${node.name}-`));
  try {
    chmodSync(root, 0o755);
    if (node.folder !== undefined) copyRoot(node.folder, root, node.modes);
    plant(root, treeOf(node.trees));
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function selection(profiles: readonly string[], only: readonly string[]) {
  const shipped = Object.fromEntries(
    shippedData
      .list("profiles")
      .map((name) => [name.replace(/\.yaml$/, ""), shippedData.read(`profiles/${name}`) ?? ""]),
  );
  const request = { config: { path: "/none", required: false }, profiles, fallback: [] };
  const loaded = await loadPolicy(request, memoryPolicyFiles(shipped));
  if (loaded.state === "error") throw new Error(JSON.stringify(loaded.problems));
  const references = referencesOf([]);
  const chosen = select(loaded.policy, { only, skip: [] }, checks, references);
  if (chosen.state === "error") throw new Error(JSON.stringify(chosen.problems));
  return { selected: chosen.selected, references };
}

/** The report on the tree at `root`. */
export async function auditRoot(root: string, node: Pick<NodeFixture, "profiles" | "only">): Promise<Report> {
  const { selected, references } = await selection(node.profiles, node.only);
  const opened = openHost(root, { now: () => auditTime, killGroup: () => {} });
  if (opened.state !== "ok") throw new Error(opened.reason);
  const { host } = opened;
  const clock = () => auditTime;
  try {
    const profile = node.profiles.join(",");
    return await audit({ host, selected, references, profile, version: "0", runId: "x", clock });
  } finally {
    await host.close();
  }
}

/** Places in an expectation: enough to find the cause, without a list of fifty. */
const placesShown = 4;

/** A verdict as expect.json writes it: the status, and where a failure is seen. */
export function verdictOf({ status, evidence, message }: Result): string {
  if (status === "error") return `error: ${message}`;
  if (status !== "fail") return status;
  const places = evidence.map(({ source, line }) => (line > 0 ? `${source}:${line}` : source));
  return ["fail", ...[...new Set(places)].slice(0, placesShown)].join(" ");
}
