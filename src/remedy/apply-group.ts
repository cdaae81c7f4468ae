// One group of changes, whole or not at all: staged, judged, put in place, taken up, looked at again; else put back.
import type { GroupRecord, JournalEvent, LiveUndo, Unrestored } from "../core/journal-event.js";
import type { Group, LiveChange } from "../core/plan.js";
import { printable } from "../core/printable.js";
import { asker } from "../engine/gather.js";
import { commandOf } from "../host/actions.js";
import type { RunResult } from "../host/host.js";
import type { Done, StateFiles } from "../host/node-writer.js";
import type { Journal } from "../state/journal.js";
import { type GroupChange, groupChange } from "./change-files.js";
import { illness, waitUntilWell } from "./health.js";
import { isUndoable, undoOf } from "./live-undo.js";
import { look, type Machine } from "./machine.js";
import type { PreparedGroup } from "./prepare.js";
import type { Call, Reaction } from "./reactions.js";
import { restoreFiles } from "./restore-files.js";

export interface Session {
  readonly machine: Machine;
  readonly files: StateFiles;
  readonly journal: Journal;
  readonly run: string;
}

/** A group as it is to be applied. */
export interface Job {
  readonly group: Group;
  readonly prepared: PreparedGroup;
  readonly record: GroupRecord;
  readonly reaction: Reaction;
  /** Looks at the node after the change; a sentence for what is not as it should be, with the checks it concerns. */
  readonly verify: () => Promise<Failure | undefined>;
}

export interface Failure {
  readonly reason: string;
  /** The checks whose repair is to blame; all of the group where that cannot be told. */
  readonly checks: readonly string[];
}

export type Applied =
  | { readonly state: "done" }
  /** Not begun: it could not have been told from what is wrong already, or somebody changed a file meanwhile. */
  | ({ readonly state: "skipped" } & Failure)
  | ({ readonly state: "rolled-back"; readonly unrestored: readonly Unrestored[] } & Failure);

/** What a program said when it refused, in one line. */
function said(result: RunResult & { readonly state: "ok" }): string {
  const text = `${result.stderr}\n${result.stdout}`.trim();
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return printable(lines.slice(0, 3).join("; "), 300) || `it ended with ${result.code}`;
}

/** Undefined when it worked; nothing is called where nothing runs. */
async function call({ act }: Machine, { action, args }: Call): Promise<string | undefined> {
  if (act === undefined) return undefined;
  const result = await act(action, ...args);
  const command = commandOf(action, args);
  // A validator that is not installed judges nothing.
  if (result.state === "absent")
    return action.startsWith("check-") ? undefined : `${command}: ${result.reason}`;
  if (result.state === "failed") return `${command}: ${result.reason}`;
  return result.code === 0 ? undefined : `${command}: ${said(result)}`;
}

