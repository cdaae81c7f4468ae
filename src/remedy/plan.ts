// From repairs to a plan: put into groups, ordered, with what is left and why. Reads the node, changes nothing.
import type { Risk } from "../core/outcome.js";
import { type Group, groupNames, type Left, type Plan } from "../core/plan.js";
import { accounts } from "../facts/accounts.js";
import type { Ask } from "../facts/source.js";
import type { Host } from "../host/host.js";
import { type Blocked, type Draft, Drafting, isFileStep } from "./draft.js";
import { groupOfAction } from "./group-of.js";
import { exceeds, highest, type Repair } from "./repair.js";

export interface PlanRequest {
  readonly host: Host;
  readonly ask: Ask;
  readonly repairs: readonly Repair[];
  /** Repairs of a higher risk are left for later. */
  readonly maxRisk: Risk;
  readonly blocked?: Blocked;
}

export interface Planned {
  readonly plan: Plan;
  /** What the plan was made of. */
  readonly repairs: readonly Repair[];
}

function tooRisky({ check, risk }: Repair, limit: Risk): Left {
  return {
    check,
    answer: "defer",
    because: `its repair has the risk ${risk}, and no more than ${limit} was asked for`,
    first: `nodeward audit --fix --only ${check} --max-risk ${risk}`,
  };
}

/** What is only a change of a running system cannot be made to an image; what else its check asks for can. */
function forImages(repairs: readonly Repair[]): {
  readonly possible: readonly Repair[];
  readonly left: readonly Left[];
} {
  const possible = repairs.filter(({ steps }) => steps.some(isFileStep));
  const rest = new Set(repairs.map(({ check }) => check));
  for (const { check } of possible) rest.delete(check);
  const left = [...rest].map(
    (check): Left => ({
      check,
      answer: "defer",
      because: "it is a change of a running system, and this one is only looked at as files",
      first: "run nodeward on the machine once it is started",
    }),
  );
  return { possible, left };
}

async function draft({ host, ask, blocked }: PlanRequest, repairs: readonly Repair[]): Promise<Draft> {
  const people = await ask(accounts);
  const known = people.state === "known" ? people.value : undefined;
  const owners = {
    uid: (name: string) => known?.user(name)?.uid,
    gid: (name: string) => known?.group(name)?.gid,
  };
  const drafting = new Drafting(host, owners, blocked ?? new Map());
  for (const repair of repairs) await drafting.take(repair);
  return drafting.finish();
}

function inGroups({ files, live }: Draft, riskOf: (check: string) => Risk): readonly Group[] {
  const made = new Set<string>();
  return groupNames.flatMap((name) => {
    // A directory that several files need is made by the first of them.
    const ownFiles = files
      .filter(({ group }) => group === name)
      .flatMap(({ changes }) => changes)
      .filter(({ path, wanted }) => {
        const again = wanted.state === "directory" && made.has(path);
        made.add(path);
        return !again;
      });
    const ownLive = live.filter(({ action, args }) => groupOfAction(action, args) === name);
    if (ownFiles.length + ownLive.length === 0) return [];
    const checks = [...new Set([...ownFiles, ...ownLive].flatMap((change) => change.checks))];
    return [{ name, risk: highest(checks.map(riskOf)), files: ownFiles, live: ownLive, checks }];
  });
}

/** One answer a check, the first that was found. */
function once(all: readonly Left[]): readonly Left[] {
  const found = new Map<string, Left>();
  for (const left of all) if (!found.has(left.check)) found.set(left.check, left);
  return [...found.values()];
}

/**
 * Merges repairs into a plan. A repair of which one step cannot be made, or contradicts another check's, is left out
 * whole: half a repair is none.
 */
export async function makePlan(request: PlanRequest): Promise<Planned> {
  const { host, repairs, maxRisk } = request;
  const affordable = repairs.filter(({ risk }) => !exceeds(risk, maxRisk));
  const risky = repairs.filter((repair) => !affordable.includes(repair));
  const image = host.live ? { possible: affordable, left: [] } : forImages(affordable);
  const left = [...image.left, ...risky.map((repair) => tooRisky(repair, maxRisk))];
  let chosen = image.possible;
  for (;;) {
    const made = await draft(request, chosen);
    if (made.refused.size === 0) {
      const riskOf = (check: string) => chosen.find((repair) => repair.check === check)?.risk ?? "none";
      return { plan: { groups: inGroups(made, riskOf), left: once(left) }, repairs: chosen };
    }
    left.push(...made.refused.values());
    chosen = chosen.filter((repair) => !made.refused.has(repair));
  }
}
