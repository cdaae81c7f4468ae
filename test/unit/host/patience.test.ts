// Who waits: time that this process was too busy to listen does not count, an answer that is there is taken.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { patience } from "../../../src/host/patience.js";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps the event loop from turning. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("it is over when the time is", async () => {
  const started = performance.now();
  await new Promise<void>((resolve) => patience(120, resolve));
  assert.ok(performance.now() - started >= 110);
});

test("it can be called off", async () => {
  let late = false;
  const callOff = patience(60, () => {
    late = true;
  });
  callOff();
  callOff();
  await pause(150);
  assert.is(late, false);
});

test("what keeps this process busy is not held against who is waited for", async () => {
  let late = false;
  const callOff = patience(400, () => {
    late = true;
  });
  for (let round = 0; round < 3; round += 1) {
    busy(300);
    await pause(0);
  }
  assert.is(late, false);
  callOff();
});

test.run();
