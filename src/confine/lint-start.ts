// Can the runtime start a container under the filter, and does the filter hold enough back? The faults of a filter as a
// whole, not of its lines.
import { type Change, changeText } from "./compare.js";
import { decisionOf, decisions, type Filter, permits, reachOf } from "./filter.js";
import { type Finding, finding, type LintInput, stopper, type Target } from "./finding.js";
import { type LowRuntime, type LowRuntimeAt, neededBy, wantedBy } from "./runtime-base.js";
import type { Strength } from "./strength.js";

/** Calls that the runtime needs and the filter refuses, or lets through on conditions only. */
function missing(filter: Filter, names: readonly string[], { table, target }: LintInput): readonly string[] {
  const decided = decisions(filter);
  return names.filter((name) => {
    if (table.number(name, target.architecture) === undefined) return false;
    return reachOf(decisionOf(filter, decided, name)) === "refused";
  });
}

/** How it ends, as it was seen to. */
function ending({ otherwise }: Filter, { name }: LowRuntimeAt): string {
  if (name === "runc" && otherwise.name === "KILL_THREAD") return "runc hangs at every start";
  return `${name} starts no container`;
}

function startFindings(filter: Filter, input: LintInput): readonly Finding[] {
  const { target } = input;
  return target.low.flatMap((low) => {
    const lacks = missing(filter, neededBy(low, target.noNewPrivileges), input);
    if (lacks.length > 0) {
      const stops: readonly LowRuntime[] = [low.name];
      const what = `refuses ${lacks.join(", ")}, which ${low.name} itself calls after it has loaded the filter: ${ending(filter, low)}`;
      return [stopper("runtime-base", what, 0, stops, target)];
    }
    const wants = missing(filter, wantedBy(low), input);
    if (wants.length === 0) return [];
    // A call that fails is one thing; the runtime killed in the middle of its start, on some starts, is another.
    const decided = decisions(filter);
    const kills = wants.some((name) => decisionOf(filter, decided, name).otherwise.name.startsWith("KILL"));
    const level = kills ? "warning" : "note";
    return [
      finding(
        "runtime-wants",
        level,
        `refuses ${wants.join(", ")}, which ${low.name} or any program calls at times`,
        0,
      ),
    ];
  });
}

/** ENOSYS lets programs fall back to an older call, as they do on an older kernel; EPERM does not. */
function errorFindings({ otherwise }: Filter, { profile }: LintInput): readonly Finding[] {
  if (otherwise.name !== "ERRNO" || otherwise.code === 38) return [];
  const line = profile.defaultAction?.line ?? 0;
  const message = `answers what it does not know with error ${otherwise.code}: new programs fail where ENOSYS (38) would let them fall back`;
  return [finding("default-errno", "note", message, line)];
}

function changes(list: readonly Change[], most: number): string {
  const shown = list.slice(0, most).map(changeText).join(", ");
  return list.length > most ? `${shown} and ${list.length - most} more` : shown;
}

function engineName({ engine, engineVersion }: Target): string {
  return `${engine ?? "containerd"}${engineVersion === undefined ? "" : ` ${engineVersion}`}`;
}

function strengthFindings(
  filter: Filter,
  strength: Strength,
  { profile, target }: LintInput,
): readonly Finding[] {
  const { weaker } = strength;
  const line = profile.defaultAction?.line ?? 0;
  const found: Finding[] = [];
  if (filter.otherwise.name === "ALLOW")
    found.push(
      finding(
        "default-allow",
        "warning",
        "allows what it does not name: calls of newer kernels are open, and so is all that was forgotten",
        line,
      ),
    );
  if (filter.otherwise.name === "LOG")
    found.push(
      finding(
        "default-log",
        "note",
        "logs what it does not name and lets it through: for recording, not for keeping",
        line,
      ),
    );
  if (permits(filter.otherwise) && strength.refused === 0)
    found.push(finding("refuses-nothing", "warning", "refuses no call: as good as no filter", 0));
  else if (weaker.length > 0) {
    const what = `is weaker than RuntimeDefault of ${engineName(target)}: it lets through ${changes(weaker, 12)}`;
    found.push(finding("weaker-than-default", "warning", what, 0));
  }
  return found;
}

function dangerFindings({ dangerous }: Strength): readonly Finding[] {
  return dangerous
    .filter(({ usual, reach }) => !usual && reach === "allowed")
    .map(({ name, reason }) => finding("dangerous", "warning", `allows ${name}, which ${reason}`, 0));
}

export function filterFindings(filter: Filter, strength: Strength, input: LintInput): readonly Finding[] {
  const open = permits(filter.otherwise) && strength.refused === 0;
  return [
    ...startFindings(filter, input),
    ...errorFindings(filter, input),
    ...strengthFindings(filter, strength, input),
    // Of a filter that refuses nothing, every call would be named.
    ...(open ? [] : dangerFindings(strength)),
  ];
}
