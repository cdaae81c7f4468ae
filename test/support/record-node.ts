// Prints what a whole node's audit finds, as its expect.json would say it, to be judged before it is kept. Writes nothing.
// Usage: npx tsx test/support/record-node.ts NAME|DIRECTORY [ID-PREFIX] [-v]; -v: why, instead of what to keep.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/core/report.js";
import { auditRoot, type NodeFixture, nodesFolder, readNode, verdictOf, withNode } from "./node-fixture.js";

const everything = { profiles: ["strict", "control-plane"], only: [] };

function explained(results: readonly Result[]): string {
  return results
    .flatMap((result) => [
      `${result.id}: ${verdictOf(result)}`,
      ...(result.status === "pass" ? [] : [result.message, ...result.details].map((line) => `    ${line}`)),
    ])
    .join("\n");
}

/** The file of a node: where it changes another one, only what differs. */
function expectFile(node: NodeFixture, results: readonly Result[]): string {
  const own: Record<string, unknown> = JSON.parse(
    readFileSync(join(nodesFolder, node.name, "expect.json"), "utf8"),
  );
  const base = typeof own.base === "string" ? readNode(own.base) : undefined;
  const before = (id: string) => base?.results.get(id) ?? "not-applicable";
  const kept = results.map((result) => [result.id, verdictOf(result)] as const);
  const differs = kept.filter(([id, verdict]) => before(id) !== verdict);
  return JSON.stringify({ ...own, results: Object.fromEntries(differs) }, null, 2);
}

const [name = "", ...rest] = process.argv.slice(2);
const prefix = rest.find((word) => word !== "-v") ?? "";
const node = existsSync(join(nodesFolder, name)) ? readNode(name) : undefined;
const report =
  node === undefined
    ? await auditRoot(name, everything)
    : await withNode(node, (root) => auditRoot(root, node));
const results = report.results.filter(({ id }) => id.startsWith(prefix));
console.log(node === undefined || rest.includes("-v") ? explained(results) : expectFile(node, results));
