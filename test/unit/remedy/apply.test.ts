// Groups are made whole or not at all: what is called in which order, and what is there after each kind of failure?
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Plan } from "../../../src/core/plan.js";
import type { Step } from "../../../src/core/step.js";
import { asker } from "../../../src/engine/gather.js";
import type { Failure } from "../../../src/remedy/apply-group.js";
import { applyRun, type GroupOutcome } from "../../../src/remedy/apply-run.js";
import { look } from "../../../src/remedy/machine.js";
import { makePlan } from "../../../src/remedy/plan.js";
import { prepare } from "../../../src/remedy/prepare.js";
import { reactionOf } from "../../../src/remedy/reactions.js";
import { openState } from "../../../src/remedy/session.js";
import { runningUnits } from "../../../src/remedy/shown.js";
import { type Actor, machineOn, type Played, refuses, said } from "../../support/machine.js";
import { makeTree, type Tree } from "../../support/tree.js";

const files = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
  "/etc/ssh/sshd_config": "X11Forwarding yes\n",
  "/etc/sudoers": "root ALL=(ALL:ALL) ALL\n",
  "/etc/systemd/journald.conf": "[Journal]\n",
  "/proc/modules": "sctp 1 0 - Live 0x0\n",
  "/proc/sys/kernel/panic": "0\n",
  "/proc/sys/kernel/panic_on_oops": "0\n",
  "/var/lib": { directory: true },
} as const;
const units = "ssh.service loaded active running x\nsystemd-journald.service loaded active running x\n";
const runs = { "unit-states": said(units), "unit-active": said("active\n") };

interface Ran extends Played {
  readonly groups: readonly GroupOutcome[];
  readonly events: readonly string[];
  readonly read: (path: string) => string;
}

interface Given extends Actor {
  readonly verify?: () => Promise<Failure | undefined>;
  /** Done to the tree between plan and run. */
  readonly meanwhile?: (tree: Tree) => void;
}

const who = { uid: 0, loginUid: null, session: null, sudoUser: null, tty: null, ssh: null, parents: [] };

async function ran(
  repairs: Readonly<Record<string, readonly Step[]>>,
  given: Given,
  see: (ran: Ran) => void,
): Promise<void> {
  const tree = makeTree(files);
  const { machine, done } = machineOn(tree, { runs, ...given });
  try {
    const all = Object.entries(repairs).map(([check, steps]) => ({
      check,
      risk: "none" as const,
      problem: "",
      steps,
    }));
    const plan: Plan = await look(machine, async (host) => {
      const made = await makePlan({ host, ask: asker(host), repairs: all, maxRisk: "reboot" });
      return made.plan;
    });
    const { groups } = await prepare(machine.writer, plan.groups, () => ({ uid: 0, gid: 0 }));
    given.meanwhile?.(tree);
    const state = await openState(machine, "test", async () => []);
    if (state.state !== "ok") throw new Error(JSON.stringify(state));
    const running = await look(machine, runningUnits);
    const outcome = await applyRun(machine, state.value, plan.groups, {
      run: "r",
      kind: "fix",
      of: null,
      who,
      prepared: groups,
      reaction: (group) => reactionOf(group, running),
      verify: given.verify ?? (async () => undefined),
      before: async () => undefined,
    });
    state.value.release();
    if (outcome.state !== "ran") throw new Error(outcome.reason);
    const events = state.value.journal.lines.map(({ event }) => event?.event ?? "?");
    const read = (path: string) => readFileSync(tree.path(path), "utf8");
    see({ machine, done, groups: outcome.groups, events, read });
  } finally {
    tree.remove();
  }
}

function rootTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    if (process.getuid?.() !== 0) console.log(`SKIPPED ${name}: only root writes root's files`);
    else await run();
  });
}

function put(file: string, text: string): Step {
  return { kind: "edit", file, edits: [{ span: { start: 0, end: 0 }, text }] };
}

function act(action: (Step & { readonly kind: "action" })["action"], ...args: readonly string[]): Step {
  return { kind: "action", action, args };
}

const main = "/etc/ssh/sshd_config";
const sshd = { "sshd.a": [put(main, "MaxAuthTries 4\n")] };
const reasonOf = ([outcome]: readonly GroupOutcome[]) =>
  outcome === undefined || outcome.applied.state === "done" ? "" : outcome.applied.reason;
const statesOf = (groups: readonly GroupOutcome[]) => groups.map(({ applied }) => applied.state);

