// Prints what a whole node's audit finds, as expect.json writes it, to be judged before it is kept. Writes nothing.
// Usage: npx tsx test/support/record-node.ts NAME|DIRECTORY [ID-PREFIX] [-v]
import { existsSync } from "node:fs";
import { join } from "node:path";
import { auditRoot, nodesFolder, readNode, verdictOf, withNode } from "./node-fixture.js";

const [name = "", ...rest] = process.argv.slice(2);
const verbose = rest.includes("-v");
const prefix = rest.find((word) => word !== "-v") ?? "";
const node = existsSync(join(nodesFolder, name)) ? readNode(name) : undefined;
const whole = { profiles: ["baseline", "strict", "control-plane"], only: [] };
const report =
  node === undefined ? await auditRoot(name, whole) : await withNode(node, (root) => auditRoot(root, node));
for (const result of report.results.filter(({ id }) => id.startsWith(prefix))) {
  const verdict = verdictOf(result);
  const news = node === undefined || node.results.get(result.id) !== verdict;
  console.log(
    `    ${JSON.stringify(result.id)}: ${JSON.stringify(verdict)},${node !== undefined && news ? " // new" : ""}`,
  );
  if (!verbose || result.status === "pass") continue;
  for (const line of [result.message, ...result.details]) console.log(`        ${line}`);
}
console.error(`${report.run.durationMs} ms`, JSON.stringify(report.summary));
