// Whole neglected nodes, repaired as images: does what can be repaired pass afterwards, is a second repair nothing, and is
// nothing done that nobody said yes to?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Ran, runOn } from "../../support/fix-root.js";
import { readNode, withNode } from "../../support/node-fixture.js";
import { treeState } from "../../support/tree-state.js";

const state = { except: ["/var/lib/nodeward"], times: false };
/** Modification times of files too. */
const onlyFiles = { except: ["/var/lib/nodeward"] };
const isRoot = process.getuid?.() === 0;

interface Json {
  readonly runs: readonly { readonly run: string; readonly groups: readonly { readonly state: string }[] }[];
  readonly left: readonly { readonly check: string; readonly because: string }[];
  readonly report: {
    readonly results: readonly { readonly id: string; readonly status: string; readonly fixable: boolean }[];
  };
}

function parsed({ out, err }: Ran): Json {
  assert.is(err, "");
  return JSON.parse(out);
}

function nodeTest(name: string, run: (root: string) => Promise<void>): void {
  test(`node ${name}`, async () => {
    if (!isRoot) console.log(`SKIPPED node ${name}: only root can give the tree's files to root`);
    else await withNode(readNode(name), run);
  });
}

/** The files of an image are put right; that the kernel seen in /sys does not hold them stays. */
const onlyKernel = /^apparmor\.profiles\./;

for (const name of [
  "debian-12-weak",
  "debian-12-default",
  "sshd-debian-12-weak",
  "kubeadm-weak",
  "k3s-agent-weak",
])
  nodeTest(name, async (root) => {
    const before = treeState(root, onlyFiles);
    const fix = ["audit", "--root", root, "--fix", "--yes", "--max-risk", "reboot", "--format", "json"];
    const first = parsed(await runOn(fix));
    assert.equal(
      first.runs.flatMap(({ groups }) => groups.filter((group) => group.state !== "done")),
      [],
    );
    assert.ok(first.runs.length > 0);
    const left = new Set(first.left.map(({ check }) => check));
    assert.equal(
      first.report.results.filter(
        ({ id, status, fixable }) => status === "fail" && fixable && !left.has(id) && !onlyKernel.test(id),
      ),
      [],
      "what can be repaired and is not left passes",
    );
    const after = treeState(root, state);
    assert.equal(parsed(await runOn(fix)).runs, [], "a second repair has nothing to do");
    assert.equal(treeState(root, state), after);
    for (const { run } of [...first.runs].reverse()) {
      const undone = await runOn(["undo", run, "--root", root]);
      assert.equal([undone.code, undone.err], [0, ""]);
    }
    assert.equal(
      treeState(root, onlyFiles),
      before,
      "what is undone is as it was, to the byte and the minute",
    );
    const verified = await runOn(["history", "--verify", "--root", root]);
    assert.match(verified.out, /^The chain of the journal is whole/);
  });

nodeTest("debian-12-default", async (root) => {
  const before = treeState(root, state);
  const fix = ["audit", "--root", root, "--fix", "--only", "files.*"];
  assert.is((await runOn([...fix, "--dry-run"])).code, 1);
  const declined = await runOn(fix, "n");
  assert.match(declined.out, "it was not wanted");
  const nobody = await runOn(fix);
  assert.is(nobody.code, 2);
  assert.match(nobody.err, "nobody can be asked here");
  assert.equal(treeState(root, state), before);
});

test.run();
