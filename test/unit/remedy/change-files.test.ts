// Each kind of change on a real tree: made, and put back to every byte, owner, mode, time, list and capability.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openWriter } from "../../../src/host/live-writer.js";
import { restoreRun } from "../../../src/remedy/recover.js";
import { readJournal } from "../../../src/state/journal-file.js";
import { apply, imageMachine } from "../../support/apply.js";
import { changeKinds, planOf } from "../../support/changes.js";
import { openTree } from "../../support/tree.js";
import { extendedState, treeState } from "../../support/tree-state.js";

const clock = () => Date.UTC(2026, 0, 1);
const except = ["/var/lib/nodeward"];

const ready = process.getuid?.() === 0 && existsSync("/usr/bin/setfacl") && existsSync("/usr/sbin/setcap");
if (!ready) console.log("SKIPPED: needs root, setfacl and setcap");

for (const kind of changeKinds) {
  (ready ? test : test.skip)(kind.name, async () => {
    const root = mkdtempSync(join(tmpdir(), "nodeward-change-"));
    try {
      chmodSync(root, 0o755);
      mkdirSync(join(root, "var/lib"), { recursive: true });
      kind.plant(root);
      const before = treeState(root, { except });
      const extended = extendedState(root);
      const opened = openWriter(root, 0);
      if (opened.state !== "ok") throw new Error(opened.reason);
      const { writer } = opened;
      const machine = imageMachine(writer, clock, () => openTree(root));
      const groups = planOf(root, kind);
      assert.equal(await apply(machine, "r1", groups), { result: "done", reason: "" });
      assert.not.equal(treeState(root, { except }), before);
      const again = await apply(machine, "r2", planOf(root, kind));
      assert.equal(again, { result: "done", reason: "" });
      const files = writer.state();
      if ("state" in files) throw new Error(files.reason);
      const read = readJournal(files, "all");
      if (read.state !== "ok") throw new Error(read.reason);
      assert.is(read.broken, undefined);
      const begin = read.lines[0]?.event;
      if (begin?.event !== "begin") throw new Error("no begin");
      const back = restoreRun(writer, files, "r1", begin.groups);
      assert.equal(back.failed, []);
      assert.equal(back.left, []);
      assert.equal(treeState(root, { except }), before);
      assert.is(extendedState(root), extended);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

test.run();
