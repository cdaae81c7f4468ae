// A run: its intent on the disk, its groups one after the other, its end in the journal. What the groups are made of is
// the caller's (a repair, or the undoing of one).
import type { GroupRecord, RunKind, RunResult, Unrestored, Who } from "../core/journal-event.js";
import type { Group } from "../core/plan.js";
import type { Refused } from "../host/node-writer.js";
import { type Applied, type Failure, GroupRun, thrownReason } from "./apply-group.js";
import type { Machine } from "./machine.js";
import type { PreparedGroup } from "./prepare.js";
import type { Reaction } from "./reactions.js";
import { saveOriginals } from "./save-originals.js";
import type { State } from "./session.js";
import type { Switch } from "./switch.js";

export interface RunRequest {
  readonly run: string;
  readonly kind: RunKind;
  /** The run that is undone. */
  readonly of: string | null;
  readonly who: Who;
  readonly prepared: readonly PreparedGroup[];
  readonly reaction: (group: Group) => Reaction;
  readonly verify: (group: Group) => Promise<Failure | undefined>;
  /** Called right before a group; a sentence says why it must not be made. */
  readonly before: (group: Group) => Promise<string | undefined>;
  /** Puts back what can shut people out or stop pods, unless somebody confirms it; none where nobody needs to. */
  readonly switch?: Switch;
}

export interface GroupOutcome {
  readonly group: Group;
  readonly applied: Applied;
}

export type RunOutcome =
  | {
      readonly state: "ran";
      readonly run: string;
      readonly result: RunResult;
      readonly groups: readonly GroupOutcome[];
      /** Until when it waits to be confirmed; else it is put back. Null where it does not wait. */
      readonly waitsUntil: string | null;
    }
  /** Nothing was changed. */
  | Refused;

export function unrestoredOf(groups: readonly GroupOutcome[]): readonly Unrestored[] {
  return groups.flatMap(({ applied }) => (applied.state === "rolled-back" ? applied.unrestored : []));
}

function resultOf(groups: readonly GroupOutcome[]): RunResult {
  const done = groups.filter(({ applied }) => applied.state === "done").length;
  if (done === groups.length) return done === 0 ? "nothing" : "done";
  if (done > 0) return "partly";
  return groups.some(({ applied }) => applied.state === "rolled-back") ? "rolled-back" : "nothing";
}

function summaryOf(groups: readonly GroupOutcome[]): string {
  const names = (state: Applied["state"]) =>
    groups.filter(({ applied }) => applied.state === state).map(({ group }) => group.name);
  const parts = [
    ["done", names("done")],
    ["skipped", names("skipped")],
    ["rolled back", names("rolled-back")],
  ] as const;
  return parts
    .filter(([, list]) => list.length > 0)
    .map(([word, list]) => `${word}: ${list.join(", ")}`)
    .join("; ");
}

/** The group with what is really changed in place of what was planned. */
function groupOf({ group }: PreparedGroup, planned: readonly Group[]): Group {
  return planned.find(({ name }) => name === group.name) ?? { ...group, files: [] };
}

/** Can it shut people out, or stop pods? */
export function isRisky({ risk }: Pick<Group, "risk">): boolean {
  return risk === "lockout" || risk === "workload";
}

class Run {
  private readonly groups: GroupOutcome[] = [];
  private readonly made: GroupRun[] = [];
  private armed = false;

  constructor(
    private readonly machine: Machine,
    private readonly state: State,
    private readonly request: RunRequest,
  ) {}

  private skip(group: Group, reason: string): void {
    const { run } = this.request;
    this.state.journal.append({ event: "group-skipped", run, group: group.name, reason });
    this.groups.push({ group, applied: { state: "skipped", reason, checks: group.checks } });
  }

  /** Why the group must not be made; before a risky one the switch stands. */
  private async objection(group: Group): Promise<string | undefined> {
    const refused = await this.request.before(group);
    if (refused !== undefined || this.armed || !isRisky(group)) return refused;
    const reason = await this.request.switch?.arm(this.request.run);
    this.armed = reason === undefined && this.request.switch !== undefined;
    return reason;
  }

  async make(group: Group, prepared: PreparedGroup, record: GroupRecord): Promise<void> {
    const { machine, state, request } = this;
    machine.say(group.name);
    const refused = await this.objection(group).catch(thrownReason);
    if (refused !== undefined) {
      this.skip(group, refused);
      return;
    }
    const job = {
      group,
      prepared,
      record,
      reaction: request.reaction(group),
      verify: () => request.verify(group),
    };
    const session = { machine, files: state.files, journal: state.journal, run: request.run };
    const groupRun = new GroupRun(session, job);
    this.made.push(groupRun);
    this.groups.push({ group, applied: await groupRun.apply() });
  }

  /** A run that waits has no end yet: it is written when it is confirmed or put back. */
  async finish(): Promise<RunOutcome & { readonly state: "ran" }> {
    const { request, groups, state } = this;
    const { run } = request;
    const result = resultOf(groups);
    const ran = { state: "ran", run, result, groups, waitsUntil: null } as const;
    // What could not be put back is tried again at the next start: only a run without an end is.
    const stuck = this.made.some((one) => one.stuck);
    const risky = groups.some(({ group, applied }) => isRisky(group) && applied.state === "done");
    if (this.armed && risky && !stuck)
      return { ...ran, waitsUntil: (await request.switch?.hold(run)) ?? null };
    if (stuck) {
      // What could not be put back may be what lets people in: the switch tries again, and so does the next boot.
      await request.switch?.leave();
      return ran;
    }
    if (this.armed) await request.switch?.disarm();
    const ended = state.journal.append({ event: "end", run, result, summary: summaryOf(groups) });
    if (ended.state === "ok") return ran;
    return { ...ran, result: "rolled-back", groups: await takeAllBack(this.made, groups, ended) };
  }
}

/** Without its end in the journal the next start would put the run back: it is done now, while it can be said. */
async function takeAllBack(
  made: readonly GroupRun[],
  groups: readonly GroupOutcome[],
  { path, reason }: Refused,
): Promise<readonly GroupOutcome[]> {
  const back = new Map<Group, Applied>();
  for (const groupRun of [...made].reverse())
    back.set(groupRun.group, await groupRun.rollBack({ reason, checks: groupRun.group.checks }));
  return groups.map(({ group, applied }) => {
    const now = applied.state === "done" ? (back.get(group) ?? applied) : applied;
    const unwritten = { path, reason };
    return {
      group,
      applied: now.state === "rolled-back" ? { ...now, unrestored: [...now.unrestored, unwritten] } : now,
    };
  });
}

/** Half a run is for the next start to put right: a signal waits until this one has its end. */
export async function applyRun(
  machine: Machine,
  state: State,
  planned: readonly Group[],
  request: RunRequest,
): Promise<RunOutcome> {
  const work = () => applyNow(machine, state, planned, request);
  return await (machine.uninterrupted?.(work) ?? work());
}

async function applyNow(
  machine: Machine,
  state: State,
  planned: readonly Group[],
  request: RunRequest,
): Promise<RunOutcome> {
  const { run, kind, of, who } = request;
  const saved = saveOriginals(machine.writer, state.files, run, request.prepared);
  if (saved.state !== "ok") return saved;
  const begun = state.journal.append({ event: "begin", run, kind, of, who, groups: saved.records });
  if (begun.state !== "ok") return begun;
  const made = new Run(machine, state, request);
  for (const [index, prepared] of saved.groups.entries()) {
    const record = saved.records[index];
    if (record !== undefined) await made.make(groupOf(prepared, planned), prepared, record);
  }
  return await made.finish();
}
