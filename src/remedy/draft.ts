// The changes that repairs ask for, merged per file and per action; repairs that cannot be made are named. Reads the node,
// changes nothing.
import type { FileChange, GroupName, Left, LiveChange } from "../core/plan.js";
import type { Step } from "../core/step.js";
import type { Host } from "../host/host.js";
import { fileChange, type Owners } from "./file-change.js";
import { groupOfFile } from "./group-of.js";
import { type Asked, type FileStep, merge } from "./merge.js";
import { locate, type Placed } from "./place.js";
import type { Repair } from "./repair.js";

/** A file with the directories that it needs. */
export interface Unit {
  readonly group: GroupName;
  readonly changes: readonly FileChange[];
}

export interface Draft {
  readonly files: readonly Unit[];
  readonly live: readonly LiveChange[];
  /** Repairs that cannot be made, and why. */
  readonly refused: ReadonlyMap<Repair, Left>;
}

/** Paths that must not be changed, and why. */
export type Blocked = ReadonlyMap<string, string>;

/** A step, and the repair that it is part of. */
interface Wish extends Asked {
  readonly repair: Repair;
}

interface Target {
  readonly placed: Placed & { readonly state: "ok" };
  readonly wishes: readonly Wish[];
}

export function isFileStep(step: Step): step is FileStep {
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

export class Drafting {
  private readonly targets = new Map<string, Target>();
  private readonly live: LiveChange[] = [];
  private readonly refused = new Map<Repair, Left>();

  constructor(
    private readonly host: Host,
    private readonly owners: Owners,
    private readonly blocked: Blocked,
  ) {}

  async take(repair: Repair): Promise<void> {
    const { check, steps } = repair;
    for (const step of steps) {
      if (isFileStep(step)) await this.takeFile({ repair, check, step });
      else if (this.host.live) this.live.push({ action: step.action, args: step.args, checks: [check] });
    }
  }

  finish(): Draft {
    const files = [...this.targets.values()].map((target) => this.change(target));
    return { files, live: collectLive(this.live), refused: this.refused };
  }

  private refuse(wishes: readonly Wish[], because: string, first = ""): void {
    const answer = first === "" ? "refuse" : "defer";
    for (const { repair, check } of wishes)
      if (!this.refused.has(repair)) this.refused.set(repair, { check, answer, because, first });
  }

  private blockedBy(path: string): string | undefined {
    const found = [...this.blocked].find(([bad]) => path === bad || path.startsWith(`${bad}/`));
    return found?.[1];
  }

  private async takeFile(wish: Wish): Promise<void> {
    const { step } = wish;
    const itself = step.kind === "symlink" || step.kind === "remove";
    const text = step.kind === "edit" || step.kind === "write";
    const placed = await locate(this.host, step.file, { itself, text });
    if (placed.state === "impossible") this.refuse([wish], placed.reason);
    else if (placed.state === "socket") {
      if (this.host.live) this.live.push(...socketChanges(placed, wish));
    } else {
      const { path } = placed.place;
      const reason = this.blockedBy(path);
      if (reason !== undefined) this.refuse([wish], reason);
      const before = this.targets.get(path);
      // Of several ways to one file the one that has its text tells more.
      const better = before?.placed.place.read === undefined ? placed : before.placed;
      this.targets.set(path, { placed: better, wishes: [...(before?.wishes ?? []), wish] });
    }
  }

  private change({ placed: { place }, wishes }: Target): Unit {
    const { path, image, read } = place;
    const checks = [...new Set(wishes.map(({ check }) => check))];
    const merged = merge(path, wishes, {
      text: read?.text,
      encoding: read?.encoding ?? "utf8",
      isThere: image.state !== "absent",
    });
    if (merged.state === "conflict") {
      const both = wishes.filter(({ check }) => merged.checks.includes(check));
      this.refuse(both, merged.reason, "give one of them other parameters, or leave one out with --skip");
      return { group: "other", changes: [] };
    }
    const made = fileChange(place, merged.wanted, checks, this.owners);
    if (made.state === "impossible") this.refuse(wishes, made.reason);
    return {
      group: groupOfFile(path, checks, merged.wanted.state === "attributes"),
      changes: made.state === "ok" ? made.changes : [],
    };
  }
}
