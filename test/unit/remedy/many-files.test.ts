// A hundred files in one repair: is it made, and taken back, in the time that somebody waits for?
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openWriter } from "../../../src/host/live-writer.js";
import { apply, imageMachine, undoRun } from "../../support/apply.js";
import { type ChangeKind, planOf } from "../../support/changes.js";
import { openTree } from "../../support/tree.js";

const names = Array.from({ length: 100 }, (_, index) => `/etc/many/${index % 10}/${index}.conf`);

const kind: ChangeKind = {
  name: "a hundred files",
  plant: (root) => {
    for (const name of names) {
      mkdirSync(join(root, name, ".."), { recursive: true, mode: 0o755 });
      writeFileSync(join(root, name), `${name} = 0\n`);
    }
  },
  wanted: Object.fromEntries(
    names.map((name) => [name, { state: "file", content: `${name} = 1\n`, encoding: "utf8" } as const]),
  ),
};

/** Milliseconds of the processor: what else the machine does does not count. */
async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const run = process.getuid?.() === 0 ? test : test.skip;

run("a hundred files are changed and put back, each in less than 3 s", async () => {
  const root = mkdtempSync(join(tmpdir(), "nodeward-many-"));
  try {
    chmodSync(root, 0o755);
    mkdirSync(join(root, "var/lib"), { recursive: true });
    kind.plant(root);
    const opened = openWriter(root, 0);
    if (opened.state !== "ok") throw new Error(opened.reason);
    const clock = () => Date.UTC(2026, 0, 1);
    const machine = imageMachine(opened.writer, clock, () => openTree(root));
    const all = () => names.map((name) => readFileSync(join(root, name), "utf8")).join("");
    const old = all();
    const made = await processorTime(async () =>
      assert.is((await apply(machine, "r1", planOf(root, kind))).result, "done"),
    );
    assert.is(all(), old.replaceAll("= 0", "= 1"));
    const undone = await processorTime(async () =>
      assert.is((await undoRun(machine, "r1", "r2")).result, "done"),
    );
    assert.is(all(), old);
    assert.ok(made < 3000 && undone < 3000, `${made} ms, ${undone} ms`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test.run();
