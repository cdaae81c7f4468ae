// Each kind of change on a real tree: made, and put back to every byte, owner, mode, time, list and capability.
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
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

/** A root with one file; what the change of it comes to when somebody is at work while it is judged. */
async function disturbed(
  disturb: (path: string, fd: number) => void,
  failure?: string,
): Promise<[string, string]> {
  const root = mkdtempSync(join(tmpdir(), "nodeward-change-"));
  try {
    chmodSync(root, 0o755);
    for (const folder of ["etc", "var/lib"]) mkdirSync(join(root, folder), { recursive: true });
    const path = join(root, "etc/app.conf");
    writeFileSync(path, "old\n");
    const fd = openSync(path, "a");
    const opened = openWriter(root, process.getuid?.() ?? 0);
    if (opened.state !== "ok") throw new Error(opened.reason);
    const { writer } = opened;
    const commit = writer.commit.bind(writer);
    // Right after the files are in place, as their validators are at work.
    writer.commit = (places) => {
      const made = commit(places);
      disturb(path, fd);
      return made;
    };
    const machine = imageMachine(writer, clock, () => openTree(root));
    const wanted = { "/etc/app.conf": { state: "file", content: "new\n", encoding: "utf8" } } as const;
    const plan = planOf(root, { name: "x", plant: () => {}, wanted });
    const { result, reason } = await apply(machine, "r1", plan, failure);
    closeSync(fd);
    assert.equal(readdirSync(join(root, "etc")), ["app.conf"]);
    return [`${result} ${reason}`, readFileSync(path, "utf8")];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("who had the file open while it was replaced, and writes into it then, has not written in vain", async () => {
  const [said, left] = await disturbed((_path, fd) => writeSync(fd, "theirs\n"));
  assert.match(said, /^open .*changed by somebody else since/);
  assert.is(left, "old\ntheirs\n");
});

test("who empties the file that was replaced gets no empty file", async () => {
  const [said, left] = await disturbed((_path, fd) => ftruncateSync(fd, 0));
  assert.match(said, /rolled-back .*was written to by somebody else while it was replaced/);
  assert.is(left, "old\n");
});

test("who only has it open disturbs nobody", async () => {
  assert.equal(await disturbed(() => {}), ["done ", "new\n"]);
});

test("what is saved in place of ours before it is judged stays", async () => {
  const [said, left] = await disturbed((path) => {
    writeFileSync(`${path}.swp`, "theirs\n");
    renameSync(`${path}.swp`, path);
  }, "it does not work");
  assert.match(said, /^open .*changed by somebody else since/);
  assert.is(left, "theirs\n");
});

test.run();
