// Whether timers start, by their unit files and links. Not when they last ran.
import { type Source, wholeFile } from "../core/source.js";
import type { Ask } from "./source.js";
import { units } from "./units.js";

export interface Timer {
  readonly name: string;
  /** As `systemctl is-enabled` has it; undefined where there is no such unit. */
  readonly state: string | undefined;
  readonly starts: boolean;
  readonly source: Source;
}

export interface Timers {
  readonly timers: readonly Timer[];
  readonly unread: readonly string[];
}

export async function timersOf(ask: Ask, names: readonly string[]): Promise<Timers> {
  const found = await ask(units);
  if (found.state === "error") return { timers: [], unread: [found.reason] };
  if (found.state === "absent") return { timers: [], unread: [] };
  const loaded = await Promise.all(names.map(async (name) => ({ name, unit: await found.value.get(name) })));
  return {
    timers: loaded.map(({ name, unit }) => ({
      name,
      state: unit?.state,
      starts:
        unit !== undefined && !unit.masked && (unit.state === "enabled" || unit.state === "enabled-runtime"),
      source: wholeFile(unit?.pulledBy[0]?.path ?? unit?.fragment ?? name, unit?.state ?? "no such unit"),
    })),
    unread: loaded.flatMap(({ unit }) => unit?.unread ?? []),
  };
}
