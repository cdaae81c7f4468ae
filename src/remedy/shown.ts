// A plan with the commands of its actions and reactions spelled out, for a report.
import type { Group } from "../core/plan.js";
import { commandOf } from "../host/actions.js";
import type { Host } from "../host/host.js";
import type { ShownGroup } from "../report/plan.js";
import { noReaction, type Reaction, type Runs, reactionOf, unitsAsked } from "./reactions.js";

/** Which of the units that reactions speak of run now. None under --root. */
export async function runningUnits(host: Host, states: readonly string[] = ["active"]): Promise<Runs> {
  const result = await host.run("unit-states");
  if (result.state !== "ok" || result.code !== 0) return () => false;
  const asked = new Set(unitsAsked);
  // UNIT LOAD ACTIVE SUB DESCRIPTION (systemctl(1) list-units).
  const found = new Set(
    result.stdout.split("\n").flatMap((line) => {
      const [unit = "", , state] = line.trim().split(/\s+/);
      return asked.has(unit) && states.includes(state ?? "") ? [unit] : [];
    }),
  );
  return (unit) => found.has(unit);
}

export function shownGroup(group: Group, reaction: Reaction): ShownGroup {
  const { name, risk, checks, files, live } = group;
  return {
    name,
    risk,
    checks,
    files,
    commands: live.map((change) => ({
      command: commandOf(change.action, change.args),
      checks: change.checks,
    })),
    reactions: reaction.react.map(({ action, args }) => commandOf(action, args)),
  };
}

export async function shownGroups(groups: readonly Group[], host: Host): Promise<readonly ShownGroup[]> {
  const runs = host.live ? await runningUnits(host) : () => false;
  return groups.map((group) => shownGroup(group, host.live ? reactionOf(group, runs) : noReaction));
}
