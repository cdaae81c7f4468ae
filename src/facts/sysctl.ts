// Kernel settings: what is in force now (/proc/sys), what the next boot sets and which line says so, and the steps that
// set them. Not what they should be.
import { absent, type Fact, known } from "../core/fact.js";
import { place, type Source, wholeFile } from "../core/source.js";
import type { Step } from "../core/step.js";
import {
  parseSysctl,
  type SysctlEntry,
  type SysctlFile,
  type SysctlReader,
  sysctlPath,
} from "../formats/sysctl-conf.js";
import type { Host, Read } from "../host/host.js";
import { type CommandLine, kernelCommandLine } from "./kernel-command-line.js";
import type { FactSource } from "./source.js";
import { type Conflict, conflictsOf } from "./sysctl-conflicts.js";
import { patternsExcludeOn, type SysctlFiles, type SysctlSource, sysctlFiles } from "./sysctl-files.js";
import { type SysctlKey, sysctlKeys } from "./sysctl-keys.js";
import { type Applied, applied, excludingPatterns } from "./sysctl-order.js";
import { dropInStep, editStep } from "./sysctl-steps.js";

export type { Conflict } from "./sysctl-conflicts.js";
export type { SysctlKey } from "./sysctl-keys.js";

export type Running =
  | { readonly state: "known"; readonly value: string; readonly source: Source }
  /** This kernel has no such setting. */
  | { readonly state: "absent"; readonly reason: string }
  /** No running kernel can be seen: another root without /proc/sys. */
  | { readonly state: "unseen" }
  | { readonly state: "error"; readonly reason: string };

/** One who sets a key at boot. */
export interface Assignment {
  readonly by: "systemd-sysctl" | "sysctl --system" | "ufw" | "the kernel's command line";
  readonly value: string;
  readonly source: Source;
  /** The step that puts another value in the same place; undefined where the line is a pattern or not in /etc. */
  set(value: string): Step | undefined;
}

export interface SysctlSetting {
  readonly key: SysctlKey;
  readonly running: Running;
  /** Everyone who sets it at boot; empty where the kernel's own default stays. */
  readonly boot: readonly Assignment[];
  /** What `sysctl --system` would set when run by hand, where that is not what the boot sets. */
  readonly byHand: Assignment | undefined;
  /** The step that adds a file whose line is the last for this key; undefined where there is no such name. */
  add(value: string): Step | undefined;
}

export interface Sysctl {
  of(key: SysctlKey): SysctlSetting;
  readonly conflicts: readonly Conflict[];
  readonly reader: SysctlFiles["boot"];
  /** False where IPv6 is off in the running kernel. */
  readonly ipv6: boolean | undefined;
  /** What could not be read and may set keys too. */
  readonly unread: readonly string[];
}

const root = "/proc/sys";

function runningOf(read: Read, seen: boolean): Running {
  if (read.state === "ok") {
    const value = read.text.trim();
    return { state: "known", value, source: wholeFile(read.path, value) };
  }
  if (read.state !== "absent") return { state: "error", reason: read.reason };
  return seen ? { state: "absent", reason: `this kernel has no ${read.path}` } : { state: "unseen" };
}

interface Values {
  readonly values: ReadonlyMap<SysctlKey, Running>;
  readonly ipv6: boolean | undefined;
}

async function runningValues(host: Host): Promise<Values> {
  const [kernel, net, six, reads] = await Promise.all([
    host.stat(`${root}/kernel`),
    host.stat(`${root}/net/ipv4`),
    host.stat(`${root}/net/ipv6`),
    Promise.all(sysctlKeys.map((key) => host.read(`${root}/${sysctlPath(key)}`))),
  ]);
  const seen = kernel.state !== "absent";
  const values = new Map<SysctlKey, Running>();
  for (const [index, key] of sysctlKeys.entries()) {
    const read = reads[index];
    if (read !== undefined) values.set(key, runningOf(read, seen));
  }
  return { values, ipv6: six.state !== "absent" ? true : net.state === "ok" ? false : undefined };
}

/** A set of files as one program reads it. */
interface Reading {
  readonly files: readonly SysctlSource[];
  readonly parsed: ReadonlyMap<string, SysctlFile>;
  readonly applied: Applied;
  readonly entries: readonly SysctlEntry[];
  readonly cut: readonly string[];
  /** Where there are so many patterns that none was followed, or files that cannot be settings. */
  readonly beyond: readonly string[];
}

/** Every key is held against every pattern; systemd brings some ten. */
const patternLimit = 200;

/** systemd takes a NUL for the end of a line, and no settings hold any. */
const nulLimit = 1000;

function hasManyNuls(text: string): boolean {
  let at = -1;
  for (let count = 0; count <= nulLimit; count++) {
    at = text.indexOf("\0", at + 1);
    if (at < 0) return false;
  }
  return true;
}

interface Reader {
  readonly program: SysctlReader;
  /** Do patterns without a value keep other patterns off? Undefined where the version of sysctl is not known. */
  readonly patternsExclude: boolean | undefined;
}

