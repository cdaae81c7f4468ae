// The words the kubelet is started with: those of the running process, and those its unit, its distribution's settings or
// its argument file give it at the next start. Judges no word.

import { place, type Source, wholeFile } from "../core/source.js";
import type { FlagWord } from "../formats/component-flags.js";
import type { Host } from "../host/host.js";
import { afterProgram, otherFiles, ownDaemons, startedWords } from "./daemon-words.js";
import type { Layout } from "./kubelet-layout.js";
import { rancherWords } from "./kubelet-rancher.js";
import { snapWords } from "./kubelet-snap.js";
import { type Process, type Processes, processes, startedMs } from "./processes.js";
import type { Ask } from "./source.js";
import { units } from "./units.js";

export interface Started {
  /** After the program's name. */
  readonly words: readonly FlagWord[];
  /** The unit, file or process as a whole. */
  readonly source: Source;
  /** What relative paths start from. */
  readonly folder: string;
  /** Names of the variables its environment is given; none where they are not known. */
  readonly variables: ReadonlySet<string>;
  /** Files that, changed, change the words. */
  readonly files: readonly string[];
  /** Why the words are not told although everything was read: the unit starts something else. */
  readonly opaque?: string;
  /** Its unit is masked: nothing starts it. */
  readonly masked?: true;
  /** Why it would not be started so. */
  readonly stops: readonly string[];
  /** What could not be read or told. */
  readonly unread: readonly string[];
}

export interface RunningKubelet {
  readonly pid: number;
  /** Milliseconds since the epoch; undefined when /proc does not tell. */
  readonly startedMs: number | undefined;
  /** Undefined inside a program of its own (k3s, kubelite), whose command line is not the kubelet's. */
  readonly started: Started | undefined;
}

export interface KubeletStart {
  readonly running: RunningKubelet | undefined;
  readonly configured: Started | undefined;
  readonly notes: readonly string[];
  readonly unread: readonly string[];
}

const unitNames = ["kubelet.service", "snap.kubelet.daemon.service", "snap.kubelet-eks.daemon.service"];
/** Programs that hold a kubelet inside, by layout. */
const hosts: Readonly<Partial<Record<Layout["name"], readonly string[]>>> = {
  k3s: ["k3s", "k3s-server", "k3s-agent"],
  microk8s: ["kubelite"],
};
/** Flags whose value may come from the manager's environment without any check caring. */
const indifferent = /^--(?:hostname-override|node-ip|node-labels|provider-id|v)(?:=|$)/;

const printing = /^--?(?:help|version)(?:=|$)|^-h$/;

/** What follows the kubelet's name: it may be behind a wrapper, or a word of hyperkube's. */
export function afterKubelet<T extends { readonly text: string }>(
  words: readonly T[],
): readonly T[] | undefined {
  return afterProgram(words, "kubelet");
}

async function fromUnit(ask: Ask): Promise<Started | undefined> {
  const all = await ask(units);
  if (all.state !== "known") return undefined;
  for (const name of unitNames) {
    const unit = await all.value.get(name);
    if (unit === undefined) continue;
    const source = wholeFile(unit.fragment);
    const empty = {
      words: [],
      source,
      folder: "/",
      files: [unit.fragment],
      variables: new Set<string>(),
      unread: unit.unread,
    };
    if (unit.masked) return { ...empty, masked: true, stops: [`${name} is masked`] };
    const exec = await unit.exec();
    const words = exec.commands
      .map((command) => startedWords(command.words, "kubelet"))
      .find((found) => found !== undefined);
    if (words === undefined) {
      const reason =
        exec.commands.length === 0 ? "has no ExecStart" : "starts a program that is not the kubelet";
      const opaque = `${name} ${reason}: the kubelet's options are not known`;
      return { ...empty, opaque, stops: exec.problems, unread: exec.unread };
    }
    const dark = words.filter(({ text, unknown }) => unknown.length > 0 && !indifferent.test(text));
    const used = words.flatMap(({ source: own, uses }) => [own.file, ...uses.map(({ file }) => file)]);
    return {
      words,
      source,
      variables: new Set(exec.variables.keys()),
      folder: unit.last("Service", "WorkingDirectory")?.value.replace(/^-?~?/, "") || "/",
      files: [...new Set([unit.fragment, ...unit.dropIns, ...used])],
      stops: exec.problems,
      unread: [
        ...exec.unread,
        ...otherFiles(unit),
        ...dark.map((word) => `${place(word.source)}: ${word.unknown.join(", ")} is set outside the files`),
      ],
    };
  }
  return undefined;
}

