// The trees of Debian 12 and 13 against installations of them: the same verdicts, but for what an installation in a folder
// lacks.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { plant } from "../support/node-files.js";
import { auditRoot, readNode } from "../support/node-fixture.js";
import { treeOf } from "../support/node-tree.js";
import { installationOf } from "./beds/image.js";
import { missing } from "./beds/missing.js";
import { images } from "./beds/recipe.js";

/** Nothing starts this installation, and its lists are of today: the tests' clock is another. */
const expected = new Map([
  ["files.grub.cfg", "no boot loader was set up"],
  ["boot.apparmor-cmdline", "no boot loader was set up"],
  ["boot.grub-password", "no boot loader was set up"],
  ["boot.mitigations", "no boot loader was set up"],
  ["patches.security-updates", "its lists are those of today"],
  ["seccomp.kernel", "the tree has no kernel configuration"],
]);

for (const image of images) {
  const name = `${image}-default`;
  test(`${name} is judged as an installation of ${image}`, async () => {
    const lacking = missing("installation");
    if (lacking !== undefined) {
      console.log(`SKIPPED ${name}: ${lacking}`);
      return;
    }
    const installed = await installationOf(image);
    const still = mkdtempSync(join(tmpdir(), `nodeward-${name}-`));
    try {
      const node = readNode(name);
      // An installation that nobody started shows no kernel.
      plant(
        still,
        new Map([...treeOf(node.trees)].filter(([path]) => !/^\/(?:proc|sys)(?:\/|$)/.test(path))),
      );
      const [ours, theirs] = await Promise.all([auditRoot(still, node), auditRoot(installed, node)]);
      const found = new Map(theirs.results.map(({ id, status }) => [id, status]));
      const differs = ours.results
        .filter(({ id, status }) => found.get(id) !== status && !expected.has(id))
        .map(({ id, status }) => `${id}: ${status}, installed ${found.get(id)}`);
      assert.equal(differs, []);
    } finally {
      rmSync(still, { recursive: true, force: true });
    }
  });
}

test.run();
