// The kernel's modules: loaded, built in, and there to be loaded for each installed kernel. Not what modprobe is told.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import {
  type ModuleFile,
  modulesThatNeed,
  parseModulesAlias,
  parseModulesBuiltin,
  parseModulesDep,
} from "../formats/modules-dep.js";
import { type LoadedModule, parseProcModules } from "../formats/proc-modules.js";
import type { Host, Read } from "../host/host.js";
import { platform } from "./platform.js";
import type { FactSource } from "./source.js";

export type { LoadedModule } from "../formats/proc-modules.js";

interface Lists {
  readonly files: ReadonlyMap<string, ModuleFile>;
  readonly builtin: ReadonlyMap<string, Source>;
  dependents(module: string): readonly string[];
  aliases(module: string): readonly string[];
}

export interface InstalledKernel {
  readonly release: string;
  readonly running: boolean;
  /** An error where depmod's lists cannot be read: what this kernel could load is not known. */
  readonly lists: Fact<Lists>;
}

export type Presence =
  /** A file modprobe would find, of these kernels. */
  | { readonly state: "present"; readonly files: readonly ModuleFile[]; readonly releases: readonly string[] }
  /** No installed kernel has it; `releases` were looked through. */
  | { readonly state: "absent"; readonly releases: readonly string[] }
  | { readonly state: "unknown"; readonly reason: string };

export interface KernelModules {
  /** False on a kernel built without loadable modules; undefined where no kernel runs (another root without /proc). */
  readonly loadable: boolean | undefined;
  /** Absent where no running kernel can be seen. */
  readonly loaded: Fact<ReadonlyMap<string, LoadedModule>>;
  readonly kernels: readonly InstalledKernel[];
  /** The line that says that a module is part of the running kernel, or of every installed one where none runs. */
  builtin(module: string): Source | undefined;
  presence(module: string): Presence;
  /** Modules of any installed kernel that cannot be loaded without `module`. */
  dependents(module: string): readonly string[];
  /** Names other than its own by which the running kernel would ask for the module. */
  aliases(module: string): readonly string[];
}

/** modules.alias and modules.dep of a distribution kernel are one to two MiB. */
const listLimit = 32 * 1024 * 1024;
const kernelLimit = 20;

function listsOf(dep: Read, builtin: Read, alias: Read): Fact<Lists> {
  if (dep.state !== "ok") return failed(dep.reason);
  // Written by depmod for every kernel; without it built-in modules would count as missing.
  if (builtin.state !== "ok") return failed(builtin.reason);
  const files = parseModulesDep(dep.text);
  const compiled = parseModulesBuiltin(builtin.path, builtin.text);
  if (files.size === 0 && compiled.size === 0)
    return failed(`${dep.path} and ${builtin.path} name no module`);
  return known({
    files,
    builtin: compiled,
    dependents: (module) => {
      const file = files.get(module);
      return file === undefined ? [] : modulesThatNeed(dep.text, file.path);
    },
    aliases: (module) => (alias.state === "ok" ? parseModulesAlias(alias.text, module) : []),
  });
}

async function kernelAt(host: Host, release: string, running: boolean): Promise<InstalledKernel> {
  const folder = `/lib/modules/${release}`;
  const read = (name: string) => host.read(`${folder}/${name}`, { limit: listLimit });
  const [dep, builtin, alias] = await Promise.all([
    read("modules.dep"),
    read("modules.builtin"),
    running ? read("modules.alias") : Promise.resolve({ state: "absent" as const, path: folder, reason: "" }),
  ]);
  return { release, running, lists: listsOf(dep, builtin, alias) };
}

interface Installed {
  readonly kernels: readonly InstalledKernel[];
  readonly unread: string | undefined;
}

