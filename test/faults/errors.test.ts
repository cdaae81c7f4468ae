// A repair whose system calls fail, once or from then on: it says so, and each file is old or new.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changeKinds } from "../support/changes.js";
import { able } from "./able.js";
import { errors, perKind, random, share } from "./cases.js";
import { buildDriver } from "./driver-process.js";
import { newState } from "./judge.js";
import { callsOf, tryFault } from "./try-fault.js";

const driver = await buildDriver();
test.after(() => driver.remove());
let tried = 0;
const next = random(20_260_102);

const run = able() ? test : test.skip;
for (const kind of changeKinds)
  run(`errors while making ${kind.name}`, async () => {
    const fresh = await newState(kind);
    const faults = share(errors(await callsOf(driver, kind)), perKind(30), next);
    const said = new Map<string, number>();
    for (const fault of faults) {
      const { report, wrong } = await tryFault(driver, kind, fresh, fault);
      tried += 1;
      said.set(report, (said.get(report) ?? 0) + 1);
      assert.equal(wrong, []);
    }
    assert.ok(
      [...said.keys()].some((report) => report !== "done"),
      "no error had an effect",
    );
    const shown = [...said].map(([report, count]) => `${count} ${report || "ended"}`).join(", ");
    console.log(`errors while making ${kind.name}: ${faults.length} cases: ${shown}`);
  });

run("there were enough cases", () => {
  assert.ok(tried >= perKind(520), `only ${tried}`);
});

test.run();
