// One group of changes, whole or not at all: staged, judged, put in place, taken up, looked at again; else put back.
import type { GroupRecord, JournalEvent, LiveUndo, Unrestored } from "../core/journal-event.js";
import type { Group, LiveChange } from "../core/plan.js";
import { printable } from "../core/printable.js";
import { asker } from "../engine/gather.js";
import type { Done, StateFiles } from "../host/node-writer.js";
import type { Journal } from "../state/journal.js";
import { call, callAll, Judges, takeBack, tryCall } from "./call.js";
import { groupChange } from "./change-files.js";
import { componentOf, componentStarts, illness, waitForRestart, waitUntilWell } from "./health.js";
import { undoOf } from "./live-undo.js";
import { look, type Machine } from "./machine.js";
import type { PreparedFile, PreparedGroup } from "./prepare.js";
import { comeBack } from "./react-again.js";
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

export class GroupRun {
  private readonly undo: LiveUndo[] = [];
  private readonly judges: Judges;
  /** What worked before the change. */
  private proofs: readonly Call[] = [];
  /** Why a directory could not be let go of: then what is in it may not be on the disk. */
  private closed: string | undefined;
  /** A file could not be put back: the run stays open in the journal, and the next start tries again. */
  stuck = false;

  constructor(
    private readonly session: Session,
    private readonly job: Job,
  ) {
    this.judges = new Judges(session.machine);
  }

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
    const { machine, run } = this.session;
    const { reaction, group } = this.job;
    const before = (await this.judges.askAll(reaction.validate)) ?? (await illness(reaction.health, machine));
    if (before !== undefined) return this.skip(`it is wrong already: ${before}`);
    for (const proof of reaction.proofs)
      if ((await tryCall(machine, proof)).state === "ok") this.proofs = [...this.proofs, proof];
    const failure = (await this.changeFiles()) ?? (await this.takeUp());
    const reason =
      failure?.reason ?? this.closed ?? this.append({ event: "group-done", run, group: group.name });
    if (reason === undefined) return { state: "done" };
    return await this.rollBack(failure ?? { reason, checks: group.checks });
  }

  private failure(reason: string | undefined): Failure | undefined {
    return reason === undefined ? undefined : { reason, checks: this.job.group.checks };
  }

  /** All files together, or each by itself with its service well in between. */
  private async changeFiles(): Promise<Failure | undefined> {
    const { prepared, reaction } = this.job;
    if (!reaction.oneByOne) return await this.changeSome(prepared.files);
    for (const file of prepared.files) {
      const component = componentOf(file.record.realPath);
      const before = await componentStarts(component, this.session.machine);
      const failure =
        (await this.changeSome([file])) ??
        this.failure(await waitForRestart(component, before, this.session.machine)) ??
        this.failure(await waitUntilWell(reaction.health, this.session.machine));
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  private async changeSome(files: readonly PreparedFile[]): Promise<Failure | undefined> {
    const { machine, journal, run } = this.session;
    const change = groupChange(machine.writer, journal, run, { ...this.job.prepared, files });
    try {
      return (
        this.failure(reasonOf(change.stage())) ??
        this.judgeTexts(files) ??
        (await this.judgeStaged(change.staged)) ??
        this.failure(reasonOf(change.commit())) ??
        this.failure(await this.judges.askAll(this.job.reaction.validate)) ??
        this.failure(await this.proveAgain()) ??
        this.failure(reasonOf(change.settle()))
      );
    } finally {
      this.closed ??= reasonOf(change.close());
    }
  }

  private async proveAgain(): Promise<string | undefined> {
    for (const proof of this.proofs) {
      const called = await tryCall(this.session.machine, proof);
      if (called.state !== "ok") return `worked before the change: ${called.reason}`;
    }
    return undefined;
  }

  /** Units as they are now before they are spoken of; then everything up to the second look. */
  private async takeUp(): Promise<Failure | undefined> {
    const { machine } = this.session;
    const { react, health, effects } = this.job.reaction;
    const first = react.filter(({ action }) => action === "reload-systemd");
    const rest = react.filter(({ action }) => action !== "reload-systemd");
    return (
      this.failure(await callAll(machine, first)) ??
      (await this.changeLive()) ??
      this.failure(await callAll(machine, rest)) ??
      this.failure(await waitUntilWell([...health, ...effects], machine)) ??
      (await this.job.verify())
    );
  }

  private judgeTexts(files: readonly PreparedFile[]): Failure | undefined {
    for (const { record, bytes } of files) {
      const reason =
        bytes === undefined ? undefined : this.job.reaction.readable(record.path, bytes.toString("utf8"));
      if (reason !== undefined) return { reason, checks: record.checks };
    }
    return undefined;
  }

  private async judgeStaged(staged: ReadonlyMap<string, string>): Promise<Failure | undefined> {
    for (const [path, stagedAs] of staged) {
      const judge = this.job.reaction.staged(path, stagedAs);
      const reason = judge === undefined ? undefined : await this.judges.ask(judge);
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
    const ill = await comeBack(machine, this.job.reaction);
    return [...live, ...ill.map((reason) => ({ path: this.job.group.name, reason }))];
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
