// Two repairs at once, and a node whose folders are swapped while it is repaired: one writer, and no file but the named.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openWriter } from "../../src/host/live-writer.js";
import { apply, imageMachine } from "../support/apply.js";
import { changeKinds, planOf } from "../support/changes.js";
import { openTree } from "../support/tree.js";
import { able } from "./able.js";
import { buildDriver, runPlain } from "./driver-process.js";
import { judge, newState, plantTree, wholeState } from "./judge.js";

const run = able() ? test : test.skip;
const driver = await buildDriver();
test.after(() => driver.remove());

function kindCalled(name: string) {
  const kind = changeKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind of change called ${name}`);
  return kind;
}

run("of several repairs at once each file has one writer, and the others say so", async () => {
  const kind = kindCalled("several files");
  const fresh = await newState(kind);
  for (let round = 0; round < 5; round++) {
    const root = plantTree(kind);
    const old = wholeState(root, kind);
    const ended = await Promise.all([1, 2, 3, 4].map(() => runPlain(driver, "apply", root, kind.name)));
    const reports = ended.map(({ report }) => report);
    assert.ok(reports.includes("done"), reports.join());
    // Who comes after the first has ended plans anew or finds that its plan is out of date.
    assert.ok(
      reports.every((report) => ["done", "held", "refused", "nothing"].includes(report)),
      reports.join(),
    );
    assert.equal(await judge(root, kind, "", old, fresh), []);
    rmSync(root, { recursive: true, force: true });
  }
});

run("a folder swapped for a link between the plan and the change leads nowhere", async () => {
  const kind = kindCalled("several files");
  const root = plantTree(kind);
  try {
    mkdirSync(join(root, "precious"));
    for (const name of ["a", "b", "c", "e"]) writeFileSync(join(root, `precious/${name}.conf`), "precious\n");
    const opened = openWriter(root, 0);
    if (opened.state !== "ok") throw new Error(opened.reason);
    const machine = imageMachine(
      opened.writer,
      () => 0,
      () => openTree(root),
    );
    // Said right before a group is made: the plan and the journal are written then.
    const swap = () => {
      renameSync(join(root, "etc/many"), join(root, "etc/moved"));
      symlinkSync("../precious", join(root, "etc/many"));
    };
    const { result } = await apply({ ...machine, say: swap }, "run", planOf(root, kind));
    assert.is.not(result, "done");
    assert.equal(readdirSync(join(root, "precious")), ["a.conf", "b.conf", "c.conf", "e.conf"]);
    for (const name of ["a", "b", "c", "e"])
      assert.is(readFileSync(join(root, `precious/${name}.conf`), "utf8"), "precious\n");
    assert.is(readFileSync(join(root, "etc/moved/a.conf"), "utf8"), "a = 0\n");
    assert.equal(readdirSync(join(root, "etc/moved")).sort(), ["a.conf", "b.conf", "c.conf", "e.conf"]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test.run();
