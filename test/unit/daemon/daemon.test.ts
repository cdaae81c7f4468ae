// What a daemon does when things change, signals come, looks fail.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Answer, hour, looked, policy, daemonWorld as world } from "../../support/daemon-world.js";

test("ready after the first look, with its state; then it looks once more, at what came before the watches", async () => {
  const { time, orders, fields } = world();
  await time.pass(2000);
  assert.equal(fields("READY"), ["1"]);
  assert.match(fields("STATUS").at(-1) ?? "", "score 90, 3 checks fail; 1 folders watched");
  assert.equal(orders, [{ documents: null }, { documents: { "/c": "one" } }]);
});

test("a day without a change: a look an hour, the watchdog fed in time, nothing said", async () => {
  const { time, orders, said, fields } = world();
  await time.pass(24 * hour);
  assert.ok(orders.length >= 25 && orders.length <= 27, String(orders.length));
  assert.is(fields("WATCHDOG").length, (24 * hour) / 30_000);
  assert.equal(said, []);
});

test("a changed file, a new listener, a loaded module: each is looked at within seconds", async () => {
  const { time, orders, kernel, change } = world();
  await time.pass(60_000);
  const looks = () => orders.length;
  let before = looks();
  change("passwd");
  await time.pass(2000);
  assert.is(looks(), before + 1);
  before = looks();
  kernel.listeners += "\ntcp 4444";
  await time.pass(17_000);
  assert.is(looks(), before + 1);
  before = looks();
  kernel.modules += "\nusb_storage";
  await time.pass(17_000);
  assert.is(looks(), before + 1);
});

test("told to reload it reads the configuration anew, and is ready again when it has", async () => {
  const { time, orders, fields, signal, answers } = world();
  await time.pass(60_000);
  answers.push({ messages: [{ ...policy, documents: { "/c": "two" } }, looked], takesMs: 3000 });
  signal("reload");
  await time.pass(1000);
  assert.equal([fields("RELOADING").length, fields("READY").length], [1, 1]);
  await time.pass(10_000);
  assert.is(fields("READY").length, 2);
  assert.equal(orders.at(-1), { documents: null });
  await time.pass(hour);
  assert.equal(orders.at(-1), { documents: { "/c": "two" } });
});

test("a reload during a look is answered by the next one", async () => {
  const { time, orders, fields, signal, answers, change } = world();
  await time.pass(60_000);
  answers.push({ messages: [policy, looked], takesMs: 3000 });
  change("passwd");
  await time.pass(2000);
  signal("reload");
  await time.pass(100);
  assert.is(fields("READY").length, 1);
  await time.pass(5000);
  assert.is(fields("READY").length, 2);
  assert.equal(orders.at(-1), { documents: null });
});

test("a configuration that has become wrong leaves the one before in force, and says so", async () => {
  const { time, orders, fields, said, signal, answers, end } = world();
  await time.pass(60_000);
  answers.push({ end: { code: 2, signal: null } });
  signal("reload");
  await time.pass(10_000);
  assert.match(said.join("\n"), "the one before stays in force");
  assert.is(fields("READY").length, 2);
  assert.equal(orders.at(-1), { documents: { "/c": "one" } });
  assert.is(end(), undefined);
});

test("a configuration that is wrong from the start ends it", async () => {
  const { time, end, answers } = world();
  answers.push({ end: { code: 2, signal: null } });
  await time.pass(1000);
  assert.is(end(), "refused");
});

test("while another run changes the node it waits, ready all the same, and then reads the configuration", async () => {
  const { time, orders, fields, answers } = world();
  const busy: Answer = { messages: [{ message: "busy", by: "nodeward audit --fix" }] };
  answers.push(busy, busy);
  await time.pass(100);
  assert.equal(fields("READY"), ["1"]);
  assert.match(fields("STATUS").at(-1) ?? "", "waits for another run: nodeward audit --fix");
  await time.pass(60_000);
  assert.equal(orders.slice(0, 3), [{ documents: null }, { documents: null }, { documents: null }]);
  assert.match(fields("STATUS").at(-1) ?? "", "score 90");
});