async function installedKernels(host: Host, release: string): Promise<Installed> {
  const listing = await host.list("/lib/modules");
  if (listing.state === "absent") return { kernels: [], unread: undefined };
  if (listing.state !== "ok") return { kernels: [], unread: listing.reason };
  const folders = listing.entries.filter(({ kind }) => kind === "directory" || kind === "symlink");
  if (folders.length > kernelLimit)
    return { kernels: [], unread: `/lib/modules holds more than ${kernelLimit} kernels` };
  const found = await Promise.all(
    folders.map(async ({ name }) => ({
      name,
      // A folder that a removed kernel left (headers, built modules) is no kernel.
      holds: name === release || (await host.lstat(`/lib/modules/${name}/kernel`)).state === "ok",
    })),
  );
  const names = found.filter(({ holds }) => holds).map(({ name }) => name);
  return {
    kernels: await Promise.all(names.map((name) => kernelAt(host, name, name === release))),
    unread: undefined,
  };
}

function loadedOf(read: Read, monolithic: boolean): Fact<ReadonlyMap<string, LoadedModule>> {
  if (read.state === "absent")
    return monolithic ? known(new Map()) : absent("no running kernel is to be seen: no /proc/modules");
  if (read.state !== "ok") return failed(read.reason);
  const { modules, unread } = parseProcModules(read.path, read.text);
  if (unread.length > 0) return failed(`${read.path}:${unread[0]}: is not a line of a module`);
  return known(modules);
}

function presenceOf(module: string, { kernels, unread }: Installed, release: string): Presence {
  if (unread !== undefined) return { state: "unknown", reason: unread };
  const files: ModuleFile[] = [];
  const releases: string[] = [];
  let reason: string | undefined;
  for (const kernel of kernels) {
    if (kernel.lists.state !== "known") {
      reason ??= kernel.lists.reason;
      continue;
    }
    const file = kernel.lists.value.files.get(module);
    if (file === undefined) continue;
    files.push(file);
    releases.push(kernel.release);
  }
  if (files.length > 0) return { state: "present", files, releases };
  if (reason !== undefined) return { state: "unknown", reason };
  if (release !== "" && !kernels.some(({ running }) => running))
    return { state: "unknown", reason: `the running kernel has no folder /lib/modules/${release}` };
  if (kernels.length === 0) return { state: "unknown", reason: "no kernel is installed below /lib/modules" };
  return { state: "absent", releases: kernels.map((kernel) => kernel.release) };
}

function knownLists({ kernels }: Installed): readonly { readonly running: boolean; readonly lists: Lists }[] {
  return kernels.flatMap(({ running, lists }) =>
    lists.state === "known" ? [{ running, lists: lists.value }] : [],
  );
}

function builtinOf(module: string, installed: Installed, release: string): Source | undefined {
  const all = knownLists(installed);
  if (release !== "") return all.find(({ running }) => running)?.lists.builtin.get(module);
  const sources = all.map(({ lists }) => lists.builtin.get(module));
  return all.length === installed.kernels.length && sources.every((source) => source !== undefined)
    ? sources[0]
    : undefined;
}

function dependentsOf(module: string, installed: Installed): readonly string[] {
  return [...new Set(knownLists(installed).flatMap(({ lists }) => lists.dependents(module)))].sort();
}

export const kernelModules: FactSource<KernelModules> = {
  title: "the kernel's modules (/proc/modules, /lib/modules/*/modules.dep, modules.builtin, modules.alias)",
  async gather(host, ask) {
    const system = await ask(platform);
    const release = system.state === "known" ? system.value.kernel : "";
    const [proc, installed] = await Promise.all([
      host.read("/proc/modules"),
      installedKernels(host, release),
    ]);
    // A kernel without loadable modules has no such file; another root may just not have been given one.
    const monolithic = host.live && release !== "" && proc.state === "absent";
    const loaded = loadedOf(proc, monolithic);
    if (loaded.state === "absent" && installed.kernels.length === 0 && installed.unread === undefined)
      return absent("no kernel: neither /proc/modules nor an installed kernel below /lib/modules");
    return known({
      loadable: monolithic ? false : proc.state === "absent" ? undefined : true,
      loaded,
      kernels: installed.kernels,
      builtin: (module) => builtinOf(module, installed, release),
      presence: (module) => presenceOf(module, installed, release),
      dependents: (module) => dependentsOf(module, installed),
      aliases: (module) =>
        knownLists(installed)
          .find(({ running }) => running)
          ?.lists.aliases(module) ?? [],
    });
  },
};