/** The kubelet of this node itself, not one inside a container. */
function ownKubelets(all: Processes, layout: Layout): readonly Process[] {
  // One that only prints its version and ends is no second kubelet.
  const outside = ownDaemons(all, "kubelet").filter(({ args }) => !args.some((word) => printing.test(word)));
  if (outside.length > 0) return outside;
  return (hosts[layout.name] ?? []).flatMap((name) => ownDaemons(all, name));
}

async function runningOf(host: Host, found: Process): Promise<RunningKubelet> {
  const [since, cwd, root] = await Promise.all([
    startedMs(host, found.pid),
    host.readlink(`/proc/${found.pid}/cwd`),
    host.readlink(`/proc/${found.pid}/root`),
  ]);
  const file = `/proc/${found.pid}/cmdline`;
  const words = found.args.map((text) => ({ text, source: wholeFile(file, text) }));
  const after = afterKubelet(words);
  const elsewhere = root.state === "ok" && root.target !== "/";
  const started = after && {
    words: after,
    source: wholeFile(file, found.args.join(" ")),
    folder: cwd.state === "ok" ? cwd.target : "/",
    variables: new Set<string>(),
    files: [],
    stops: [],
    unread: elsewhere
      ? [`the kubelet runs in the root directory ${root.target}: its files are not these`]
      : [],
  };
  return { pid: found.pid, startedMs: since, started };
}

async function configuredOf(host: Host, ask: Ask, layout: Layout): Promise<Started | undefined> {
  if (layout.name === "k3s" || layout.name === "rke2") return await rancherWords(host, ask);
  if (layout.name === "microk8s") return await snapWords(host);
  return await fromUnit(ask);
}

/**
 * rke2 starts its kubelet itself, with more words than its configuration tells: those of the process, each with the line of
 * the configuration it came from. Not once that configuration is newer than the process.
 */
async function retold(host: Host, configured: Started, { started, startedMs: since }: RunningKubelet) {
  if (started === undefined) return configured;
  const stats = await Promise.all(configured.files.map((file) => host.stat(file)));
  if (stats.some((stat) => stat.state === "ok" && since !== undefined && stat.mtimeMs > since))
    return configured;
  const words = started.words.map(
    (word) => configured.words.findLast(({ text }) => text === word.text) ?? word,
  );
  return { ...started, words, files: configured.files, unread: [...started.unread, ...configured.unread] };
}

/** Processes that may not be looked at; those that ended meanwhile were no kubelet. */
function hidden({ unread }: Processes): readonly string[] {
  return unread.filter((reason) => reason.startsWith("permission denied")).slice(0, 1);
}

/** Finds the kubelet's start; undefined when nothing on this node starts one. */
export async function kubeletStart(host: Host, ask: Ask, layout: Layout): Promise<KubeletStart | undefined> {
  const [settings, all, allUnits] = await Promise.all([
    configuredOf(host, ask, layout),
    ask(processes),
    ask(units),
  ]);
  const unread: string[] = [];
  const notes: string[] = [];
  // What may not be looked at could hold the kubelet or its unit.
  if (all.state === "error") unread.push(all.reason);
  if (allUnits.state === "error") unread.push(allUnits.reason);
  const own = all.state === "known" ? ownKubelets(all.value, layout) : [];
  if (all.state === "known" && own.length === 0) unread.push(...hidden(all.value));
  if (own.some(({ args }) => args.join("\0") !== own[0]?.args.join("\0")))
    unread.push(`more than one kubelet runs: ${own.map(({ pid }) => `process ${pid}`).join(", ")}`);
  const [first] = own;
  const running = first === undefined ? undefined : await runningOf(host, first);
  const configured =
    settings !== undefined && running !== undefined && layout.name === "rke2"
      ? await retold(host, settings, running)
      : settings;
  if (running === undefined && configured === undefined && unread.length === 0) return undefined;
  if (running === undefined && all.state === "known")
    notes.push("no kubelet is running: this is what its next start will use");
  if (running !== undefined && running.startedMs === undefined)
    notes.push("since when the kubelet runs is not known: files may have changed since");
  if (running !== undefined && configured?.opaque !== undefined)
    notes.push(`${configured.opaque}; only the running one is judged`);
  return { running, configured, notes, unread };
}