test("a look that is cut off is said and tried again; half a line is no message", async () => {
  const { time, said, fields, answers } = world();
  answers.push({ messages: [policy], end: { code: null, signal: "SIGSEGV" } });
  await time.pass(60_000);
  assert.equal(said, ["a look ended with SIGSEGV; it is tried again"]);
  assert.match(fields("STATUS").at(-1) ?? "", "score 90");
});

test("a look that hangs is ended", async () => {
  const { time, said, killed, answers } = world();
  answers.push({ takesMs: 100 * hour });
  await time.pass(20 * 60_000);
  assert.is(killed(), 1);
  assert.match(said.join(), "took longer than 15 minutes");
});

test("told to stop it cuts a look off and ends", async () => {
  const { time, killed, end, signal, fields, answers, change } = world();
  await time.pass(60_000);
  answers.push({ takesMs: hour });
  change("passwd");
  await time.pass(2000);
  signal("stop");
  signal("stop");
  await time.pass(10);
  assert.equal([killed(), end(), fields("STOPPING")], [1, "stopped", ["1"]]);
  assert.is(time.waiting, 0);
});

test("a repair is let come to its end, within a minute", async () => {
  const { time, killed, end, signal, answers, change } = world();
  await time.pass(60_000);
  answers.push({ messages: [{ message: "repairing" }], takesMs: 5000 });
  change("passwd");
  await time.pass(2000);
  signal("stop");
  await time.pass(1000);
  assert.is(end(), undefined);
  await time.pass(10_000);
  assert.equal([killed(), end()], [0, "stopped"]);
});

test("a repair that takes too long is cut off: the next run puts it back", async () => {
  const { time, killed, end, signal, answers, change } = world();
  await time.pass(60_000);
  answers.push({ messages: [{ message: "repairing" }], takesMs: hour });
  change("passwd");
  await time.pass(2000);
  signal("stop");
  await time.pass(60_000);
  assert.equal([killed(), end()], [1, "stopped"]);
});

test("the metrics are served where the site wants them, the newest, until that changes", async () => {
  const { time, served, taken, said, always, signal } = world();
  always({ messages: [{ ...policy, metrics: { host: "127.0.0.1", port: 9911 } }, looked] });
  taken.add("127.0.0.1:9911");
  await time.pass(100);
  assert.match(said.join(), "127.0.0.1:9911 is taken");
  taken.clear();
  await time.pass(2 * hour);
  assert.is(served.get("127.0.0.1:9911")?.(), looked.metrics);
  always({ messages: [{ ...policy, metrics: { socket: "/run/nodeward/metrics" } }, looked] });
  signal("reload");
  await time.pass(100);
  assert.equal([...served.keys()], ["/run/nodeward/metrics"]);
  signal("stop");
  await time.pass(100);
  assert.is(served.size, 0);
});

test("what a look says goes to the log, once while it stays so; what waits is looked at in time", async () => {
  const { time, said, orders, always } = world();
  await time.pass(60_000);
  always({ messages: [policy, { ...looked, said: ["not kept: no space left"], againMs: 60_000 }] });
  await time.pass(hour);
  const before = orders.length;
  await time.pass(10 * 60_000);
  assert.is(orders.length, before + 10);
  assert.equal(said, ["not kept: no space left"]);
});

test("channels that could not be told are tried again, ever more seldom, and at once anew after that", async () => {
  const { time, orders, always, change } = world();
  await time.pass(60_000);
  always({ messages: [policy, { ...looked, untold: true }] });
  change("passwd");
  await time.pass(2000);
  const before = orders.length;
  await time.pass(32 * 60_000);
  assert.is(orders.length, before + 6, "after 30 s, 1, 2, 4, 8 and 16 minutes");
  await time.pass(10 * hour);
  const later = orders.length;
  await time.pass(10 * hour);
  assert.ok(orders.length - later <= 11, "an hour is the longest wait");
  always({ messages: [policy, looked] });
  await time.pass(2 * hour);
  always({ messages: [policy, { ...looked, untold: true }] });
  change("passwd");
  await time.pass(2000);
  const anew = orders.length;
  await time.pass(31_000);
  assert.is(orders.length, anew + 1);
});

test.run();
