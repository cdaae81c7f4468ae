// How long is waited until a change is seen to work? For what can die a second later, a second; for nothing else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { memoryHost } from "../../../src/host/memory.js";
import { waitUntilWell } from "../../../src/remedy/health.js";
import type { Machine } from "../../../src/remedy/machine.js";
import type { Health } from "../../../src/remedy/reactions.js";
import { SwitchMachine } from "../../support/switch-machine.js";

async function waits(
  health: Health,
  how: Partial<Machine> = {},
  stdout = "active\n",
): Promise<[number, string]> {
  let slept = 0;
  const on = new SwitchMachine();
  const active = { state: "ok", code: 0, stdout, stderr: "" } as const;
  const machine: Machine = {
    ...on.machine,
    open: () => memoryHost({}, { live: true, now: on.now, runs: { "unit-active x.service": active } }),
    sleep: async (milliseconds) => {
      slept += milliseconds;
      await on.machine.sleep(milliseconds);
    },
    ...how,
  };
  const ill = await waitUntilWell([health], machine);
  return [slept, ill ?? "well"];
}

const unit: Health = { kind: "unit", unit: "x.service" };

test("a unit must be up a second later too", async () => {
  assert.equal(await waits(unit), [1000, "well"]);
  assert.equal(await waits(unit, {}, "failed\n"), [11_000, "x.service is failed"]);
});

test("a machine on which one look takes all the patience is looked at more than once", async () => {
  const on = new SwitchMachine();
  let looks = 0;
  const machine: Machine = {
    ...on.machine,
    open: () => {
      looks += 1;
      on.now += 20_000;
      const stdout = looks < 2 ? "activating\n" : "active\n";
      const result = { state: "ok", code: 0, stdout, stderr: "" } as const;
      return memoryHost({}, { live: true, now: on.now, runs: { "unit-active x.service": result } });
    },
  };
  assert.is(await waitUntilWell([unit], machine), undefined);
  assert.is(looks, 3);
});

test("the kernel's rules are there or not", async () => {
  assert.equal(await waits({ kind: "ufw" }), [0, "well"]);
});

test("in an image nothing runs that could be waited for", async () => {
  assert.equal(await waits(unit, { act: undefined }), [0, "well"]);
});

test.run();
