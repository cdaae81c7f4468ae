// The command line of a container runtime's daemon: of the running process, else as its unit would start it.
import { place, wholeFile } from "../core/source.js";
import type { FlagWord } from "../formats/component-flags.js";
import type { Host } from "../host/host.js";
import { type Process, type Processes, processes } from "./processes.js";
import type { Ask } from "./source.js";
import { type Unit, units } from "./units.js";

export interface DaemonWords {
  /** Without the program. */
  readonly words: readonly FlagWord[];
  readonly unread: readonly string[];
  /** The names of variables in its environment. */
  readonly variables: readonly string[];
}

/** What follows the program's name: it may be behind a wrapper, or a word of a program that holds many. */
export function afterProgram<T extends { readonly text: string }>(
  words: readonly T[],
  program: string,
): readonly T[] | undefined {
  const at = words.findIndex(
    ({ text }) => !text.startsWith("-") && text.slice(text.lastIndexOf("/") + 1) === program,
  );
  return at < 0 ? undefined : words.slice(at + 1);
}

/** Programs that run the words behind their own options as they stand; a shell or a script may add or drop some. */
const transparent = new Set(
  "chrt dumb-init env hyperkube ionice kubenswrapper nice numactl prlimit setpriv stdbuf systemd-cat taskset tini".split(
    " ",
  ),
);

/** The same of a unit's command, where only what starts the program unchanged tells its words. */
export function startedWords<T extends { readonly text: string }>(
  words: readonly T[],
  program: string,
): readonly T[] | undefined {
  const after = afterProgram(words, program);
  const first = words[0]?.text ?? "";
  const direct = after !== undefined && after.length === words.length - 1;
  return direct || transparent.has(first.slice(first.lastIndexOf("/") + 1)) ? after : undefined;
}

/** What gives a unit's processes another view of the files than ours (systemd.exec(5)). */
export function otherFiles(unit: Unit): readonly string[] {
  const found = (key: string) => unit.list("Service", key).filter(({ value }) => value !== "");
  const roots = ["RootDirectory", "RootImage", "MountImages", "ExtensionImages", "ExtensionDirectories"]
    .flatMap((key) => found(key).map((setting) => ({ key, setting })))
    .filter(({ key, setting }) => key !== "RootDirectory" || setting.value !== "/");
  const binds = ["BindPaths", "BindReadOnlyPaths"].flatMap((key) =>
    found(key)
      .filter(({ value }) => value.split(/[ \t]+/).some(leadsElsewhere))
      .map((setting) => ({ key, setting })),
  );
  return [...roots, ...binds].map(
    ({ key, setting: { source, value } }) =>
      `${place(source)}: ${key}=${value} puts other files in the place of those read here`,
  );
}

/** `SOURCE:DESTINATION[:OPTIONS]`, `-` before it where the source may be missing. */
function leadsElsewhere(bind: string): boolean {
  const [from = "", to = from] = bind.replace(/^-/, "").split(":");
  return to !== from && !/^\/(?:dev|proc|run|sys|tmp)(?:\/|$)/.test(to);
}

/** Processes of the node itself that root runs: whoever may log in, or run a container, can give a process any name. */
export function ownDaemons(all: Processes, name: string): readonly Process[] {
  return all.named(name).filter(({ nsPids, euid }) => nsPids <= 1 && euid === 0);
}

interface Configured extends DaemonWords {
  readonly unit: Unit;
}

async function ofUnit(unit: Unit, program: string): Promise<Configured> {
  const exec = await unit.exec();
  const found = exec.commands
    .map((command) => startedWords(command.words, program))
    .find((words) => words !== undefined);
  const opaque = `${unit.fragment} does not start ${program} itself: its options are not known`;
  return {
    unit,
    words: found ?? [],
    unread: [
      ...unit.unread,
      ...exec.unread,
      ...otherFiles(unit),
      ...(found === undefined ? [opaque] : found.flatMap(({ unknown }) => unknown)),
    ],
    variables: [...exec.variables.keys()],
  };
}

/** Their values may be secrets and are let go at once. */
async function variableNames(host: Host, { pid }: Process): Promise<readonly string[] | undefined> {
  const read = await host.read(`/proc/${pid}/environ`);
  return read.state === "ok"
    ? read.text.split("\0").flatMap((entry) => entry.slice(0, Math.max(0, entry.indexOf("="))) || [])
    : undefined;
}

/** Undefined: it neither runs nor has a unit that could start it. */
export async function daemonWords(
  host: Host,
  ask: Ask,
  program: string,
  unitName: string,
): Promise<DaemonWords | undefined> {
  const [running, all] = await Promise.all([ask(processes), ask(units)]);
  const unit = all.state === "known" ? await all.value.get(unitName) : undefined;
  const configured = unit === undefined || unit.masked ? undefined : await ofUnit(unit, program);
  const named = running.state === "known" ? running.value.named(program) : [];
  const own = running.state === "known" ? ownDaemons(running.value, program) : [];
  // A daemon without root, where nothing else could be the node's.
  const daemon = own[0] ?? (configured === undefined ? named[0] : undefined);
  if (daemon !== undefined) {
    const source = wholeFile(`/proc/${daemon.pid}/cmdline`, daemon.args.join(" "));
    const words = daemon.args.slice(1).map((text) => ({ text, source }));
    const others = own.filter(({ args }) => args.join("\0") !== daemon.args.join("\0"));
    const unread = others.map(
      ({ pid }) =>
        `more than one ${program} runs: process ${daemon.pid} and process ${pid} with other options`,
    );
    const variables = (await variableNames(host, daemon)) ?? configured?.variables ?? [];
    return { words, unread: unread.slice(0, 1), variables };
  }
  const unseen = [running, all].flatMap((fact) => (fact.state === "error" ? [fact.reason] : []));
  if (configured === undefined)
    return unseen.length > 0 ? { words: [], unread: unseen, variables: [] } : undefined;
  return { ...configured, unread: [...unseen, ...configured.unread] };
}
