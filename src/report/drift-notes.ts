// What is told of a drift: entries for the journal with fields of their own, metrics, one message for other programs. Sends nothing.
import type { Severity } from "../core/outcome.js";
import { printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import type { Report } from "../core/report.js";
import { changeText, type ShownDrift } from "./drift.js";
import { prometheus } from "./prometheus.js";

/** An entry of the journal (systemd.journal-fields(7)). */
export type JournalEntry = Readonly<Record<string, string>>;

/** One for all entries of ours, so that `journalctl MESSAGE_ID=…` finds them. */
export const driftMessageId = "6f0d1c7be5b24d0c9a0f6a4f0d7c3b52";

/** Priorities of syslog(3). */
const priority: Readonly<Record<Severity, string>> = { critical: "2", high: "3", medium: "4", low: "4" };
const notice = "5";

function line(text: string): string {
  return redact(printable(text.replace(/\s+/g, " "), 1000));
}

/** One entry a verdict, a change, a deed; none where nothing changed. */
export function journalEntries(
  { comparison, changes, bundles }: ShownDrift,
  run: string,
): readonly JournalEntry[] {
  const all = { MESSAGE_ID: driftMessageId, SYSLOG_IDENTIFIER: "nodeward", NODEWARD_RUN: run };
  return [
    ...comparison.verdicts.map(({ id, change, severity, message }) => ({
      ...all,
      PRIORITY: change === "new" ? priority[severity] : notice,
      NODEWARD_CHECK: id,
      NODEWARD_CHANGE: change,
      MESSAGE: line(
        `${id} ${change === "new" ? "fails now" : change}${message === "" ? "" : `: ${message}`}`,
      ),
    })),
    ...bundles.map(({ by, things }) => ({
      ...all,
      PRIORITY: "6",
      NODEWARD_CHANGE: "bundle",
      NODEWARD_BY: line(by),
      MESSAGE: line(`${things.length} things changed by ${by}`),
    })),
    ...changes.map(({ thing, by }) => ({
      ...all,
      PRIORITY: notice,
      NODEWARD_KIND: thing.kind,
      NODEWARD_KEY: line(thing.key),
      NODEWARD_CHANGE: thing.change,
      NODEWARD_BY: line(by),
      MESSAGE: line(`${thing.kind} ${thing.key} ${thing.change}: ${changeText(thing)}; by ${by}`),
    })),
    ...(comparison.damped?.notes ?? []).map(({ key, note, message }) => ({
      ...all,
      PRIORITY: note === "settled" ? notice : "4",
      NODEWARD_KEY: line(key),
      NODEWARD_CHANGE: note,
      MESSAGE: line(message),
    })),
  ];
}

/** In a few words: `2 new failures, 1 resolved, 14 things changed`. */
export function driftSummary({ comparison: { verdicts, things, damped } }: ShownDrift): string {
  const number = (change: string) => verdicts.filter((verdict) => verdict.change === change).length;
  const noted = (note: string) => (damped?.notes ?? []).filter((one) => one.note === note).length;
  const parts: readonly (readonly [number, string])[] = [
    [number("new"), "fail now"],
    [number("resolved"), "resolved"],
    [number("changed"), "verdicts changed"],
    [things.length, things.length === 1 ? "thing changed" : "things changed"],
    [noted("flaps"), "back and forth"],
    [noted("settled"), "settled"],
    [noted("contested"), "contested"],
  ];
  return parts
    .filter(([many]) => many > 0)
    .map(([many, what]) => `${many} ${what}`)
    .join(", ");
}

/** An entry as `logger --journald` reads it: NAME=value lines. No value has a line feed. */
export function loggerInput(entry: JournalEntry): string {
  return Object.entries(entry)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** The report as metrics, and how many changes the last look found. */
export function driftMetrics(report: Report, drift: ShownDrift | undefined): string {
  const kinds = ["file", "listener", "unit", "package", "module", "root"];
  const samples = kinds.map((kind) => {
    const number = drift?.comparison.things.filter((thing) => thing.kind === kind).length ?? 0;
    return `nodeward_drift_changes{kind="${kind}"} ${number}\n`;
  });
  const verdicts = `nodeward_drift_changes{kind="verdict"} ${drift?.comparison.verdicts.length ?? 0}\n`;
  const flapping = drift?.flaps?.filter(({ damped }) => damped).length ?? 0;
  const flaps = `# HELP nodeward_drift_flapping What goes back and forth and is not told until it stays.\n# TYPE nodeward_drift_flapping gauge\nnodeward_drift_flapping ${flapping}\n`;
  return `${prometheus(report)}# HELP nodeward_drift_changes What the last look found changed since the one before.\n# TYPE nodeward_drift_changes gauge\n${samples.join("")}${verdicts}${flaps}`;
}
