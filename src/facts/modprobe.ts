// What modprobe is told (modprobe.d(5)) and what is loaded at boot (modules-load.d(5)), with the lines that say so. Not
// which modules there are (facts/kernel-modules.ts).
import { byBytes } from "../core/byte-order.js";
import { absent, type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { matchesWildcard } from "../core/wildcard.js";
import { type ModprobeStatement, type SoftDependencies, softDependencies } from "../formats/modprobe.js";
import type { Host } from "../host/host.js";
import { type DropIns, dropIns } from "./drop-in-files.js";
import { type FileState, fileStates } from "./file-state.js";
import { type CommandLine, type CommandLines, kernelCommandLine } from "./kernel-command-line.js";
import { kernelModules } from "./kernel-modules.js";
import { type Blocked, blockSteps } from "./modprobe-block.js";
import { aliasFilesRead, statementsOf } from "./modprobe-statements.js";
import { type BootLoads, modulesLoadedAtBoot } from "./modules-load.js";
import { platform } from "./platform.js";
import type { FactSource } from "./source.js";

/** What an `install` command does when somebody asks for the module. */
export type InstallEffect =
  /** Fails: modprobe says so. */
  | "refuses"
  /** Does nothing and succeeds: who asked believes that the module is loaded. */
  | "pretends"
  /** Runs a command that may well load it. */
  | "runs";

export interface InstallRule {
  readonly command: string;
  readonly effect: InstallEffect;
  readonly statement: ModprobeStatement;
  readonly source: Source;
}

export interface SoftDependencyRule extends SoftDependencies {
  readonly source: Source;
}

export interface Modprobe {
  /** The `install` line in force: the first, by file name, whose pattern matches. */
  install(module: string): InstallRule | undefined;
  /** Lines, and words of the kernel's command line, that keep aliases from loading the module. */
  blacklist(module: string): readonly Source[];
  /** The module_blacklist= word by which the running kernel itself refuses the module. */
  refusedByKernel(module: string): Source | undefined;
  /** The soft dependencies in force; a module with one is loaded past its `install` line. */
  softDependencies(module: string): SoftDependencyRule | undefined;
  /** `alias` lines for this very name: modprobe follows them before it looks for the module. */
  aliases(name: string): readonly ModprobeStatement[];
  /** Lines that ask for the module at every boot. */
  loadedAtBoot(module: string): readonly Source[];
  /** What lies in modprobe.d and modules-load.d below /etc. */
  readonly places: readonly FileState[];
  /** Modules, or patterns of them, that `install` and `blacklist` lines speak of. */
  readonly named: readonly string[];
  /** What could not be read of modprobe.d and may say otherwise. */
  readonly unread: readonly string[];
  /** Lines that modprobe passes over. */
  readonly ignored: readonly Source[];
  /** Steps after which the module cannot be asked for, or why there are none. */
  block(module: string): Blocked;
}

const etcPlaces = [
  ...["/etc/modprobe.d", "/etc/modprobe.d/*", "/etc/modprobe.conf"],
  ...["/etc/modules-load.d", "/etc/modules-load.d/*", "/etc/modules"],
];
const directories = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d"];

/** kmod up to 30 reads /lib/modprobe.d only, which is another directory where /lib is not a link to /usr/lib. */
async function directoriesOf(host: Host): Promise<readonly string[]> {
  const lib = await host.stat("/lib");
  const apart = lib.state === "ok" && lib.realPath === "/lib";
  return [...directories, ...(apart ? [] : ["/usr/lib/modprobe.d"]), "/lib/modprobe.d"];
}

const refusing = new Set(["/bin/false", "/usr/bin/false", "false"]);
const pretending = new Set(["/bin/true", "/usr/bin/true", "true", ":"]);

function effectOf(command: string): InstallEffect {
  // What a shell could make more of than a program and plain words is taken for a command that may load the module.
  const program = /^\s*(\S+)(?:\s+[\w./=:,$-]+)*(?:\s+#.*)?\s*$/.exec(command.slice(0, 1000))?.[1] ?? "";
  if (refusing.has(program)) return "refuses";
  return pretending.has(program) ? "pretends" : "runs";
}

/** kmod takes hyphen and underscore in a module's name for one. */
function canonical(name: string): string {
  return name.replaceAll("-", "_");
}

/** depmod's own list of soft dependencies is read as if it lay among the others. */
async function withModulesSoftdep(host: Host, release: string, found: DropIns): Promise<DropIns> {
  const name = "modules.softdep";
  if (release === "" || found.files.some((file) => file.name === name)) return found;
  const path = `/lib/modules/${release}/${name}`;
  const read = await host.read(path);
  if (read.state === "absent") return found;
  if (read.state !== "ok") return { ...found, unread: [...found.unread, read.reason] };
  const files = [...found.files, { name, path, read }].sort((a, b) => byBytes(a.name, b.name));
  return { ...found, files };
}

/** kmod compares names from the command line as they stand: a hyphen there never matches (libkmod-config.c). */
function blacklistWords(line: CommandLine, module: string): readonly Source[] {
  return line.modprobe
    .filter(({ module: name, option }) => {
      if (name !== "modprobe" || !option.startsWith("blacklist=")) return false;
      return option.slice("blacklist=".length).split(",").includes(module);
    })
    .map(({ span }) => ({ ...line.source, span, text: line.source.text.slice(span.start, span.end) }));
}

/** The kernel keeps the last word and compares names byte by byte (kernel/module/main.c, blacklisted()). */
function kernelRefusal(line: CommandLine, module: string): Source | undefined {
  const word = line.last("module_blacklist");
  if (word?.value?.split(",").includes(module) !== true) return undefined;
  return { ...line.source, span: word.span, text: word.text };
}

interface Told {
  readonly places: readonly FileState[];
  readonly found: DropIns;
  readonly boot: BootLoads;
  readonly line: CommandLine | undefined;
  readonly unread: readonly string[];
  readonly aliasFiles: boolean | undefined;
}

/** The statements of all files in order, and the first of a kind that speaks of a module. */
function rulesOf({ found, aliasFiles }: Told) {
  const { statements, ignored, doubtful } = statementsOf(found.files, aliasFiles);
  const first = (command: string, module: string) =>
    statements.find((one) => one.command === command && matchesWildcard(one.name, module));
  const install = (module: string): InstallRule | undefined => {
    const statement = first("install", module);
    if (statement === undefined) return undefined;
    const { argument: command, source } = statement;
    return { command: command.trim(), effect: effectOf(command), statement, source };
  };
  const softRule = (module: string): SoftDependencyRule | undefined => {
    const statement = first("softdep", module);
    if (statement === undefined) return undefined;
    const parsed = softDependencies(statement.argument);
    return parsed.pre.length + parsed.post.length === 0 ? undefined : { ...parsed, source: statement.source };
  };
  const blacklisted = (module: string) =>
    statements
      .filter((one) => one.command === "blacklist" && one.name === module)
      .map(({ source }) => source);
  const aliases = (name: string) =>
    statements.filter((one) => one.command === "alias" && matchesWildcard(one.name, name));
  const named = statements
    .filter(({ command }) => command === "install" || command === "blacklist")
    .map((one) => one.name);
  return { install, softRule, blacklisted, aliases, named: [...new Set(named)], ignored, doubtful };
}

function modprobeOf(told: Told): Modprobe {
  const { found, boot, line, unread, places } = told;
  const rules = rulesOf(told);
  const blacklist = (name: string) => {
    const module = canonical(name);
    return [...rules.blacklisted(module), ...(line === undefined ? [] : blacklistWords(line, module))];
  };
  return {
    install: (name) => rules.install(canonical(name)),
    blacklist,
    refusedByKernel: (name) => (line === undefined ? undefined : kernelRefusal(line, canonical(name))),
    softDependencies: (name) => rules.softRule(canonical(name)),
    aliases: (name) => rules.aliases(canonical(name)),
    loadedAtBoot: (name) => boot.lines.get(canonical(name)) ?? [],
    places,
    named: rules.named,
    unread: [...found.unread, ...boot.unread, ...unread, ...rules.doubtful],
    ignored: rules.ignored,
    block: (module) => {
      const rule = rules.install(canonical(module));
      const needsInstall = rule === undefined || rule.effect === "runs";
      const loads = rule?.effect === "runs" ? rule.statement : undefined;
      const needsBlacklist = blacklist(module).length === 0;
      return blockSteps({ module, loads, needsInstall, needsBlacklist, files: found.files });
    },
  };
}

function runningLine(fact: Fact<CommandLines>): Fact<CommandLine> {
  return fact.state === "known" ? fact.value.running : fact;
}

export const modprobe: FactSource<Modprobe> = {
  title: "what modprobe is told (modprobe.d, modules-load.d, /proc/cmdline)",
  async gather(host, ask) {
    const [system, cmdline, aliasFiles] = await Promise.all([
      ask(platform),
      ask(kernelCommandLine),
      aliasFilesRead(ask),
    ]);
    const running = runningLine(cmdline);
    const line = running.state === "known" ? running.value : undefined;
    const unread = running.state === "error" ? [running.reason] : [];
    const names = aliasFiles === false ? /^[^.].*\.conf$/s : /^[^.].*\.(?:conf|alias)$/s;
    const accepts = (name: string) => names.test(name);
    const [configured, boot] = await Promise.all([
      dropIns(host, { directories: await directoriesOf(host), accepts, directoriesHide: false }),
      modulesLoadedAtBoot(host, line),
    ]);
    const release = system.state === "known" ? system.value.kernel : "";
    const found = await withModulesSoftdep(host, release, configured);
    const [modules, places] = await Promise.all([ask(kernelModules), fileStates(host, etcPlaces)]);
    if (found.directories.length + boot.directories.length === 0 && modules.state === "absent")
      return absent(`no modprobe.d or modules-load.d directory; ${modules.reason}`);
    return known(modprobeOf({ found, boot, line, unread, places, aliasFiles }));
  },
};