function reading(files: readonly SysctlSource[], by: Reader, other?: Reading): Reading {
  const { program: reader, patternsExclude } = by;
  const binary = files.filter(({ read }) => hasManyNuls(read.text)).map(({ path }) => path);
  const settings = files.filter(({ path }) => !binary.includes(path));
  const parsed = new Map(
    settings.map(({ path, read }) => [path, parseSysctl(path, read.text, reader, other?.parsed.get(path))]),
  );
  const all = [...parsed.values()].flatMap((file) => file.entries);
  const patterns = new Set(all.filter(({ wildcard }) => wildcard).map(({ path }) => path));
  const many = patterns.size > patternLimit;
  const entries = many ? all.filter(({ wildcard }) => !wildcard) : all;
  const cut = [...parsed.values()].flatMap((file) =>
    file.cut === undefined
      ? []
      : [`${file.cut.file}:${file.cut.line}: a line too long for systemd-sysctl, which reads no further`],
  );
  const [first] = reader === "procps" && patternsExclude === undefined ? excludingPatterns(entries) : [];
  const beyond = [
    ...(first !== undefined && entries.some(({ wildcard, value }) => wildcard && value !== undefined)
      ? [`${place(first.source)}: whether this keeps patterns off depends on the version of sysctl`]
      : []),
    ...(many ? [`sysctl.d holds more than ${patternLimit} patterns, which were not followed`] : []),
    ...binary.map((path) => `${path}: holds more than ${nulLimit} NUL characters, and was not followed`),
  ];
  return { files, parsed, entries, applied: applied(entries, reader, patternsExclude === true), cut, beyond };
}

function assignment(by: Assignment["by"], { files }: Reading, entry: SysctlEntry): Assignment {
  const { value = "", source } = entry;
  const file = files.find(({ path }) => path === source.file);
  return {
    by,
    value,
    source,
    set: (wanted) => (file === undefined ? undefined : editStep(file, entry, wanted)),
  };
}

function inForce(by: Assignment["by"], from: Reading | undefined, path: string): readonly Assignment[] {
  const entry = from?.applied.of(path);
  return from === undefined || entry === undefined ? [] : [assignment(by, from, entry)];
}

/** `sysctl.kernel.x=1`: set by the kernel before anything else runs, so that every file beats it. */
function fromCommandLine(line: CommandLine | undefined, path: string): readonly Assignment[] {
  const word = line?.parameters.findLast(
    ({ name }) => /^sysctl[./]/.test(name) && name.slice(7).replaceAll(".", "/") === path,
  );
  if (line === undefined || word?.value === undefined) return [];
  const source = { ...line.source, span: word.span, text: word.text };
  return [{ by: "the kernel's command line", value: word.value, source, set: () => undefined }];
}

interface Gathered {
  readonly files: SysctlFiles;
  readonly running: Values;
  readonly line: CommandLine | undefined;
  readonly patternsExclude: boolean | undefined;
}

function sysctlOf({ files, running, line, patternsExclude }: Gathered): Sysctl {
  const sysctlProgram = { program: "procps", patternsExclude } as const;
  const systemd = reading(files.systemd, { program: "systemd", patternsExclude });
  const procps = reading(files.procps, sysctlProgram, systemd);
  const ufw = files.ufw === undefined ? undefined : reading([files.ufw], sysctlProgram);
  const boot = files.boot === "none" ? undefined : files.boot === "systemd" ? systemd : procps;
  const by = files.boot === "systemd" ? "systemd-sysctl" : "sysctl --system";
  const of = (key: SysctlKey): SysctlSetting => {
    const path = sysctlPath(key);
    const written = [...inForce(by, boot, path), ...inForce("ufw", ufw, path)];
    const [hand] = inForce("sysctl --system", procps, path);
    return {
      key,
      running: running.values.get(key) ?? { state: "unseen" },
      boot: written.length > 0 ? written : fromCommandLine(line, path),
      byHand: written.some(({ value }) => value === hand?.value) ? undefined : hand,
      add: (value) => dropInStep(key, value, boot?.applied.naming(path) ?? [], files),
    };
  };
  const conflicts = conflictsOf({
    boot: boot === undefined ? undefined : { by, ...boot },
    byHand: procps,
    ufw,
  });
  const cut = boot === systemd ? systemd.cut : [];
  const beyond = [boot ?? procps, ...(ufw === undefined ? [] : [ufw])].flatMap((one) => one.beyond);
  const unread = [...files.unread, ...cut, ...beyond];
  return { of, conflicts, reader: files.boot, ipv6: running.ipv6, unread };
}

export const sysctl: FactSource<Sysctl> = {
  title: "kernel settings (/proc/sys, sysctl.d, /etc/sysctl.conf, /etc/ufw/sysctl.conf)",
  async gather(host, ask): Promise<Fact<Sysctl>> {
    const [files, patternsExclude, running, cmdline] = await Promise.all([
      sysctlFiles(host),
      patternsExcludeOn(ask),
      runningValues(host),
      ask(kernelCommandLine),
    ]);
    const seen = [...running.values.values()].some(({ state }) => state !== "unseen");
    if (!files.any && !seen) return absent("no kernel settings: neither /proc/sys nor a sysctl.d directory");
    const current = cmdline.state === "known" ? cmdline.value.running : cmdline;
    return known(
      sysctlOf({
        files,
        patternsExclude,
        running,
        line: current.state === "known" ? current.value : undefined,
      }),
    );
  },
};
