// Repairs of a small tree, planned and made on a machine that is played: for tests of what a run does.
import { readFileSync } from "node:fs";
import type { Plan } from "../../src/core/plan.js";
import type { Step } from "../../src/core/step.js";
import { asker } from "../../src/engine/gather.js";
import type { Failure } from "../../src/remedy/apply-group.js";
import { applyRun, type GroupOutcome } from "../../src/remedy/apply-run.js";
import { look, type Machine } from "../../src/remedy/machine.js";
import { makePlan } from "../../src/remedy/plan.js";
import { prepare } from "../../src/remedy/prepare.js";
import { reactionOf } from "../../src/remedy/reactions.js";
import { openState } from "../../src/remedy/session.js";
import { runningUnits } from "../../src/remedy/shown.js";
import { type Actor, machineOn, type Played, said } from "./machine.js";
import { makeTree, type Tree } from "./tree.js";

export const treeFiles = {
  "/etc/fstab": "",
  "/etc/containerd/config.toml": "version = 2\n",
  "/etc/pam.d/su": "auth sufficient pam_rootok.so\n",
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

export interface Ran extends Played {
  readonly groups: readonly GroupOutcome[];
  readonly events: readonly string[];
  readonly read: (path: string) => string;
}

export interface Given extends Actor {
  /** A machine that answers in other ways. */
  readonly machine?: (machine: Machine, tree: Tree) => Machine;
  readonly verify?: () => Promise<Failure | undefined>;
  /** Done to the tree between plan and run. */
  readonly meanwhile?: (tree: Tree) => void;
}

const who = { uid: 0, loginUid: null, session: null, sudoUser: null, tty: null, ssh: null, parents: [] };

/** Plans and makes repairs of a small tree; what came of it is shown to `see`. */
export async function ran(
  repairs: Readonly<Record<string, readonly Step[]>>,
  given: Given,
  see: (ran: Ran) => void,
): Promise<void> {
  const tree = makeTree(treeFiles);
  const played = machineOn(tree, { runs, ...given });
  const { done } = played;
  const machine = given.machine?.(played.machine, tree) ?? played.machine;
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
