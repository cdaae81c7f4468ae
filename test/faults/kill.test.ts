// A repair killed at its system calls: afterwards each file is old or new, and the next start puts the rest right.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changeKinds } from "../support/changes.js";
import { kills, perKind, random, share } from "./cases.js";
import { buildDriver } from "./driver-process.js";
import { newState } from "./judge.js";
import { callsOf, tryFaults } from "./try-fault.js";

const driver = await buildDriver();
test.after(() => driver.remove());
const next = random(20_260_101);

for (const kind of changeKinds)
  test(`killed while making ${kind.name}`, async () => {
    const fresh = await newState(kind);
    const faults = share(kills(await callsOf(driver, "apply", kind)), perKind(18), next);
    let died = 0;
    for (const fault of faults) {
      const { report, wrong } = await tryFaults(driver, kind, fresh, [fault]);
      if (report === "") died += 1;
      assert.equal(wrong, []);
    }
    assert.ok(died > 0, "no case was killed");
    console.log(`killed while making ${kind.name}: ${faults.length} cases, ${died} deaths`);
  });

test.run();
