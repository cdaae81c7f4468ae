// Services that have to be there, start at boot and run: the judgement, and the checks that need no more than it.
import type { Outcome, Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import type { Step } from "../../core/step.js";
import type { KnownServiceName } from "../../facts/known-services.js";
import type { ServiceState, Services, ServiceUnit } from "../../facts/services.js";
import { type Check, defineCheck, type Meta } from "../define.js";
import { blindSpot, evidenceOf, inWords, isActive, starts, summary } from "./state.js";

/** What boot does not start will be; what does not run is started. */
function enable(unit: ServiceUnit, isRunning: boolean): readonly Step[] {
  const enabling: Step = { kind: "action", action: "enable-unit", args: [unit.name] };
  const starting: Step = { kind: "action", action: "start-unit", args: [unit.name] };
  return [...(starts(unit) ? [] : [enabling]), ...(isRunning ? [] : [starting])];
}

/** Does it run, as far as anybody says? Undefined where nobody does. */
function runs({ units, running, hasProcess }: ServiceState, services: Services): boolean | undefined {
  if (units.some(isActive) || running.length > 0) return true;
  const { activeUnknown, processes } = services;
  const allSeen = processes.state === "known" && processes.value.unread.length === 0;
  return activeUnknown === undefined || (hasProcess && allSeen) ? false : undefined;
}

/** A service that is there, starts by itself and runs: nothing is wrong with it. */
export function serves(state: ServiceState, services: Services): boolean {
  return state.units.some(starts) && runs(state, services) !== false;
}

function problemOf(what: string, state: ServiceState, services: Services): Problem | undefined {
  const masked = state.units.filter((unit) => unit.state.startsWith("masked"));
  const [first] = state.units.filter((unit) => !masked.includes(unit));
  if (first === undefined)
    return {
      message:
        masked[0] === undefined
          ? `${what} is not installed`
          : `${what} is masked: ${printable(masked[0].name)} cannot be started`,
    };
  if (!state.units.some(starts))
    return {
      message: `${what} is not started at boot: ${printable(inWords(first))}`,
      fix: enable(first, runs(state, services) !== false),
    };
  if (runs(state, services) === false)
    return { message: `${what} does not run: ${printable(inWords(first))}`, fix: enable(first, false) };
  return undefined;
}

/** `states` are alternatives: one that serves is enough; of those that do not, the first that is installed is spoken of. */
export function judgeRequired(what: string, names: readonly KnownServiceName[], services: Services): Outcome {
  const states = names.map((name) => services.of(name));
  const chosen =
    states.find((state) => serves(state, services)) ??
    states.find(({ units }) => units.length > 0) ??
    states[0];
  const state = chosen ?? { hasProcess: false, units: [], running: [], inetd: [], unread: [] };
  const problem = problemOf(what, state, services);
  const blind = blindSpot(services, state);
  // What cannot be read may be the very unit that is missed.
  const unknowns = [
    ...state.unread,
    ...(problem === undefined && blind.unknown !== undefined ? [blind.unknown] : []),
  ];
  return {
    expected: "installed, enabled, running",
    actual: summary(state),
    evidence: evidenceOf(state),
    problems: problem === undefined || state.unread.length > 0 ? [] : [problem],
    unknowns,
    notes: problem === undefined && blind.note !== undefined ? [blind.note] : [],
  };
}

interface Row extends Pick<Meta, "title" | "why" | "severity" | "remedy"> {
  readonly name: KnownServiceName;
  readonly what: string;
  /** Nobody misses it where it is not installed. */
  readonly ifInstalled?: true;
}

const rows: readonly Row[] = [
  {
    name: "auditd",
    what: "the audit daemon",
    title: "The audit daemon is installed, enabled and running",
    why: "Without it the kernel's audit events are lost in the system log, or never made: nobody can say later who did what.",
    remedy: "Install the package `auditd` (`audit` on Red Hat), then `systemctl enable --now auditd`.",
    severity: "medium",
  },
  {
    name: "fail2ban",
    what: "fail2ban",
    title: "Addresses that guess passwords are shut out by fail2ban",
    why: "It takes the force out of guessing: an address that fails to log in a few times is refused for a while.",
    remedy:
      "Install the package `fail2ban`, configure a jail for sshd, then `systemctl enable --now fail2ban`.",
    severity: "medium",
  },
  {
    name: "cron",
    what: "cron",
    ifInstalled: true,
    title: "Cron, where it is installed, runs its jobs",
    why: "Log rotation, integrity checks and updates are cron jobs on many systems, and stop unnoticed with it.",
    remedy:
      "`systemctl enable --now cron` (`crond` on Red Hat), or remove the package where timers do all its work.",
    severity: "low",
  },
];

function requiredCheck({ name, what, ifInstalled, ...meta }: Row): Check {
  return defineCheck({
    ...meta,
    id: `services.${name}`,
    risk: "restart",
    fixable: true,
    needs: ["services"],
    params: {},
    evaluate: ({ services }) => {
      const { units, running } = services.of(name);
      return ifInstalled && units.length === 0 && running.length === 0
        ? { notApplicable: `${what} is not installed` }
        : judgeRequired(what, [name], services);
    },
  });
}

export const required: readonly Check[] = rows.map(requiredCheck);
