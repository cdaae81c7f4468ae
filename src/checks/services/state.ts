// What services do, put into words for reports: shared by the checks of this folder. Decides nothing.
import { listing, printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { Process } from "../../facts/processes.js";
import type { ServiceState, Services, ServiceUnit } from "../../facts/services.js";

const runningStates = new Set(["active", "activating", "reloading", "refreshing"]);

export function isActive({ active }: ServiceUnit): boolean {
  return active !== undefined && runningStates.has(active);
}

export function starts({ startedBy }: ServiceUnit): boolean {
  return startedBy.length > 0;
}

function processSource({ pid, args, comm }: Process): Source {
  return wholeFile(`/proc/${pid}/cmdline`, printable(args.length > 0 ? args.join(" ") : comm, 200));
}

/** The links that start it, the unit itself where none does, its processes, and lines of inetd. */
export function evidenceOf({ units, running, inetd }: ServiceState): readonly Source[] {
  return [
    ...units.flatMap((unit) => (starts(unit) ? unit.startedBy : [unit.source])),
    ...running.map(processSource),
    ...inetd.map(({ source }) => source),
  ];
}

/** `ssh.service enabled, active`; what systemd did not say is left out. */
export function inWords(unit: ServiceUnit): string {
  return `${unit.name} ${unit.state}${unit.active === undefined ? "" : `, ${unit.active}`}`;
}

export function summary({ units, running, inetd }: ServiceState): string {
  const parts = [
    ...units.map(inWords),
    ...running.map(({ pid, comm }) => `process ${pid} (${comm})`),
    ...inetd.map(({ name }) => `${name} by inetd`),
  ];
  return parts.length === 0 ? "not installed" : listing(parts);
}

/** What is not known of whether something runs: a note where nothing can run here, else a reason to doubt. */
export function blindSpot(
  { activeUnknown, processes, live }: Services,
  { hasProcess, units }: ServiceState,
): {
  readonly note?: string;
  readonly unknown?: string;
} {
  if (activeUnknown === undefined) return {};
  // A process that could not be looked at may be the one that is asked for.
  if (hasProcess && processes.state === "known" && processes.value.unread.length > 0)
    return { unknown: `${listing(processes.value.unread, 3)}; ${activeUnknown}` };
  if (processes.state === "known" && (hasProcess || units.length === 0)) return {};
  if (processes.state === "known")
    return live ? { unknown: activeUnknown } : { note: `whether it runs now is not known: ${activeUnknown}` };
  if (processes.state === "absent") return { note: `whether it runs now is not known: ${processes.reason}` };
  return { unknown: `${processes.reason}; ${activeUnknown}` };
}
