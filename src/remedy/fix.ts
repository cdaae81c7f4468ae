// A repair from the audit to the last look: plan, guards, approval, run; at most three rounds, because a repair can
// bring to light what another check then says.
import type { Who } from "../core/journal-event.js";
import type { Risk } from "../core/outcome.js";
import type { Group, Left, Plan } from "../core/plan.js";
import type { Audited } from "../engine/audit.js";
import { asker } from "../engine/gather.js";
import type { Host } from "../host/host.js";
import type { NodeWriter, Refused } from "../host/node-writer.js";
import { applyRun, type GroupOutcome, isRisky } from "./apply-run.js";
import { guardedPlan, guardGroup } from "./guards/index.js";
import { look, type Machine } from "./machine.js";
import { ownersOf } from "./owners.js";
import { makePlan, type Planned } from "./plan.js";
import { type PreparedGroup, prepare } from "./prepare.js";
import { type Runs, reactionOf } from "./reactions.js";
import { type Repair, repairsOf } from "./repair.js";
import type { State } from "./session.js";
import { type Ran, settleRun } from "./settle-run.js";
import { runningUnits } from "./shown.js";
import type { Switch } from "./switch.js";
import { verifier } from "./verify.js";

const roundLimit = 3;

/** A plan that every guard and the door for files allow. */
export interface Allowed {
  readonly plan: Plan;
  /** What it was made of. */
  readonly repairs: readonly Repair[];
  readonly prepared: readonly PreparedGroup[];
  /** Of `plan.left`: what a guard or the door refused or put off, not what was too risky to be asked for. */
  readonly guarded: readonly Left[];
}

export interface PlanningRequest {
  readonly host: Host;
  /** Undefined where nothing can be opened for changing: then its rules are not asked. */
  readonly writer: NodeWriter | undefined;
  readonly repairs: readonly Repair[];
  readonly maxRisk: Risk;
}

/** Plans until nobody objects; each round leaves at least one repair out. */
export async function planAllowed({ host, writer, repairs, maxRisk }: PlanningRequest): Promise<Allowed> {
  const blocked = new Map<string, string>();
  for (;;) {
    let planned: Planned = { plan: { groups: [], left: [] }, repairs: [] };
    const plan = await guardedPlan(host, async (without) => {
      const chosen = repairs.filter(({ check }) => !without.has(check));
      planned = await makePlan({ host, ask: asker(host), repairs: chosen, maxRisk, blocked });
      return planned.plan;
    });
    const ready =
      writer === undefined
        ? { groups: [], refused: [] }
        : await prepare(writer, plan.groups, await ownersOf(host));
    const fresh = ready.refused.filter(({ path }) => !blocked.has(path));
    if (fresh.length === 0) {
      const own = new Set(planned.plan.left);
      const reasons = new Set(blocked.values());
      const guarded = plan.left.filter((left) => !own.has(left) || reasons.has(left.because));
      return { plan, repairs: planned.repairs, prepared: ready.groups, guarded };
    }
    for (const { path, reason } of fresh) blocked.set(path, reason);
  }
}

export interface FixRequest {
  readonly machine: Machine;
  readonly state: State;
  readonly who: Who;
  readonly maxRisk: Risk;
  readonly audit: (host: Host) => Promise<Audited>;
  readonly newRun: () => string;
  /** The dead man's switch of a run; none under --root, where nobody can be shut out. */
  readonly arm?: () => Switch;
  /** What can shut people out or stop pods is a run of its own: it alone is put back where a first boot disproves it. */
  readonly apart?: boolean;
  /** Milliseconds since the epoch until which a minute of health confirms a run by itself; undefined: somebody does. */
  readonly proof?: () => number;
  /** What is left as it is whatever its repair would be; nothing where somebody is there. */
  readonly leave?: (check: string) => Left | undefined;
  /** Shows a plan and asks; false: nothing of it is made. */
  readonly approve: (plan: Plan, audited: Audited, host: Host) => Promise<boolean>;
}

export interface Fixed {
  readonly runs: readonly Ran[];
  /** What is left as it is, by the last plan and by what was rolled back or skipped. */
  readonly left: readonly Left[];
  readonly guarded: readonly Left[];
  /** Before anything changed, and after. */
  readonly before: Audited;
  readonly after: Audited;
  /** Why the last run could not even begin. */
  readonly refused: Refused | undefined;
  readonly declined: boolean;
}

