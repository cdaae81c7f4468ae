// Taking back what could shut people out can do so too: does the dead man's switch stand for it as for a repair, and go on
// standing where something cannot be put back?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pastRuns } from "../../../src/core/past-runs.js";
import { confirm } from "../../../src/remedy/confirm.js";
import { openDue } from "../../../src/remedy/switch-due.js";
import { nobodyInParticular } from "../../support/journal-events.js";
import { configFile, ok, SwitchMachine } from "../../support/switch-machine.js";

const newLogin = { ...nobodyInParticular, session: 8, ssh: "192.0.2.7 40023 192.0.2.1 22" };

const keep = (on: SwitchMachine) =>
  confirm({ machine: on.machine, holder: "c", who: newLogin, by: "alice", sameSession: false });

test("to take a risky run back is risky too: it waits, and is itself put back unless somebody confirms it", async () => {
  const on = new SwitchMachine();
  await on.run("r1");
  assert.is((await keep(on)).state, "kept");
  const first = await on.undo("r1", "r2");
  assert.ok(first.state === "ran" && first.waitsUntil !== null);
  assert.is(on.text(configFile), "old\n");
  assert.is(await on.state(), "waits r2");
  on.now += 121_000;
  const back = await on.state();
  assert.is(typeof back === "string" ? back : back.recovered[0]?.run, "r2");
  assert.equal([on.text(configFile), on.pending], ["r1\n", undefined]);
  if (typeof back === "string") throw new Error(back);
  const undone = (lines: typeof back.journal.lines) =>
    pastRuns(lines).find(({ run }) => run === "r1")?.undoneBy;
  assert.is(undone(back.journal.lines), null, "it is in force again");
  back.release();
  await on.undo("r1", "r3");
  assert.is((await keep(on)).state, "kept");
  const state = await on.state();
  if (typeof state === "string") throw new Error(state);
  assert.equal([on.text(configFile), undone(state.journal.lines)], ["old\n", "r3"]);
});

test("what risks nothing is taken back at once", async () => {
  const on = new SwitchMachine();
  await on.run("r1", "reload");
  const undone = await on.undo("r1", "r2");
  assert.ok(undone.state === "ran" && undone.waitsUntil === null);
  assert.equal([on.acts, on.pending], [[], undefined]);
});

test("without a switch nothing risky is taken back", async () => {
  const on = new SwitchMachine();
  await on.run("r1");
  await keep(on);
  on.answers.set("arm-timer", { ...ok, code: 1, stderr: "no" });
  const undone = await on.undo("r1", "r2");
  assert.is(undone.state === "ran" && undone.groups[0]?.applied.state, "skipped");
  assert.is(on.text(configFile), "r1\n");
});

test("what cannot be put back keeps the switch standing: its time tries again, and the next boot", async () => {
  const on = new SwitchMachine();
  const place = on.writer.open.bind(on.writer);
  let times = 0;
  // The file is looked at once before the plan, once for its original, once to be changed: then the disk fails.
  const open: typeof on.writer.open = (path, use) =>
    path === configFile && ++times > 3
      ? { state: "refused", path, reason: `${path}: input/output error`, code: "EIO" }
      : place(path, use);
  Object.defineProperty(on.writer, "open", { value: open, configurable: true });
  const outcome = await on.run("r1", "lockout", 120, async () => ({ reason: "no", checks: [] }));
  assert.ok(outcome.state === "ran" && outcome.waitsUntil === null);
  assert.ok(on.pending !== undefined, "the record stands");
  assert.not(
    on.acts.some((act) => act.startsWith("stop-unit")),
    "the timer stands",
  );
  Object.defineProperty(on.writer, "open", { value: place });
  assert.is((await openDue(on.machine, { run: "r1", token: "1" }, "switch", async () => [])).state, "ok");
  assert.equal([on.text(configFile), on.pending], ["old\n", undefined]);
});

test.run();
