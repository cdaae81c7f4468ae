// Enables units in an image, where no systemd runs that could: the links that `systemctl enable` makes (systemd.unit(5),
// [Install]), as a run of the journal.
import type { Who } from "../core/journal-event.js";
import type { Host } from "../host/host.js";
import { applyRun } from "./apply-run.js";
import { planAllowed } from "./fix.js";
import { look, type Machine } from "./machine.js";
import { reactionOf } from "./reactions.js";
import type { Repair } from "./repair.js";
import type { State } from "./session.js";

/** A unit and the target that wants it. */
export interface WantedUnit {
  readonly name: string;
  readonly by: string;
}

const own = "/etc/systemd/system";
/** Where a unit is looked for, the first first (systemd.unit(5)). */
const folders = [own, "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

async function fileOf(host: Host, name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const stat = await host.stat(`${folder}/${name}`);
    if (stat.state === "ok" && stat.kind === "file") return `${folder}/${name}`;
  }
  return undefined;
}

export interface Linked {
  readonly enabled: readonly string[];
  /** By unit, why it is not. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface LinkRequest {
  readonly machine: Machine;
  readonly state: State;
  readonly who: Who;
  readonly run: string;
  readonly units: readonly WantedUnit[];
}

/** A link that is there already is left as it is. */
export async function linkUnits({ machine, state, who, run, units }: LinkRequest): Promise<Linked> {
  return await look(machine, async (host) => {
    const failed = new Map<string, string>();
    const repairs: Repair[] = [];
    for (const { name, by } of units) {
      const target = await fileOf(host, name);
      if (target === undefined) failed.set(name, "it is not installed in this image");
      else {
        const file = `${own}/${by}.wants/${name}`;
        const problem = `${name} does not start at boot`;
        repairs.push({ check: name, risk: "none", problem, steps: [{ kind: "symlink", file, target }] });
      }
    }
    const { plan, prepared } = await planAllowed({ host, writer: machine.writer, repairs, maxRisk: "none" });
    for (const { check, because } of plan.left) failed.set(check, because);
    if (plan.groups.length > 0) {
      const ran = await applyRun(machine, state, plan.groups, {
        run,
        kind: "fix",
        of: null,
        who,
        prepared,
        reaction: (group) => reactionOf(group, () => false),
        verify: async () => undefined,
        before: async () => undefined,
      });
      if (ran.state !== "ran") for (const { name } of units) failed.set(name, ran.reason);
      else
        for (const { group, applied } of ran.groups)
          if (applied.state !== "done") for (const name of group.checks) failed.set(name, applied.reason);
    }
    return { enabled: units.map(({ name }) => name).filter((name) => !failed.has(name)), failed };
  });
}