/** A group that failed once is not tried again in the same run, nor what is to blame for it. */
function failed({ applied }: GroupOutcome): readonly Left[] {
  if (applied.state === "done") return [];
  const because =
    applied.state === "skipped" ? `not changed: ${applied.reason}` : `put back: ${applied.reason}`;
  return applied.checks.map((check) => ({ check, answer: "defer", because, first: "" }));
}

class Fixing {
  readonly runs: Ran[] = [];
  readonly failures: Left[] = [];
  private allowed: Allowed | undefined;
  private leftAlone: readonly Left[] = [];

  constructor(private readonly request: FixRequest) {}

  /** `again` where another round may have something to do. */
  async round(host: Host, audited: Audited): Promise<"again" | "waits" | "over" | "declined" | Refused> {
    const { machine, maxRisk, approve, leave } = this.request;
    const out = new Set(this.failures.map(({ check }) => check));
    const wanted = repairsOf(audited.findings).filter(({ check }) => !out.has(check));
    const alone = [...new Set(wanted.map(({ check }) => check))].flatMap((check) => leave?.(check) ?? []);
    if (this.runs.length === 0) this.leftAlone = alone;
    const repairs = wanted.filter(({ check }) => !this.leftAlone.some((left) => left.check === check));
    this.allowed = await planAllowed({ host, writer: machine.writer, repairs, maxRisk });
    const { plan } = this.allowed;
    if (plan.groups.length === 0) return "over";
    if (!(await approve(plan, audited, host))) return "declined";
    const runs = machine.act === undefined ? () => false : await runningUnits(host);
    let changed = false;
    const parts = this.runsOf(plan);
    // A check whose repair is in both runs is asked after the second.
    const verify = verifier(machine, audited.findings, this.allowed.repairs, parts.flat());
    for (const groups of parts) {
      const made = await this.make(groups, this.allowed, verify, runs);
      if (made === "waits" || typeof made === "object") return made;
      changed ||= made;
    }
    return changed ? "again" : "over";
  }

  private runsOf({ groups }: Plan): readonly (readonly Group[])[] {
    if (this.request.apart !== true) return [groups];
    const parts = [groups.filter((group) => !isRisky(group)), groups.filter(isRisky)];
    return parts.filter((part) => part.length > 0);
  }

  /** One run; true where another round may have something to do. */
  private async make(
    groups: readonly Group[],
    { prepared }: Allowed,
    verify: ReturnType<typeof verifier>,
    runs: Runs,
  ): Promise<boolean | "waits" | Refused> {
    const { machine, state, arm, proof } = this.request;
    const names = new Set(groups.map(({ name }) => name));
    const outcome = await applyRun(machine, state, groups, {
      run: this.request.newRun(),
      kind: "fix",
      of: null,
      who: this.request.who,
      prepared: prepared.filter(({ group }) => names.has(group.name)),
      reaction: (group) => reactionOf(group, runs),
      verify,
      before: async (group) => {
        const [objection] = await look(machine, (now) => guardGroup(now, group));
        return objection === undefined ? undefined : `${objection.check}: ${objection.because}`;
      },
      ...(arm === undefined ? {} : { switch: arm() }),
    });
    if (outcome.state !== "ran") return outcome;
    const settled = await settleRun(machine, state, outcome, proof);
    this.runs.push(settled);
    if (settled.waitsUntil !== null) return "waits";
    this.failures.push(...settled.groups.flatMap(failed));
    return (
      settled.groups.some(({ applied }) => applied.state === "rolled-back") || settled.result !== "nothing"
    );
  }

  get left(): { readonly left: readonly Left[]; readonly guarded: readonly Left[] } {
    return {
      left: [...this.leftAlone, ...(this.allowed?.plan.left ?? []), ...this.failures],
      guarded: [...this.leftAlone, ...(this.allowed?.guarded ?? [])],
    };
  }
}

export async function fix(request: FixRequest): Promise<Fixed> {
  const fixing = new Fixing(request);
  let before: Audited | undefined;
  let refusals = 0;
  let waits = false;
  for (let round = 1; ; round++) {
    const { audited, next } = await look(request.machine, async (host) => {
      const audited = await request.audit(host);
      const next = waits || round > roundLimit ? "over" : await fixing.round(host, audited);
      return { audited, next };
    });
    before ??= audited;
    // A file that was changed while somebody thought about the plan is planned for anew, once.
    // Nothing more is changed while a run waits; what it came to is told all the same.
    waits = next === "waits";
    if (waits || next === "again" || (typeof next === "object" && ++refusals < 2)) continue;
    const refused = typeof next === "object" ? next : undefined;
    const { runs } = fixing;
    return { runs, ...fixing.left, before, after: audited, refused, declined: next === "declined" };
  }
}
