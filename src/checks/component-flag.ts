// The shape of checks on one control-plane component's flags: a row says what is asked, this makes a check of it.
import { notApplicable, type Severity, undecided, type Verdict } from "../core/outcome.js";
import type { Source } from "../core/source.js";
import type { Component, ComponentName, ControlPlane } from "../facts/control-plane.js";
import { type Check, defineCheck } from "./define.js";

/** What a row finds: the message is there when it is wrong. */
export interface Finding {
  readonly actual: string;
  readonly evidence: readonly Source[];
  readonly problem?: string;
  /** With this the component does not start: what it would do cannot be judged. */
  readonly stops?: string;
  /** Flag and value that put it right without risk of taking the component down. */
  readonly set?: readonly [flag: string, value: string];
  readonly note?: string;
  readonly unknown?: string;
}

export interface FlagRow {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly expected: string;
  /** The row's finding may carry `set`. */
  readonly fixable?: boolean;
  readonly breaks?: string;
  judge(component: Component, plane: ControlPlane): Finding;
}

const restartNote =
  "The kubelet restarts the component when its manifest changes; the API server does not answer for some seconds.";

function verdict(row: FlagRow, name: ComponentName, plane: ControlPlane): Verdict {
  const component = plane.component(name);
  if (component === undefined) {
    if (plane.unread.length > 0) return undecided(plane.unread.join("; "));
    return notApplicable(`${name} does not run on this node`);
  }
  const found = row.judge(component, plane);
  const stops = [...component.stops, ...(found.stops === undefined ? [] : [found.stops])];
  if (stops.length > 0) return undecided(`${name} does not start: ${stops.join("; ")}`);
  const fix = found.set === undefined ? [] : component.set(found.set[0], found.set[1]);
  const problem =
    found.problem === undefined
      ? []
      : [{ message: `${name}: ${found.problem}`, ...(fix.length > 0 ? { fix } : {}) }];
  return {
    expected: row.expected,
    actual: found.actual,
    // A flag that nobody gave is shown at the command that lacks it.
    evidence: found.evidence.length > 0 ? found.evidence : [component.source],
    problems: problem,
    unknowns: [...plane.unread, ...(found.unknown === undefined ? [] : [found.unknown])],
    notes: found.note === undefined ? [] : [found.note],
  };
}

/** Checks `domain.name` for one component, a row a check. */
export function flagChecks(
  domain: string,
  component: ComponentName,
  rows: readonly FlagRow[],
): readonly Check[] {
  return rows.map((row) =>
    defineCheck({
      id: `${domain}.${row.name}`,
      title: row.title,
      why: row.why,
      remedy: row.remedy,
      ...(row.fixable === true ? { breaks: row.breaks ?? restartNote } : {}),
      severity: row.severity,
      risk: row.fixable === true ? "restart" : "none",
      fixable: row.fixable === true,
      tags: ["control-plane"],
      needs: ["controlPlane"],
      params: {},
      evaluate: ({ controlPlane }) => verdict(row, component, controlPlane),
    }),
  );
}
