import { test } from "uvu";
import * as assert from "uvu/assert";
import { shippedData } from "../../../src/host/data.js";
import { confirm, isSameSession } from "../../../src/remedy/confirm.js";
import { recoverUnitText } from "../../../src/remedy/recover-unit.js";
import { openDue } from "../../../src/remedy/switch-due.js";
import { nobodyInParticular } from "../../support/journal-events.js";
import { configFile, SwitchMachine, startedAt, withSystemd } from "../../support/switch-machine.js";

const unit = "/etc/systemd/system/nodeward-recover.service";
const skipped = (outcome: Awaited<ReturnType<SwitchMachine["run"]>>): string => {
  const applied = outcome.state === "ran" ? outcome.groups[0]?.applied : undefined;
  return applied?.state === "skipped" ? applied.reason : (applied?.state ?? outcome.state);
};
const newLogin = { ...nobodyInParticular, session: 8, ssh: "192.0.2.7 40023 192.0.2.1 22" };
const due = (on: SwitchMachine, run: string, token: string) =>
  openDue(on.machine, { run, token }, "switch", async () => []);

test("before a risky change all three layers stand, and the run waits", async () => {
  const on = new SwitchMachine();
  const outcome = await on.run("r1");
  assert.is(outcome.state === "ran" && outcome.waitsUntil, "2026-11-21T12:02:01.000Z");
  assert.is(on.text(configFile), "r1\n");
  assert.match(on.pending ?? "", /"run":"r1","until":"2026-11-21T12:02:01.000Z"/);
  assert.match(
    on.text(unit) ?? "",
    /ExecStart=\/usr\/bin\/node \/usr\/bin\/nodeward undo pending --switch boot/,
  );
  assert.equal(on.acts.slice(0, 3), [
    "reload-systemd",
    "enable-unit nodeward-recover.service",
    "arm-timer nodeward-switch-r1-1 120 /usr/bin/node /usr/bin/nodeward undo r1 --switch 1",
  ]);
  // The time begins when the change is made: a new timer, then the first one goes.
  assert.equal(on.acts.slice(3), [
    "arm-timer nodeward-switch-r1-2 120 /usr/bin/node /usr/bin/nodeward undo r1 --switch 2",
    "stop-unit nodeward-switch-r1-1.timer",
  ]);
});

test("an ordinary change needs no switch", async () => {
  const on = new SwitchMachine();
  const outcome = await on.run("r1", "restart");
  assert.is(outcome.state === "ran" && outcome.waitsUntil, null);
  assert.equal([on.pending, on.acts], [undefined, []]);
});

test("where a layer does not stand nothing risky is changed", async () => {
  const cases: readonly (readonly [string, (on: SwitchMachine) => void, RegExp])[] = [
    [
      "no timer",
      (on) => on.answers.set("arm-timer", { state: "ok", code: 1, stdout: "", stderr: "no bus" }),
      /could not be armed: arm-timer: no bus/,
    ],
    [
      "a timer that does not run",
      (on) => (on.timers = "inactive\n"),
      /the timer nodeward-switch-r1-1 does not run/,
    ],
    [
      "a unit that is not enabled",
      (on) => on.answers.set("enable-unit", { state: "ok", code: 1, stdout: "", stderr: "" }),
      /enable-unit: ended with 1/,
    ],
    [
      "a program that others may replace",
      (on) => on.writer.nodes.set("/usr/bin/nodeward", { text: "", mode: 0o777 }),
      /can be written by everybody/,
    ],
    ["a program that is gone", (on) => on.writer.nodes.delete("/usr/bin/nodeward"), /is not there/],
    [
      "neither systemd nor cron",
      (on) => on.writer.nodes.delete("/run/systemd/system"),
      /neither systemd nor cron/,
    ],
  ];
  for (const [name, spoil, says] of cases) {
    const on = new SwitchMachine();
    spoil(on);
    assert.match(skipped(await on.run("r1")), says, name);
    assert.equal([on.text(configFile), on.pending], ["old\n", undefined], name);
  }
});

test("without systemd a process of its own session waits, and cron has the next boot", async () => {
  const { "/run/systemd/system": _, ...files } = withSystemd;
  const on = new SwitchMachine({ ...files, "/etc/cron.d": { kind: "directory" } });
  const outcome = await on.run("r1");
  assert.is(outcome.state === "ran" && outcome.groups[0]?.applied.state, "done");
  assert.is(on.detached?.join(" "), "/usr/bin/node /usr/bin/nodeward undo r1 --switch 2 --after 120");
  assert.match(on.text("/etc/cron.d/nodeward-recover") ?? "", /^@reboot root '\/usr\/bin\/node' .* 'boot'$/m);
});

test("a second run while one waits is refused", async () => {
  const on = new SwitchMachine();
  await on.run("r1");
  assert.is(await on.state(), "waits r1");
});

