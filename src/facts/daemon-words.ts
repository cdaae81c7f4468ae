// The command line of a container runtime's daemon: of the running process, else as its unit would start it.
import { wholeFile } from "../core/source.js";
import type { FlagWord } from "../formats/component-flags.js";
import { processes } from "./processes.js";
import type { Ask } from "./source.js";
import { units } from "./units.js";

export interface DaemonWords {
  /** Without the program. */
  readonly words: readonly FlagWord[];
  readonly unread: readonly string[];
  /** The names of variables that the unit sets; none of a running process are looked at. */
  readonly variables: readonly string[];
}

/** Undefined: it neither runs nor has a unit that could start it. */
export async function daemonWords(
  ask: Ask,
  program: string,
  unitName: string,
): Promise<DaemonWords | undefined> {
  const running = await ask(processes);
  const daemon = running.state === "known" ? running.value.named(program)[0] : undefined;
  if (daemon !== undefined) {
    const source = wholeFile(`/proc/${daemon.pid}/cmdline`, daemon.args.join(" "));
    const words = daemon.args.slice(1).map((text) => ({ text, source }));
    return { words, unread: [], variables: [] };
  }
  const all = await ask(units);
  const unit = all.state === "known" ? await all.value.get(unitName) : undefined;
  if (unit === undefined || unit.masked) return undefined;
  const exec = await unit.exec();
  const words = exec.commands[0]?.words.slice(1) ?? [];
  const unread = [...unit.unread, ...exec.unread, ...words.flatMap(({ unknown }) => unknown)];
  return { words, unread, variables: [...exec.variables.keys()] };
}
