// A repair killed, and its recovery killed or failing too: the recovery after that still puts everything right.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changeKinds } from "../support/changes.js";
import { able } from "./able.js";
import { errors, kills, perKind, random, share } from "./cases.js";
import { buildDriver } from "./driver-process.js";
import { newState } from "./judge.js";
import { callsOf, cutOff, tryRecovery } from "./try-fault.js";

const driver = await buildDriver();
test.after(() => driver.remove());
let tried = 0;
let deaths = 0;
const next = random(20_260_103);

const run = able() ? test : test.skip;
for (const kind of changeKinds)
  run(`interrupted recovery from making ${kind.name}`, async () => {
    const fresh = await newState(kind);
    const all = kills(await callsOf(driver, kind));
    // The later half: before it there is little to recover.
    const firsts = share(all.slice(Math.floor(all.length / 2)), 2, next);
    let count = 0;
    for (const first of firsts) {
      const after = await cutOff(driver, kind, fresh, first);
      try {
        if (after.report === "") deaths += 1;
        const calls = await callsOf(driver, kind, after);
        const half = Math.ceil(perKind(16) / 4);
        const seconds = [...share(kills(calls), half, next), ...share(errors(calls), half, next)];
        for (const second of seconds) {
          const { wrong } = await tryRecovery(driver, kind, fresh, after, second);
          tried += 1;
          count += 1;
          assert.equal(wrong, []);
        }
      } finally {
        after.remove();
      }
    }
    console.log(`interrupted recovery from making ${kind.name}: ${count} cases`);
  });

run("there were enough cases", () => {
  assert.ok(tried >= perKind(280), `only ${tried}`);
  // The others were a program that the change had started.
  assert.ok(deaths >= changeKinds.length, `only ${deaths} changes were killed`);
});

test.run();
