// The checks `services.unneeded.<name>`, one a row of the table: does it start by itself, or does it run?
import type { Outcome, Problem } from "../../core/outcome.js";
import { flag } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { ServiceState, Services, ServiceUnit } from "../../facts/services.js";
import { type Check, defineCheck } from "../define.js";
import { blindSpot, evidenceOf, isActive, starts, summary } from "./state.js";
import { type UnneededRow, unneededRows } from "./unneeded-rows.js";

function unitProblem(unit: ServiceUnit): Problem | undefined {
  const { name, startedBy } = unit;
  const at = startedBy[0] === undefined ? "" : ` (${place(startedBy[0])})`;
  const [enabled, active] = [starts(unit), isActive(unit)];
  if (!enabled && !active) return undefined;
  const fix: Step[] = [
    ...(enabled ? [{ kind: "action" as const, action: "disable-unit" as const, args: [name] }] : []),
    ...(active ? [{ kind: "action" as const, action: "stop-unit" as const, args: [name] }] : []),
  ];
  const what = [...(enabled ? [`starts by itself${at}`] : []), ...(active ? ["is active"] : [])];
  return { message: `${printable(name)} ${what.join(" and ")}`, fix };
}

function judge(state: ServiceState, services: Services): Outcome {
  const { units, running, inetd, unread } = state;
  const problems = units.map(unitProblem).filter((problem) => problem !== undefined);
  // A unit that is active has these processes; they are a finding of their own where systemd does not name it.
  const loose = units.some(isActive) ? [] : running;
  const blind = blindSpot(services, state);
  return {
    expected: "not enabled, not running",
    actual: summary(state),
    evidence: evidenceOf(state),
    problems: [
      ...problems,
      ...loose.map(({ pid, comm }) => ({ message: `${printable(comm)} runs as process ${pid}` })),
      ...inetd.map(({ name, source }) => ({
        message: `inetd starts ${printable(name)} on request (${place(source)})`,
      })),
    ],
    unknowns: [...unread, ...(blind.unknown === undefined ? [] : [blind.unknown])],
    notes: units.length > 0 && blind.note !== undefined ? [blind.note] : [],
  };
}

function unneededCheck({ name, what, why }: UnneededRow): Check {
  return defineCheck({
    id: `services.unneeded.${name}`,
    title: `${what.charAt(0).toUpperCase()}${what.slice(1)} is neither enabled nor running on the host`,
    why,
    remedy:
      "Stop and disable the units named (`systemctl disable --now UNIT`), and better remove the package; where the node needs the service, set the parameter `expected`.",
    breaks: "Who uses the service loses it.",
    severity: "medium",
    risk: "restart",
    fixable: true,
    needs: ["services"],
    params: { expected: flag(false) },
    evaluate: ({ services }, { expected }) =>
      expected
        ? { notApplicable: `${what} is expected here (parameter expected)` }
        : judge(services.of(name), services),
  });
}

export const unneeded: readonly Check[] = unneededRows.map(unneededCheck);
