// Whole root trees, one a distribution and role: audited as `--root` audits them, each result as expect.json has it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Result } from "../../src/core/report.js";
import {
  auditRoot,
  type NodeFixture,
  nodeNames,
  readNode,
  verdictOf,
  withNode,
} from "../support/node-fixture.js";

/** A whole node's failures name their places; of other nodes the status is enough. */
function fits(node: NodeFixture, wanted: string, result: Result): boolean {
  const found = verdictOf(result);
  if (wanted.includes(": ")) return `${result.status}: ${result.message}`.startsWith(wanted);
  return node.whole ? found === wanted : result.status === wanted;
}

function complaint(node: NodeFixture, result: Result): readonly string[] {
  const { id } = result;
  const wanted = node.results.get(id) ?? (node.whole ? "not-applicable" : undefined);
  const found = `${verdictOf(result)} (${result.message})`;
  return wanted === undefined || fits(node, wanted, result)
    ? []
    : [`${id}: wanted ${wanted}, found ${found}`];
}

for (const name of nodeNames())
  test(`node ${name}`, async () => {
    if (process.getuid?.() !== 0) {
      console.log(`SKIPPED node ${name}: only root can give the tree's files to root`);
      return;
    }
    const node = readNode(name);
    const { results } = await withNode(node, (root) => auditRoot(root, node));
    assert.equal(
      results.flatMap((result) => complaint(node, result)),
      [],
    );
    const selected = new Set(results.map(({ id }) => id));
    assert.equal(
      [...node.results.keys()].filter((id) => !selected.has(id)),
      [],
      "verdicts of checks not asked for",
    );
    assert.not.ok(results.some(({ message }) => message.includes("internal error")));
  });

test.run();
