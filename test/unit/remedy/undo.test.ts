// Undoing: is what somebody changed since left, with both diffs; are later runs named; is an undo undone like any run?
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runOn } from "../../support/fix-root.js";
import { makeTree, type Tree } from "../../support/tree.js";

const passwd = "root:x:0:0:root:/root:/bin/bash\n";

/** A repaired tree of two files, and the name of the run. */
async function repaired(work: (tree: Tree, run: string) => Promise<void>): Promise<void> {
  const tree = makeTree({
    "/etc/passwd": passwd,
    "/etc/group": "root:x:0:\n",
    "/etc/login.defs": "UMASK\t022\n",
    "/etc/crontab": "x\n",
    "/var/lib": { directory: true },
  });
  chmodSync(tree.path("/etc/crontab"), 0o644);
  try {
    const argv = ["--fix", "--yes", "--root", tree.root, "--only", "accounts.umask", "files.crontab"];
    const { code, out, err } = await runOn(argv);
    assert.equal([code, err], [0, ""]);
    await work(tree, /nodeward undo (\S+)/.exec(out)?.[1] ?? "");
  } finally {
    tree.remove();
  }
}

function text(tree: Tree, path: string): string {
  return readFileSync(tree.path(path), "utf8");
}

const mode = (tree: Tree) => statSync(tree.path("/etc/crontab")).mode & 0o7777;

function rootTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    if (process.getuid?.() !== 0) console.log(`SKIPPED ${name}: only root writes root's files`);
    else await run();
  });
}

rootTest("a run is undone, its undoing too", () =>
  repaired(async (tree, run) => {
    assert.equal([text(tree, "/etc/login.defs"), mode(tree)], ["UMASK\t027\n", 0o600]);
    assert.is((await runOn(["undo", run, "--root", tree.root])).code, 0);
    assert.equal([text(tree, "/etc/login.defs"), mode(tree)], ["UMASK\t022\n", 0o644]);
    const again = await runOn(["undo", run, "--root", tree.root]);
    assert.is(again.code, 2);
    assert.match(again.err, "is undone already, by");
    assert.is((await runOn(["undo", "last", "--root", tree.root])).code, 0);
    assert.equal([text(tree, "/etc/login.defs"), mode(tree)], ["UMASK\t027\n", 0o600]);
  }),
);

rootTest("what somebody changed since is shown with both diffs, and nothing is put back", () =>
  repaired(async (tree, run) => {
    writeFileSync(tree.path("/etc/login.defs"), "UMASK\t077\n");
    const { code, out, err } = await runOn(["undo", run, "--root", tree.root]);
    assert.is(code, 6);
    assert.match(out, /what the run did:[\s\S]*-UMASK\t022\n\+UMASK\t027/);
    assert.match(out, /what putting it back would do now:[\s\S]*-UMASK\t077\n\+UMASK\t022/);
    assert.match(err, "nothing was put back: 1 changed since");
    assert.equal([text(tree, "/etc/login.defs"), mode(tree)], ["UMASK\t077\n", 0o600]);
    assert.is((await runOn(["undo", run, "--root", tree.root, "--force"])).code, 0);
    assert.equal([text(tree, "/etc/login.defs"), mode(tree)], ["UMASK\t022\n", 0o644]);
  }),
);

rootTest("a file that is gone since counts as changed; --dry-run shows and changes nothing", () =>
  repaired(async (tree, run) => {
    const dry = await runOn(["undo", run, "--root", tree.root, "--dry-run"]);
    assert.is(dry.code, 0);
    assert.match(dry.out, "-UMASK\t027\n+UMASK\t022");
    assert.is(text(tree, "/etc/login.defs"), "UMASK\t027\n");
    rmSync(tree.path("/etc/login.defs"));
    assert.is((await runOn(["undo", run, "--root", tree.root])).code, 6);
    assert.is((await runOn(["undo", run, "--root", tree.root, "--force"])).code, 0);
    assert.is(text(tree, "/etc/login.defs"), "UMASK\t022\n");
  }),
);

rootTest("history, show and their JSON; names of runs", () =>
  repaired(async (tree, run) => {
    const at = ["--root", tree.root];
    const { out } = await runOn(["history", ...at]);
    assert.match(out, run);
    assert.match(out, "2 files");
    const shown = await runOn(["show", run.slice(0, 17), ...at]);
    assert.match(shown.out, "/etc/crontab: 0644 0:0 -> 0600 0:0");
    assert.match(shown.out, "+UMASK\t027");
    const { runs } = JSON.parse((await runOn(["show", "last", "--format", "json", ...at])).out);
    assert.equal([runs.length, runs[0].run, runs[0].result], [1, run, "done"]);
    assert.is((await runOn(["show", "20200101", ...at])).code, 2);
  }),
);

rootTest("a journal that was tampered with does not verify", () =>
  repaired(async (tree) => {
    const at = ["history", "--verify", "--root", tree.root];
    assert.is((await runOn(at)).code, 0);
    const journal = tree.path("/var/lib/nodeward/journal.ndjson");
    writeFileSync(journal, readFileSync(journal, "utf8").replace("accounts.umask", "accounts.umusk"));
    const { code, out } = await runOn(at);
    assert.is(code, 1);
    assert.match(out, /broken at \/var\/lib\/nodeward\/journal\.ndjson:\d/);
  }),
);

test("nothing was changed yet", async () => {
  const tree = makeTree({ "/etc/passwd": passwd });
  const { code, out } = await runOn(["history", "--root", tree.root]);
  assert.equal([code, out], [0, "Nothing was changed here yet.\n"]);
  tree.remove();
});

test.run();
