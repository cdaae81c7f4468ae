// The second look: are the problems that a group was to repair gone? A repair without effect is put back, like one that
// harms.
import type { Group } from "../core/plan.js";
import type { Step } from "../core/step.js";
import { evaluate, type Finding } from "../engine/evaluate.js";
import { asker, gather } from "../engine/gather.js";
import type { Selected } from "../policy/select.js";
import type { Failure } from "./apply-group.js";
import { look, type Machine } from "./machine.js";
import type { Repair } from "./repair.js";

const noReferences = { of: () => ({}) };

async function judgeAgain(machine: Machine, selected: readonly Selected[]): Promise<readonly Finding[]> {
  return await look(machine, async (host) => {
    const facts = await gather(
      asker(host),
      selected.map(({ check }) => check),
    );
    return evaluate(selected, facts, noReferences, "");
  });
}

/** Does a check ask for what was just done? Then that had no effect, whatever words it has for it now. */
function asksAgain(verdict: Finding["verdict"], own: readonly Repair[]): string | undefined {
  if (!("problems" in verdict)) return undefined;
  const done = new Set(
    own
      .flatMap(({ steps }) => steps)
      .filter(isAction)
      .map((step) => JSON.stringify(step)),
  );
  return verdict.problems.find(({ fix }) => fix?.some((step) => done.has(JSON.stringify(step))))?.message;
}

function isAction({ kind }: Step): boolean {
  return kind === "action";
}

/** Under --root the steps of a repair that need a running system were left out: what they were for may stay. */
function isWhole({ steps }: Repair, live: boolean): boolean {
  return live || steps.every(({ kind }) => kind !== "action");
}

function failureOf(
  findings: readonly Finding[],
  repairs: readonly Repair[],
  live: boolean,
  blind: ReadonlySet<string>,
): Failure | undefined {
  const bad = findings.flatMap(({ selected: { check }, verdict, result }) => {
    const own = repairs.filter((repair) => repair.check === check.id && isWhole(repair, live));
    if (own.length === 0) return [];
    // What could not be read before is no news. What runs in an image does not take the change up: that this is not
    // known now is no failure, unless nothing at all is known any more.
    const news = result.status === "error" && !blind.has(check.id) && (live || "undecided" in verdict);
    if (news) return [{ check: check.id, what: result.message }];
    const left = "problems" in verdict ? verdict.problems.map(({ message }) => message) : [];
    const what = own.find(({ problem }) => left.includes(problem))?.problem ?? asksAgain(verdict, own);
    return what === undefined ? [] : [{ check: check.id, what }];
  });
  const [first] = bad;
  if (first === undefined) return undefined;
  const more = bad.length > 1 ? `, and ${bad.length - 1} more` : "";
  return {
    reason: `after the change ${first.check} still says: ${first.what}${more}`,
    checks: bad.map(({ check }) => check),
  };
}

/**
 * What looks at the node after each group: checks of which no later group has a part. `repairs` are those of the plan.
 */
export function verifier(
  machine: Machine,
  findings: readonly Finding[],
  repairs: readonly Repair[],
  groups: readonly Group[],
): (group: Group) => Promise<Failure | undefined> {
  const blind = new Set(
    findings
      .filter(({ verdict }) => "unknowns" in verdict && (verdict.unknowns?.length ?? 0) > 0)
      .map(({ selected }) => selected.check.id),
  );
  const last = new Map<string, Group>();
  for (const group of groups) for (const check of group.checks) last.set(check, group);
  return async (group) => {
    const own = findings.map(({ selected }) => selected).filter(({ check }) => last.get(check.id) === group);
    if (own.length === 0) return undefined;
    return failureOf(await judgeAgain(machine, own), repairs, machine.act !== undefined, blind);
  };
}