rootTest("judged before and in place, reloaded once, asked whether it is well", () =>
  ran(sshd, {}, ({ groups, done, events, read }) => {
    assert.equal(statesOf(groups), ["done"]);
    const validate = ["make-sshd-directory", "check-sshd"];
    assert.equal(done, [...validate, ...validate, "reload-unit ssh.service"]);
    assert.equal(events, ["begin", "file-done", "group-done", "end"]);
    assert.match(read(main), /^MaxAuthTries 4\n/);
  }),
);

rootTest("what is wrong already is left alone", () =>
  ran(sshd, { acts: { "check-sshd": refuses("line 7: Bad") } }, ({ groups, done, read }) => {
    assert.equal(statesOf(groups), ["skipped"]);
    assert.match(reasonOf(groups), "it is wrong already: /usr/sbin/sshd -t: line 7: Bad");
    assert.not.ok(done.includes("reload-unit ssh.service"));
    assert.is(read(main), files[main]);
  }),
);

rootTest("what the validator refuses in place is put back, and the service told again", () =>
  ran(
    sshd,
    { acts: { "check-sshd": (times) => (times === 2 ? refuses("line 1: Bad") : said("")) } },
    ({ groups, done, events, read }) => {
      assert.equal(statesOf(groups), ["rolled-back"]);
      assert.is(done.at(-1), "reload-unit ssh.service");
      assert.equal(events.slice(-2), ["group-rolled-back", "end"]);
      assert.is(read(main), files[main]);
    },
  ),
);

rootTest("a service that is not well after the change is put back, in the end", () =>
  ran(sshd, { greets: (times) => times < 2 || times > 40 }, ({ groups, read }) => {
    assert.equal(statesOf(groups), ["rolled-back"]);
    assert.match(reasonOf(groups), "sshd does not answer");
    assert.is(read(main), files[main]);
  }),
);

rootTest("a repair without effect is put back", () =>
  ran(sshd, { verify: async () => ({ reason: "still so", checks: ["sshd.a"] }) }, ({ groups, read }) => {
    assert.equal([statesOf(groups), reasonOf(groups)], [["rolled-back"], "still so"]);
    assert.is(read(main), files[main]);
  }),
);

rootTest("nothing is begun when a file was changed since the plan was made", async () => {
  const meanwhile = (tree: Tree) => tree.plant(main, "X11Forwarding no # mine\n");
  await assertRefused(
    ran(sshd, { meanwhile }, () => {}),
    `${main}: was changed since the plan was made`,
  );
});

async function assertRefused(run: Promise<void>, reason: string): Promise<void> {
  const error = await run.then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  assert.is(error?.message, reason);
}

rootTest("what visudo refuses never gets into its place, and only its checks are to blame", () =>
  ran(
    { "sudo.bad": [put("/etc/sudoers", "x\n")], "sudo.good": [put("/etc/sudoers.d/y", "y\n")] },
    { acts: { "check-sudoers-file": (times) => (times === 1 ? refuses("syntax error") : said("")) } },
    ({ groups, read }) => {
      const [first] = groups;
      assert.is(first?.applied.state, "rolled-back");
      assert.equal(first?.applied.state === "rolled-back" ? first.applied.checks : [], ["sudo.bad"]);
      assert.is(read("/etc/sudoers"), files["/etc/sudoers"]);
    },
  ),
);

rootTest("live changes: journalled with their undo, taken back in reverse, the failing one to blame", () =>
  ran(
    {
      "sysctl.a": [act("set-sysctl", "kernel.panic", "10")],
      "sysctl.b": [act("set-sysctl", "kernel.panic_on_oops", "1")],
    },
    { acts: { "set-sysctl kernel.panic_on_oops 1": refuses("no") } },
    ({ groups, done, events }) => {
      const [first] = groups;
      assert.equal(first?.applied.state === "rolled-back" ? first.applied.checks : [], ["sysctl.b"]);
      // The tree never changed, so that there is nothing to take back: the acts are only played.
      assert.equal(done, ["set-sysctl kernel.panic 10", "set-sysctl kernel.panic_on_oops 1"]);
      assert.equal(events.filter((event) => event === "live").length, 2);
    },
  ),
);

rootTest("what is so already is not done again; what cannot be put back is not begun", () =>
  ran(
    {
      "kmod.a": [act("unload-module", "dccp")],
      "services.x": [act("enable-unit", "x.service")],
    },
    {},
    ({ groups, done }) => {
      assert.equal(statesOf(groups), ["done", "rolled-back"]);
      assert.equal(done, []);
    },
  ),
);

test.run();
