// A repair killed at its system calls: afterwards each file is old or new, and the next start puts the rest right.
import { rmSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changeKinds } from "../support/changes.js";
import { kills, random, share, shown } from "./cases.js";
import { buildDriver, runWith, trace } from "./driver-process.js";
import { judge, newState, plantTree, tornFiles, wholeState } from "./judge.js";

const perKind = Number(process.env.FAULTS_PER_KIND ?? 28);
const driver = await buildDriver();
test.after(() => driver.remove());
const next = random(20_260_101);

for (const kind of changeKinds)
  test(`killed while making ${kind.name}`, async () => {
    const fresh = await newState(kind);
    const first = plantTree(kind);
    const calls = await trace(driver, "apply", first, kind.name);
    rmSync(first, { recursive: true, force: true });
    let died = 0;
    for (const fault of share(kills(calls), perKind, next)) {
      const root = plantTree(kind);
      const old = wholeState(root, kind);
      const { report } = await runWith(driver, "apply", root, kind.name, fault);
      if (report === "") died += 1;
      const wrong = [...tornFiles(root, kind, old, fresh), ...judge(root, kind, report, old, fresh)];
      assert.equal(wrong, [], shown("apply", kind.name, fault));
      rmSync(root, { recursive: true, force: true });
    }
    assert.ok(died > 0, "no case was killed");
    console.log(`${kind.name}: ${died} killed`);
  });

test.run();
