// From repairs to a plan: steps merged per file, put into groups, ordered, with their diffs. Reads the node, changes nothing.
import type { Risk } from "../core/outcome.js";
import {
  type FileChange,
  type Group,
  type GroupName,
  groupNames,
  type Left,
  type LiveChange,
  type Plan,
} from "../core/plan.js";
import type { Step } from "../core/step.js";
import { accounts } from "../facts/accounts.js";
import type { Ask } from "../facts/source.js";
import type { Host } from "../host/host.js";
import { fileChange, type Owners } from "./file-change.js";
import { groupOfAction, groupOfFile } from "./group-of.js";
import { type Asked, type FileStep, merge } from "./merge.js";
import { locate, type Placed } from "./place.js";
import { exceeds, highest, type Repair } from "./repair.js";

export interface PlanRequest {
  readonly host: Host;
  readonly ask: Ask;
  readonly repairs: readonly Repair[];
  /** Repairs of a higher risk are left for later. */
  readonly maxRisk: Risk;
}

/** A file with the directories that it needs. */
interface Unit {
  readonly group: GroupName;
  readonly changes: readonly FileChange[];
}

interface Draft {
  readonly files: readonly Unit[];
  readonly live: readonly LiveChange[];
  readonly refused: readonly Left[];
}

function tooRisky({ check, risk }: Repair, limit: Risk): Left {
  return {
    check,
    answer: "defer",
    because: `its repair has the risk ${risk}, and no more than ${limit} was asked for`,
    first: `nodeward audit --fix --only ${check} --max-risk ${risk}`,
  };
}

function isFileStep(step: Step): step is FileStep {
  return step.kind !== "action";
}

function liveKey({ action, args }: Pick<LiveChange, "action" | "args">): string {
  return JSON.stringify([action, ...args]);
}

/** Equal actions once, in the order in which they were first asked for. */
function collectLive(changes: readonly LiveChange[]): readonly LiveChange[] {
  const found = new Map<string, LiveChange>();
  for (const change of changes) {
    const key = liveKey(change);
    const before = found.get(key);
    const checks = [...new Set([...(before?.checks ?? []), ...change.checks])];
    found.set(key, { action: change.action, args: change.args, checks });
  }
  return [...found.values()];
}

/** A socket's attributes live in the running system alone. */
function socketChanges(
  socket: Placed & { readonly state: "socket" },
  { check, step }: Asked,
): readonly LiveChange[] {
  if (step.kind !== "chmod") return [];
  const mode = step.mode.toString(8).padStart(4, "0");
  return [
    ...(socket.mode === step.mode
      ? []
      : [{ action: "set-socket-mode" as const, args: [socket.path, mode], checks: [check] }]),
    ...(socket.owner === step.owner
      ? []
      : [{ action: "set-socket-owner" as const, args: [socket.path, step.owner], checks: [check] }]),
  ];
}

class Drafting {
  private readonly targets = new Map<string, { placed: Placed & { readonly state: "ok" }; asked: Asked[] }>();
  private readonly live: LiveChange[] = [];
  private readonly refused: Left[] = [];

  constructor(
    private readonly host: Host,
    private readonly owners: Owners,
  ) {}

  async take({ check, steps }: Repair): Promise<void> {
    for (const step of steps) {
      if (isFileStep(step)) await this.takeFile({ check, step });
      else if (this.host.live) this.live.push({ action: step.action, args: step.args, checks: [check] });
    }
    if (!this.host.live && steps.every(({ kind }) => kind === "action"))
      this.refuse([check], "it is a change of a running system, and this one is only looked at as files", "");
  }

  async finish(): Promise<Draft> {
    const files = [...this.targets.values()].map(({ placed, asked }) => this.change(placed, asked));
    return { files, live: collectLive(this.live), refused: this.refused };
  }

  private refuse(checks: readonly string[], because: string, first: string): void {
    for (const check of checks)
      this.refused.push({ check, answer: first === "" ? "refuse" : "defer", because, first });
  }

  private async takeFile(asked: Asked): Promise<void> {
    const { step, check } = asked;
    const itself = step.kind === "symlink" || step.kind === "remove";
    const placed = await locate(this.host, step.file, {
      itself,
      text: step.kind === "edit" || step.kind === "write",
    });
    if (placed.state === "impossible") this.refuse([check], placed.reason, "");
    else if (placed.state === "socket") {
      if (this.host.live) this.live.push(...socketChanges(placed, asked));
    } else {
      const before = this.targets.get(placed.place.path);
      // Of several ways to one file the one that has its text tells more.
      const better = before?.placed.place.read === undefined ? placed : before.placed;
      this.targets.set(placed.place.path, { placed: better, asked: [...(before?.asked ?? []), asked] });
    }
  }

  private change({ place }: Placed & { readonly state: "ok" }, asked: readonly Asked[]): Unit {
    const { path, image, read } = place;
    const checks = [...new Set(asked.map(({ check }) => check))];
    const present = {
      text: read?.text,
      encoding: read?.encoding ?? "utf8",
      isThere: image.state !== "absent",
    };
    const merged = merge(path, asked, present);
    if (merged.state === "conflict") {
      this.refuse(
        merged.checks,
        merged.reason,
        "give one of them other parameters, or leave one out with --skip",
      );
      return { group: "other", changes: [] };
    }
    const made = fileChange(place, merged.wanted, checks, this.owners);
    if (made.state === "impossible") this.refuse(checks, made.reason, "");
    return {
      group: groupOfFile(path, checks, merged.wanted.state === "attributes"),
      changes: made.state === "ok" ? made.changes : [],
    };
  }
}

async function draft(request: PlanRequest, repairs: readonly Repair[]): Promise<Draft> {
  const people = await request.ask(accounts);
  const known = people.state === "known" ? people.value : undefined;
  const drafting = new Drafting(request.host, {
    uid: (name) => known?.user(name)?.uid,
    gid: (name) => known?.group(name)?.gid,
  });
  for (const repair of repairs) await drafting.take(repair);
  return await drafting.finish();
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

/**
 * Merges repairs into a plan. A check of which one step cannot be made, or contradicts another check's, is left out
 * whole: half a repair is none.
 */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { repairs, maxRisk } = request;
  const left: Left[] = [];
  let chosen = repairs.filter(({ risk }) => !exceeds(risk, maxRisk));
  const risky = new Map(
    repairs.filter(({ risk }) => exceeds(risk, maxRisk)).map((repair) => [repair.check, repair] as const),
  );
  left.push(...[...risky.values()].map((repair) => tooRisky(repair, maxRisk)));
  for (;;) {
    const made = await draft(request, chosen);
    if (made.refused.length === 0) {
      const riskOf = (check: string) => chosen.find((repair) => repair.check === check)?.risk ?? "none";
      return { groups: inGroups(made, riskOf), left };
    }
    const out = new Set(made.refused.map(({ check }) => check));
    left.push(...[...out].flatMap((check) => made.refused.find((one) => one.check === check) ?? []));
    chosen = chosen.filter(({ check }) => !out.has(check));
  }
}