test("when its time is over the run is put back: by the timer, by the next command, by the next boot", async () => {
  for (const token of ["2", "boot"]) {
    const on = new SwitchMachine();
    await on.run("r1");
    // A clock that was set back keeps nobody out for longer.
    on.now -= 3_600_000;
    const state = await due(on, "r1", token);
    assert.is(state.state, "ok", token);
    assert.equal([on.text(configFile), on.pending], ["old\n", undefined], token);
  }
  const on = new SwitchMachine();
  await on.run("r1");
  on.now += 121_000;
  const state = await on.state();
  assert.is(typeof state === "string" ? state : state.recovered[0]?.run, "r1");
  assert.equal([on.text(configFile), on.pending], ["old\n", undefined]);
});

test("a timer of an earlier arming does nothing, nor one that comes after the confirmation", async () => {
  const on = new SwitchMachine();
  await on.run("r1");
  assert.is((await due(on, "r1", "1")).state, "nothing");
  assert.is(on.text(configFile), "r1\n");
  const kept = await confirm({
    machine: on.machine,
    holder: "c",
    who: newLogin,
    by: "alice",
    sameSession: false,
  });
  assert.is(kept.state, "kept");
  assert.is((await due(on, "r1", "2")).state, "nothing");
  assert.equal([on.text(configFile), on.acts.at(-1)], ["r1\n", "stop-unit nodeward-switch-r1-2.timer"]);
});

/** The time is over while somebody holds the lock, and lets go when the run's process is ended, or by itself in the end. */
async function hangs(on: SwitchMachine, started = 777): Promise<void> {
  await on.run("r1");
  on.writer.nodes.set("/proc/4242/stat", { text: startedAt(started) });
  const lock = on.writer.files.lock("hangs");
  const end = on.now + 200_000;
  const { act, sleep } = on.machine;
  const release = () => lock.state === "ok" && lock.release();
  const machine: SwitchMachine["machine"] = {
    ...on.machine,
    act: async (name, ...args) => {
      if (name === "kill-process") release();
      return act?.(name, ...args) ?? { state: "failed", reason: "" };
    },
    sleep: async (milliseconds) => {
      if (on.now > end) release();
      await sleep(milliseconds);
    },
  };
  const opened = await openDue(machine, { run: "r1", token: "2" }, "switch", async () => []);
  assert.is(opened.state, "ok");
  assert.is(on.text(configFile), "old\n");
}

test("a run that hangs when its time is over is ended", async () => {
  const on = new SwitchMachine();
  await hangs(on);
  assert.ok(on.acts.includes("kill-process 4242"));
});

test("a process that has the run's number by now is left alone, and the lock waited for", async () => {
  const on = new SwitchMachine();
  await hangs(on, 999);
  assert.not(on.acts.includes("kill-process 4242"));
});

test("a confirmation comes from a newer login, in time", async () => {
  const on = new SwitchMachine();
  const ask = (who = newLogin, sameSession = false) =>
    confirm({ machine: on.machine, holder: "c", who, by: "alice", sameSession });
  assert.is((await ask()).state, "nothing");
  await on.run("r1");
  const same = { ...newLogin, session: 7 };
  assert.is((await ask(same)).state, "same-session");
  assert.is(on.text(configFile), "r1\n");
  on.now += 119_000;
  assert.is((await ask(same, true)).state, "kept");
  assert.is(typeof (await on.state()), "object");
  const late = new SwitchMachine();
  await late.run("r1");
  late.now += 121_000;
  const answer = await confirm({
    machine: late.machine,
    holder: "c",
    who: newLogin,
    by: "a",
    sameSession: false,
  });
  assert.is(answer.state, "late");
  const held = new SwitchMachine();
  await held.run("r1");
  held.writer.files.lock("fix");
  const busy = await confirm({
    machine: held.machine,
    holder: "c",
    who: newLogin,
    by: "a",
    sameSession: false,
  });
  assert.is(busy.state, "held");
});

test("logins are told apart by the kernel's number, else by their connection", () => {
  const who = (session: number | null, ssh: string | null) => ({ ...nobodyInParticular, session, ssh });
  assert.is(isSameSession(who(7, "a"), who(7, "b")), true);
  assert.is(isSameSession(who(7, "a"), who(8, "a")), false);
  assert.is(isSameSession(who(null, "a"), who(null, "a")), true);
  assert.is(isSameSession(who(null, "a"), who(null, "b")), false);
  // Nobody who has not logged in shows that one can.
  assert.is(isSameSession(who(null, null), who(null, null)), true);
  assert.is(isSameSession(who(7, null), who(null, null)), true);
  assert.is(isSameSession(who(null, null), who(9, "a")), false);
});

test("the shipped unit is the one that is written, and comes before whatever it puts back", () => {
  const text = recoverUnitText(["/usr/bin/nodeward"], "/var/lib/nodeward");
  assert.is(shippedData.read("packaging/systemd/nodeward-recover.service"), text);
  for (const name of ["network-pre.target", "ufw.service", "ssh.service", "ssh.socket", "kubelet.service"])
    assert.match(text, new RegExp(`^Before=.*\\b${name}\\b`, "m"));
  assert.match(text, /^DefaultDependencies=no$/m);
  assert.match(text, /^After=local-fs.target$/m);
  assert.match(text, /^ConditionPathExists=\/var\/lib\/nodeward\/pending$/m);
});

test.run();
