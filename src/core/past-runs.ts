// The runs that the journal tells of: who, when, what, and what became of it. Reads lines, decides nothing.
import type { GroupRecord, JournalEvent, JournalLine, RunKind, Who } from "./journal-event.js";
import type { GroupName } from "./plan.js";

type LiveEvent = JournalEvent & { readonly event: "live" };

export interface PastGroup {
  readonly record: GroupRecord;
  /** `open`: begun, and nothing more is written. */
  readonly state: "done" | "skipped" | "rolled-back" | "open";
  readonly reason: string;
  /** What was changed in the running system, in the order in which it was. */
  readonly live: readonly LiveEvent[];
}

export interface PastRun {
  readonly run: string;
  readonly kind: RunKind;
  readonly of: string | null;
  readonly who: Who;
  /** RFC 3339. */
  readonly began: string;
  /** Null for a run that was cut off, or waits to be confirmed. */
  readonly ended: string | null;
  readonly result: string;
  readonly summary: string;
  readonly groups: readonly PastGroup[];
  /** Until when it waits to be confirmed; null where it does not. */
  readonly waitsUntil: string | null;
  /** The run that took it back. */
  readonly undoneBy: string | null;
  /** Its originals are gone. */
  readonly freed: boolean;
}

function changed(run: PastRun, name: GroupName, change: Partial<PastGroup>): PastRun {
  const groups = run.groups.map((group) => (group.record.name === name ? { ...group, ...change } : group));
  return { ...run, groups };
}

/** The run after one more event of it. */
function after(run: PastRun, event: JournalEvent, time: string): PastRun {
  switch (event.event) {
    case "live": {
      const before = run.groups.find(({ record }) => record.name === event.group)?.live ?? [];
      return changed(run, event.group, { live: [...before, event] });
    }
    case "group-done":
      return changed(run, event.group, { state: "done" });
    case "group-skipped":
      return changed(run, event.group, { state: "skipped", reason: event.reason });
    case "group-rolled-back":
      return changed(run, event.group, { state: "rolled-back", reason: event.reason });
    case "armed":
      return { ...run, waitsUntil: event.until };
    case "confirmed":
      return { ...run, waitsUntil: null };
    case "recovered":
      return {
        ...run,
        groups: run.groups.map((group) => ({
          ...group,
          state: "rolled-back",
          reason: "the run was cut off or not confirmed, and was put back",
        })),
      };
    case "end":
      return { ...run, ended: time, result: event.result, summary: event.summary, waitsUntil: null };
    default:
      return run;
  }
}

/** Oldest first. */
export function pastRuns(lines: readonly JournalLine[]): readonly PastRun[] {
  const runs = new Map<string, PastRun>();
  for (const { event, time } of lines) {
    if (event === null) continue;
    if (event.event === "begin") {
      const { run, kind, of, who, groups } = event;
      const open = { state: "open" as const, reason: "", live: [] };
      runs.set(run, {
        run,
        kind,
        of,
        who,
        began: time,
        ended: null,
        result: "unfinished",
        summary: "",
        groups: groups.map((record) => ({ record, ...open })),
        waitsUntil: null,
        undoneBy: null,
        freed: false,
      });
    } else if (event.event === "freed") {
      for (const name of event.runs) {
        const run = runs.get(name);
        if (run !== undefined) runs.set(name, { ...run, freed: true });
      }
    } else if ("run" in event) {
      const run = runs.get(event.run);
      if (run !== undefined) runs.set(event.run, after(run, event, time));
      const undone =
        run?.of == null || event.event !== "end" || event.result === "nothing" ? undefined : runs.get(run.of);
      if (
        run !== undefined &&
        undone !== undefined &&
        event.event === "end" &&
        event.result !== "rolled-back"
      )
        runs.set(undone.run, { ...undone, undoneBy: run.run });
    }
  }
  return [...runs.values()];
}
