// When the daemon looks, by a clock of values.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type LookEnd, Schedule } from "../../../src/daemon/schedule.js";
import { FakeTime } from "../../support/fake-time.js";

const hour = 3_600_000;

function world(intervalMs = hour) {
  const time = new FakeTime();
  const looks: number[] = [];
  const ends: LookEnd[] = [];
  let takes = 0;
  const schedule = new Schedule(
    {
      timers: time,
      look: async () => {
        looks.push(time.now());
        const wait = takes;
        if (wait > 0) await new Promise<void>((resolve) => void time.after(wait, resolve));
        return ends.shift() ?? "done";
      },
    },
    intervalMs,
  );
  schedule.start();
  const slow = (ms: number) => {
    takes = ms;
  };
  return { time, looks, ends, schedule, slow };
}

test("a day without a change: a look at the start and one an hour, no timer left over", async () => {
  const { time, looks } = world();
  await time.pass(24 * hour);
  assert.is(looks.length, 25);
  assert.is(time.waiting, 1);
});

test("looks are spread by a tenth of the interval to both sides", async () => {
  const { time, looks } = world();
  time.random = () => 0;
  await time.pass(0);
  time.random = () => 1;
  await time.pass(0.9 * hour);
  assert.equal(looks, [0, 0.9 * hour]);
  await time.pass(1.1 * hour);
  assert.equal(looks, [0, 0.9 * hour, 2 * hour]);
});

test("a change is looked at within a second and a half", async () => {
  const { time, looks, schedule } = world();
  await time.pass(1000);
  schedule.changed();
  await time.pass(1500);
  assert.is(looks.length, 2);
  assert.ok((looks[1] ?? 0) - 1000 <= 1500);
});

test("a thousand changes in a burst are few looks, and the last look begins after the last change", async () => {
  const { time, looks, schedule } = world();
  await time.pass(1000);
  let last = 0;
  for (let count = 0; count < 1000; count++) {
    last = time.now();
    schedule.changed();
    await time.pass(7);
  }
  await time.pass(120_000);
  assert.ok(looks.length >= 2 && looks.length <= 12, String(looks.length));
  assert.ok((looks.at(-1) ?? 0) >= last);
});

test("what changes all day long is looked at about twice a minute, and never left out", async () => {
  const { time, looks, schedule } = world();
  let last = 0;
  for (let at = 0; at < 24 * hour; at += 500) {
    await time.pass(500);
    last = time.now();
    schedule.changed();
  }
  assert.ok(schedule.spaced);
  await time.pass(60_000);
  assert.ok(looks.length < 24 * 60 * 2, String(looks.length));
  assert.ok((looks.at(-1) ?? 0) >= last);
  const gaps = looks.map((at, index) => at - (looks[index - 1] ?? 0));
  assert.ok(Math.max(...gaps) <= 62_000, String(Math.max(...gaps)));
});

test("after a storm a change is looked at at once again", async () => {
  const { time, looks, schedule } = world();
  for (let count = 0; count < 200; count++) {
    schedule.changed();
    await time.pass(500);
  }
  await time.pass(15 * 60_000);
  const before = looks.length;
  schedule.changed();
  await time.pass(1500);
  assert.is(looks.length, before + 1);
});

test("a change during a look asks for another one, and there is one at a time", async () => {
  const { time, looks, schedule, slow } = world();
  slow(5000);
  await time.pass(100);
  schedule.changed();
  schedule.changed();
  await time.pass(4000);
  assert.is(looks.length, 1);
  await time.pass(10_000);
  assert.equal(looks.length, 2);
});

test("while somebody else changes the node it is tried again, and the change is not forgotten", async () => {
  const { time, looks, ends, schedule } = world();
  await time.pass(0);
  ends.push("busy", "busy", "busy", "done");
  schedule.changed();
  await time.pass(60_000);
  assert.is(looks.length, 5);
  await time.pass(30 * 60_000);
  assert.is(looks.length, 5, "and then it is over");
});

test("a look that fails is tried again ever more seldom, at most five minutes apart", async () => {
  const { time, looks, ends } = world(7 * 24 * hour);
  ends.push(...Array.from({ length: 2000 }, (): LookEnd => "failed"));
  await time.pass(24 * hour);
  assert.ok(looks.length > 250 && looks.length < 310, String(looks.length));
});

test("a look that throws has failed, no more", async () => {
  const time = new FakeTime();
  let looks = 0;
  const schedule = new Schedule(
    {
      timers: time,
      look: async () => {
        looks++;
        throw new Error("x");
      },
    },
    hour,
  );
  schedule.start();
  await time.pass(10_000);
  assert.ok(looks > 1);
});

test("what is urgent waits for nothing but a look that goes on", async () => {
  const { time, looks, ends, schedule } = world();
  ends.push("failed");
  await time.pass(100);
  schedule.urgent();
  await time.pass(0);
  assert.is(looks.length, 2);
});

test("another interval holds from now on", async () => {
  const { time, looks, schedule } = world();
  await time.pass(1000);
  schedule.setInterval(60_000);
  await time.pass(61_000);
  assert.is(looks.length, 2);
});

test("stopped, it waits for the look that goes on and begins none", async () => {
  const { time, looks, schedule, slow } = world();
  slow(3000);
  await time.pass(10);
  schedule.changed();
  let over = false;
  void schedule.stop().then(() => {
    over = true;
  });
  await time.pass(2000);
  assert.not(over);
  await time.pass(2000);
  assert.ok(over);
  await time.pass(3 * hour);
  assert.is(looks.length, 1);
});

test.run();
