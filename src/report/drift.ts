// `nodeward drift` as text, JSON or one line a change: what changed since when, and by whom where that is known. Compares nothing.
import type { Flap } from "../core/flap.js";
import { severities } from "../core/outcome.js";
import { listing, printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import type { Score } from "../core/score.js";
import type { Comparison, ThingChange, VerdictChange } from "../core/snapshot.js";
import { count } from "./arrange.js";
import { paletteFor } from "./palette.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

/** A change with what else is known of it. */
export interface ShownChange {
  readonly thing: ThingChange;
  /** Unified diff, redacted; empty where there is none to show. */
  readonly diff: string;
  /** Who or what did it, `unknown` included; empty where nobody looked. */
  readonly by: string;
  /** RFC 3339, or empty. */
  readonly when: string;
}

/** Changes that one deed made, such as an upgrade of packages: one line for all. */
export interface ShownBundle {
  readonly by: string;
  readonly when: string;
  readonly things: readonly ThingChange[];
}

export interface ShownDrift {
  /** What is compared with: `the last run`, `the accepted baseline`. */
  readonly against: string;
  readonly comparison: Comparison;
  readonly changes: readonly ShownChange[];
  readonly bundles: readonly ShownBundle[];
  /** To be kept with the snapshot. */
  readonly flaps?: readonly Flap[];
}

export interface DriftReport {
  readonly hostname: string;
  readonly takenAt: string;
  readonly version: string;
  readonly drifts: readonly ShownDrift[];
  /** Of the last looks, oldest first, this one included. */
  readonly scores?: readonly Score[];
  /** What could not be kept or compared at all, such as a damaged state file. */
  readonly remarks: readonly string[];
}

/** Is there anything to tell? */
export function changedIn({ comparison: { things, verdicts, damped } }: ShownDrift): boolean {
  return things.length > 0 || verdicts.length > 0 || (damped?.notes.length ?? 0) > 0;
}

/** Is anything another than it was, told or not? */
export function movedIn(drift: ShownDrift): boolean {
  return changedIn(drift) || (drift.comparison.damped?.silent.length ?? 0) > 0;
}

const marks = { appeared: "+", gone: "-", changed: "~" } as const;

function fieldText(name: string, value: string): string {
  return name === "sha256" ? value.slice(0, 12) : value;
}

/** What of the thing is another now, in words. */
export function changeText(thing: ThingChange): string {
  const shown = (fields: Readonly<Record<string, string>>) =>
    Object.entries(fields)
      .filter(([name, value]) => name !== "kind" && value !== "")
      .map(([name, value]) => `${name} ${fieldText(name, value)}`)
      .join(", ");
  if (thing.change === "appeared") return shown(thing.after.fields);
  if (thing.change === "gone") return "is gone";
  return thing.fields
    .map((name) => {
      if (name === "sha256") return "other content";
      return `${name} ${thing.before.fields[name] ?? ""} -> ${thing.after.fields[name] ?? ""}`;
    })
    .join(", ");
}

function attributed({ by, when }: Pick<ShownChange, "by" | "when">): string {
  return [when === "" ? "" : `at ${when}`, by === "" ? "" : `by ${by}`]
    .filter((part) => part !== "")
    .join(" ");
}

function changeLines(shown: ShownChange, view: View): readonly string[] {
  const { thing, diff } = shown;
  const palette = paletteFor(view);
  const paint = thing.change === "gone" ? palette.bad : palette.strong;
  const what = printable(changeText(thing));
  const who = attributed(shown);
  const text = [what, who].filter((part) => part !== "").join("; ");
  return [
    `  ${paint(`${marks[thing.change]} ${thing.kind} ${printable(thing.key)}`)}`,
    ...(text === "" ? [] : wrap(redact(text), view.columns - 6).map((line) => `      ${line}`)),
    ...(diff === ""
      ? []
      : diff
          .trimEnd()
          .split("\n")
          .map((line) => `      ${printable(line)}`)),
  ];
}

function bundleLines({ things, ...deed }: ShownBundle, view: View): readonly string[] {
  const kinds = [...new Set(things.map(({ kind }) => kind))].map((kind) =>
    count(things.filter((thing) => thing.kind === kind).length, kind),
  );
  const text = `${kinds.join(", ")} changed ${attributed(deed)}`;
  return [
    ...wrap(`* ${text}`, view.columns - 4).map((line, index) => `${index === 0 ? "  " : "    "}${line}`),
    ...(view.verbose
      ? things.map((thing) => `      ${marks[thing.change]} ${thing.kind} ${printable(thing.key)}`)
      : []),
  ];
}

const verdictWords = { new: "fails now", resolved: "resolved", changed: "changed" } as const;

function verdictLines(verdicts: readonly VerdictChange[], view: View): readonly string[] {
  const palette = paletteFor(view);
  const order = { new: 0, changed: 1, resolved: 2 } as const;
  const sorted = [...verdicts].sort(
    (a, b) =>
      order[a.change] - order[b.change] || severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  return sorted.flatMap(({ id, severity, change, before, after, message }) => {
    const paint = change === "resolved" ? palette.good : change === "new" ? palette.bad : palette.strong;
    const head =
      before === after
        ? "still fails, for another reason"
        : `${verdictWords[change]} (${before ?? "not judged"} -> ${after ?? "not judged"})`;
    return [
      `  ${paint(`${id}  ${severity}  ${head}`)}`,
      ...(change === "resolved" || message === ""
        ? []
        : wrap(redact(message), view.columns - 6).map((line) => `      ${line}`)),
    ];
  });
}

function driftLines(drift: ShownDrift, view: View): readonly string[] {
  const { comparison, changes, bundles, against } = drift;
  const head = `Since ${against} (${comparison.since})`;
  const { notes = [], silent = [] } = comparison.damped ?? {};
  const left = silent.length === 0 ? [] : wrap(`Goes back and forth: ${listing(silent)}.`, view.columns);
  if (!changedIn(drift))
    return silent.length === 0 ? [`${head}: nothing changed.`] : [`${head}: nothing new.`, ...left];
  const sum = [
    ...(comparison.verdicts.length > 0 ? [count(comparison.verdicts.length, "verdict")] : []),
    ...(comparison.things.length > 0 ? [count(comparison.things.length, "thing")] : []),
  ].join(" and ");
  const changed = sum === "" ? ": nothing new" : `: ${sum} changed`;
  const detail = [
    ...verdictLines(comparison.verdicts, view),
    ...bundles.flatMap((bundle) => bundleLines(bundle, view)),
    ...changes.flatMap((change) => changeLines(change, view)),
    ...notes.flatMap(({ message }) =>
      wrap(redact(printable(message)), view.columns - 4).map(
        (line, index) => `${index === 0 ? "  " : "    "}${line}`,
      ),
    ),
  ];
  return [`${head}${changed}.`, ...(view.quiet ? [] : [...detail, ...left])];
}

function scoreLines(scores: readonly Score[]): readonly string[] {
  const [before, now] = scores.slice(-2);
  if (before === undefined || now === undefined || before.score === now.score) return [];
  return [`Score ${now.score} of 100, ${before.score} at the last run.`];
}

/** One line where nothing changed. */
export function driftText(report: DriftReport, view: View): string {
  const left = [...new Set(report.drifts.flatMap(({ comparison }) => comparison.notCompared))];
  return [
    ...report.drifts.flatMap((drift) => driftLines(drift, view)),
    ...scoreLines(report.scores ?? []),
    ...report.remarks.map((remark) => wrap(printable(remark), view.columns).join("\n")),
    ...(left.length === 0 || view.quiet
      ? []
      : [`Not compared: ${left.map((reason) => printable(reason)).join("; ")}`].flatMap((line) =>
          wrap(line, view.columns),
        )),
    "",
  ].join("\n");
}

/** Version 1; members are only added. */
export function driftJson(report: DriftReport): string {
  const drifts = report.drifts.map(({ against, comparison, changes, bundles }) => ({
    against,
    since: comparison.since,
    verdicts: comparison.verdicts,
    changes: changes.map(({ thing, diff, by, when }) => ({ ...plain(thing), diff, by, when })),
    bundles: bundles.map(({ by, when, things }) => ({ by, when, changes: things.map(plain) })),
    notCompared: comparison.notCompared,
    ...(comparison.damped === undefined ? {} : { flapping: comparison.damped }),
  }));
  const { hostname, takenAt, version, remarks, scores } = report;
  return `${JSON.stringify({ schemaVersion: 1, tool: { name: "nodeward", version }, hostname, takenAt, drifts, ...(scores === undefined ? {} : { scores }), remarks }, null, 2)}\n`;
}

function plain(thing: ThingChange): Readonly<Record<string, unknown>> {
  const { change, kind, key } = thing;
  return {
    change,
    kind,
    key,
    ...(thing.change === "appeared" ? {} : { before: thing.before.fields }),
    ...(thing.change === "gone" ? {} : { after: thing.after.fields }),
    message: changeText(thing),
  };
}
