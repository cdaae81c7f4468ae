// The trees of Debian 12 and 13 against installations of them: the same verdicts, but for what an installation in a folder
// lacks. NODEWARD_DEBIAN_ROOTS names a folder with `bookworm` and `trixie`, made by debootstrap with systemd,
// openssh-server, sudo, cron, apparmor, a kernel, grub-pc, systemd-timesyncd, console-setup and locales.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { plant } from "../support/node-files.js";
import { auditRoot, readNode } from "../support/node-fixture.js";
import { treeOf } from "../support/node-tree.js";

/** Nothing starts this installation, and its lists are of today: the tests' clock is another. */
const expected = new Map([
  ["files.grub.cfg", "no boot loader was set up"],
  ["boot.apparmor-cmdline", "no boot loader was set up"],
  ["boot.grub-password", "no boot loader was set up"],
  ["boot.mitigations", "no boot loader was set up"],
  ["patches.security-updates", "its lists are those of today"],
  ["seccomp.kernel", "the tree has no kernel configuration"],
]);

const roots = process.env.NODEWARD_DEBIAN_ROOTS;

for (const [name, suite] of [
  ["debian-12-default", "bookworm"],
  ["debian-13-default", "trixie"],
] as const)
  test(`${name} is judged as an installation of ${suite}`, async () => {
    if (roots === undefined || process.getuid?.() !== 0) {
      console.log(`SKIPPED ${name}: it takes root, and NODEWARD_DEBIAN_ROOTS`);
      return;
    }
    const still = mkdtempSync(join(tmpdir(), `nodeward-${name}-`));
    try {
      const node = readNode(name);
      // An installation that nobody started shows no kernel.
      plant(
        still,
        new Map([...treeOf(node.trees)].filter(([path]) => !/^\/(?:proc|sys)(?:\/|$)/.test(path))),
      );
      const [ours, theirs] = await Promise.all([auditRoot(still, node), auditRoot(join(roots, suite), node)]);
      const found = new Map(theirs.results.map(({ id, status }) => [id, status]));
      const differs = ours.results
        .filter(({ id, status }) => found.get(id) !== status && !expected.has(id))
        .map(({ id, status }) => `${id}: ${status}, installed ${found.get(id)}`);
      assert.equal(differs, []);
    } finally {
      rmSync(still, { recursive: true, force: true });
    }
  });

test.run();