/** The first thing that did not work. */
export async function callAll(machine: Machine, calls: readonly Call[]): Promise<string | undefined> {
  for (const one of calls) {
    const reason = await call(machine, one);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Takes a change of the running system back, where it is not so already. */
export async function takeBack(machine: Machine, { action, args }: LiveUndo): Promise<string | undefined> {
  if (!isUndoable(action)) return "is no action of this version";
  const change = { action, args, checks: [] };
  const now = await look(machine, (host) => undoOf(change, { host, ask: asker(host) }));
  return now.state === "same" ? undefined : await call(machine, { action, args });
}

export class GroupRun {
  private readonly undo: LiveUndo[] = [];
  private closed: string | undefined;
  /** A file could not be put back: the run stays open in the journal, and the next start tries again. */
  stuck = false;

  constructor(
    private readonly session: Session,
    private readonly job: Job,
  ) {}

  get group(): Group {
    return this.job.group;
  }

  /** What is thrown on the way, by a machine that cannot even be looked at any more, puts the group back too. */
  async apply(): Promise<Applied> {
    try {
      return await this.applyNow();
    } catch (error) {
      return await this.rollBack({ reason: thrownReason(error), checks: this.job.group.checks });
    }
  }

  private async applyNow(): Promise<Applied> {
    const { reaction } = this.job;
    const before =
      (await callAll(this.session.machine, reaction.validate)) ??
      (await illness(reaction.health, this.session.machine));
    if (before !== undefined) return this.skip(`it is wrong already: ${before}`);
    const { machine, journal, run } = this.session;
    const change = groupChange(machine.writer, journal, run, this.job.prepared);
    const failure = await this.carryOut(change).finally(() => {
      this.closed = reasonOf(change.close());
    });
    const reason =
      failure?.reason ?? this.closed ?? this.append({ event: "group-done", run, group: this.job.group.name });
    if (reason === undefined) return { state: "done" };
    return await this.rollBack(failure ?? { reason, checks: this.job.group.checks });
  }

  /** Everything up to the second look. */
  private async carryOut(change: GroupChange): Promise<Failure | undefined> {
    const { reaction } = this.job;
    const [first, rest] = [
      reaction.react.filter(({ action }) => action === "reload-systemd"),
      reaction.react.filter(({ action }) => action !== "reload-systemd"),
    ];
    const steps: readonly (() => Promise<string | Failure | undefined>)[] = [
      async () => reasonOf(change.stage()),
      () => this.judgeStaged(change.staged),
      async () => reasonOf(change.commit()),
      () => callAll(this.session.machine, reaction.validate),
      () => callAll(this.session.machine, first),
      () => this.changeLive(),
      () => callAll(this.session.machine, rest),
      () => waitUntilWell(reaction.health, this.session.machine),
    ];
    for (const step of steps) {
      const failure = await step();
      if (typeof failure === "string") return { reason: failure, checks: this.job.group.checks };
      if (failure !== undefined) return failure;
    }
    return await this.job.verify();
  }

  private async judgeStaged(staged: ReadonlyMap<string, string>): Promise<Failure | undefined> {
    for (const [path, stagedAs] of staged) {
      const judge = this.job.reaction.staged(path, stagedAs);
      const reason = judge === undefined ? undefined : await call(this.session.machine, judge);
      const record = this.job.record.files.find(({ realPath }) => realPath === path);
      if (reason !== undefined)
        return { reason: `${path}: ${reason}`, checks: record?.checks ?? this.job.group.checks };
    }
    return undefined;
  }

  private async changeLive(): Promise<Failure | undefined> {
    for (const change of this.job.group.live) {
      const reason = await this.changeOne(change);
      // The others of the group can be tried again without it.
      if (reason !== undefined) return { reason, checks: change.checks };
    }
    return undefined;
  }

  private async changeOne(change: LiveChange): Promise<string | undefined> {
    const { machine, run } = this.session;
    const found = await look(machine, (host) => undoOf(change, { host, ask: asker(host) }));
    if (found.state === "unknown") return found.reason;
    if (found.state === "same") return undefined;
    const { undo } = found;
    // On the disk before it is done: whoever recovers knows how to take it back.
    const written = this.append({ event: "live", run, group: this.job.group.name, change, undo });
    if (written !== undefined) return written;
    this.undo.push(...[...undo].reverse());
    return await call(this.session.machine, change);
  }

  /** Files first: what is put back live reads them. */
  async rollBack(failure: Failure): Promise<Applied> {
    const { machine, files, run } = this.session;
    const back = restoreFiles(machine.writer, files, this.job.record.files);
    this.stuck = back.failed.length > 0;
    const live = await this.rollBackLive(back.restored.length > 0).catch((error: unknown) => [
      { path: this.job.group.name, reason: thrownReason(error) },
    ]);
    const group = this.job.group.name;
    this.append({ event: "group-rolled-back", run, group, reason: failure.reason });
    return { state: "rolled-back", ...failure, unrestored: [...back.left, ...back.failed, ...live] };
  }

  /** What could not be taken back, and who did not come up again. */
  private async rollBackLive(filesToo: boolean): Promise<readonly Unrestored[]> {
    const { machine } = this.session;
    const live: Unrestored[] = [];
    for (const { action, args } of [...this.undo].reverse()) {
      const reason = await takeBack(machine, { action, args });
      if (reason !== undefined) live.push({ path: [action, ...args].join(" "), reason });
    }
    if (!filesToo && this.undo.length === 0) return live;
    const { react, validate, health } = this.job.reaction;
    const after = (await callAll(machine, [...validate, ...react])) ?? (await waitUntilWell(health, machine));
    return after === undefined ? live : [...live, { path: this.job.group.name, reason: after }];
  }

  private skip(reason: string): Applied {
    const { group } = this.job;
    this.append({ event: "group-skipped", run: this.session.run, group: group.name, reason });
    return { state: "skipped", reason, checks: group.checks };
  }

  private append(event: JournalEvent): string | undefined {
    return reasonOf(this.session.journal.append(event));
  }
}

function reasonOf(done: Done): string | undefined {
  return done.state === "ok" ? undefined : done.reason;
}

/** Why nothing could be looked at. */
export function thrownReason(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}
