// A repair killed at its system calls: afterwards each file is old or new, and the next start puts the rest right.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changeKinds } from "../support/changes.js";
import { able } from "./able.js";
import { kills, perKind, random, share } from "./cases.js";
import { buildDriver } from "./driver-process.js";
import { newState } from "./judge.js";
import { callsOf, tryFault } from "./try-fault.js";

const driver = await buildDriver();
test.after(() => driver.remove());
let tried = 0;
const next = random(20_260_101);

const run = able() ? test : test.skip;
for (const kind of changeKinds)
  run(`killed while making ${kind.name}`, async () => {
    const fresh = await newState(kind);
    const faults = share(kills(await callsOf(driver, kind)), perKind(18), next);
    let died = 0;
    for (const fault of faults) {
      const { report, wrong } = await tryFault(driver, kind, fresh, fault);
      tried += 1;
      if (report === "") died += 1;
      assert.equal(wrong, []);
    }
    assert.ok(died > 0, "no case was killed");
    console.log(`killed while making ${kind.name}: ${faults.length} cases, ${died} deaths`);
  });

run("there were enough cases", () => {
  assert.ok(tried >= perKind(280), `only ${tried}`);
});

test.run();
