// The guards, and asking them: each sees the node as it would be after a group, and the repairs it names are left out.
import type { Group, Left, Plan } from "../../core/plan.js";
import { asker } from "../../engine/gather.js";
import { accounts } from "../../facts/accounts.js";
import type { Host } from "../../host/host.js";
import { overlayHost } from "../../host/overlay.js";
import { listedShells, processView, rootTerminals } from "./console.js";
import { firewall } from "./firewall.js";
import type { Guard } from "./guard.js";
import { kernel } from "./kernel.js";
import { ownership } from "./ownership.js";
import { pamStacks } from "./pam.js";
import { seccompUsers } from "./seccomp-users.js";
import { sshAccess } from "./ssh-access.js";
import { ownerIds, stagedOf } from "./staged.js";
import { sudoRoot } from "./sudo-root.js";
import { controlPlaneParts, kubeletStarts, runtimeRestart } from "./workload.js";

export type { Guard } from "./guard.js";

export const guards: readonly Guard[] = [
  sshAccess,
  sudoRoot,
  pamStacks,
  listedShells,
  rootTerminals,
  processView,
  firewall,
  kernel,
  kubeletStarts,
  controlPlaneParts,
  runtimeRestart,
  seccompUsers,
  ownership,
];

/**
 * What must be left out of `group` when `earlier` groups are made before it. Asked with the whole plan, and again right
 * before a group is made, then without earlier ones and on a host that was just opened.
 */
export async function guardGroup(
  host: Host,
  group: Group,
  earlier: readonly Group[] = [],
): Promise<readonly Left[]> {
  const asked = guards.filter(({ groups }) => groups.has(group.name));
  if (asked.length === 0) return [];
  const people = await asker(host)(accounts);
  const ids = ownerIds(people.state === "known" ? people.value : undefined);
  const before = overlayHost(host, stagedOf(earlier), ids);
  const after = overlayHost(host, stagedOf([...earlier, group]), ids);
  const question = { group, host, before: asker(before), after: asker(after) };
  const answers = await Promise.all(asked.map((guard) => guard.answer(question)));
  return once(answers.flat());
}

/** The first refusal of a check, else the first deferral. */
function once(all: readonly Left[]): readonly Left[] {
  const found = new Map<string, Left>();
  for (const one of all) {
    const before = found.get(one.check);
    if (before === undefined || (before.answer === "defer" && one.answer === "refuse"))
      found.set(one.check, one);
  }
  return [...found.values()];
}

/** All groups of a plan, in their order. Stops at the first that loses repairs: the plan changes with it. */
async function firstLosses(host: Host, plan: Plan): Promise<readonly Left[]> {
  for (const [index, group] of plan.groups.entries()) {
    const found = await guardGroup(host, group, plan.groups.slice(0, index));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * The plan that every guard allows. `build` plans without the checks it is given; each round leaves out at least one more.
 */
export async function guardedPlan(
  host: Host,
  build: (without: ReadonlySet<string>) => Plan | Promise<Plan>,
): Promise<Plan> {
  const all: Left[] = [];
  for (;;) {
    const plan = await build(new Set(all.map(({ check }) => check)));
    const found = (await firstLosses(host, plan)).filter(({ check }) =>
      all.every((one) => one.check !== check),
    );
    if (found.length === 0) return { groups: plan.groups, left: [...plan.left, ...all] };
    all.push(...found);
  }
}
