// The shape of kmod.<module>: not loaded, and refused by name and by alias. What the table has no row for is not judged.
import type { Problem, Verdict } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { Facts } from "../../facts/index.js";
import type { KernelModules, LoadedModule } from "../../facts/kernel-modules.js";
import type { InstallRule, Modprobe } from "../../facts/modprobe.js";
import type { ModuleRow } from "./module-rows.js";
import { reasonsToKeep } from "./reasons-to-keep.js";

export interface BlockedFacts extends Pick<Facts, "kernelModules" | "mounts" | "packages"> {
  readonly modprobe: Modprobe;
}

/** The module as the kernel names it. */
function canonical({ module }: ModuleRow): string {
  return module.replaceAll("-", "_");
}

function usersOf({ usedBy, users }: LoadedModule): string {
  if (usedBy.length > 0) return `, used by ${listing(usedBy)}`;
  return users === undefined || users === 0 ? "" : `, in use ${users} time${users === 1 ? "" : "s"}`;
}

function inUse(module: LoadedModule): boolean {
  return module.usedBy.length > 0 || (module.users ?? 0) > 0;
}

/** Words for how modprobe meets the module; undefined where it refuses it, by name and by alias. */
function opening(row: ModuleRow, { modprobe }: BlockedFacts): string | undefined {
  const { module } = row;
  const install = modprobe.install(module);
  const blacklist = modprobe.blacklist(module);
  const soft = modprobe.softDependencies(module);
  const [listed] = blacklist;
  if (install === undefined)
    return listed === undefined
      ? `nothing keeps ${module} from being loaded`
      : `${module} is only blacklisted (${place(listed)}): \`modprobe ${module}\` and modules that depend on it still load it`;
  if (install.effect === "runs")
    return `${place(install.source)} runs \`${printable(install.command, 200)}\` for ${module}, which may load it`;
  if (soft !== undefined)
    return `${place(soft.source)} gives ${module} soft dependencies: modprobe then passes over its install line (${place(install.source)}) and loads it`;
  return listed === undefined
    ? `${module} is refused by an install line (${place(install.source)}) but not blacklisted`
    : undefined;
}

/** Names by which the kernel loads it; `alias net-pf-21 off` in modprobe.d takes one away. */
function asked(row: ModuleRow, kernel: KernelModules | undefined, { modprobe }: BlockedFacts): string {
  const leadsThere = (alias: string) =>
    modprobe.aliases(alias).every(({ argument }) => argument.replaceAll("-", "_") === canonical(row));
  const aliases = (kernel?.aliases(canonical(row)) ?? []).filter(leadsThere);
  return aliases.length === 0 ? "" : `; the kernel asks for it as ${listing(aliases, 3)}`;
}

function described(install: InstallRule | undefined, loaded: LoadedModule | undefined): readonly string[] {
  return [
    loaded === undefined ? "not loaded" : "loaded",
    install === undefined ? "no install line" : `install ${install.command}`,
  ];
}

function problemsOf(
  row: ModuleRow,
  facts: BlockedFacts,
  loaded: LoadedModule | undefined,
): readonly Problem[] {
  const kernel = facts.kernelModules.state === "known" ? facts.kernelModules.value : undefined;
  const keep = reasonsToKeep(row, facts, loaded);
  const kept = keep.length === 0 ? "" : `; it is left to you: ${keep.join(", ")}`;
  const problems: Problem[] = [];
  if (loaded !== undefined) {
    const stays = loaded.users === undefined || loaded.permanent;
    const message = `${row.module} is loaded${usersOf(loaded)}${stays ? ", and stays until the next restart" : ""}${kept}`;
    const unload: Step = { kind: "action", action: "unload-module", args: [loaded.name] };
    problems.push(keep.length > 0 || stays || inUse(loaded) ? { message } : { message, fix: [unload] });
  }
  const open = opening(row, facts);
  if (open === undefined || facts.modprobe.unread.length > 0) return problems;
  const softened = facts.modprobe.softDependencies(row.module) !== undefined;
  const plan = facts.modprobe.block(row.module);
  const message = `${open}${asked(row, kernel, facts)}`;
  if (keep.length > 0) problems.push({ message: loaded === undefined ? `${message}${kept}` : message });
  else if (plan.state === "impossible") problems.push({ message: `${message}; ${plan.reason}` });
  else problems.push(softened ? { message } : { message, fix: plan.steps });
  return problems;
}

function notesOf(row: ModuleRow, { modprobe }: BlockedFacts): readonly string[] {
  const refused = modprobe.refusedByKernel(row.module);
  const install = modprobe.install(row.module);
  return [
    ...(refused === undefined ? [] : [`the running kernel itself refuses it (${refused.text})`]),
    ...(install?.effect === "pretends"
      ? [`\`${install.command}\` makes modprobe succeed: who asked for ${row.module} believes it is loaded`]
      : []),
  ];
}

function evidenceOf(row: ModuleRow, { modprobe }: BlockedFacts, loaded: LoadedModule | undefined) {
  const lines: readonly (Source | undefined)[] = [
    loaded?.source,
    modprobe.install(row.module)?.source,
    ...modprobe.blacklist(row.module),
    modprobe.softDependencies(row.module)?.source,
    ...modprobe.loadedAtBoot(row.module),
  ];
  const found = lines.filter((source) => source !== undefined);
  return found.length > 0 ? found : [wholeFile("/etc/modprobe.d", `no line about ${row.module}`)];
}

/** Judges one module. */
export function judgeBlocked(row: ModuleRow, facts: BlockedFacts): Verdict {
  const { kernelModules, modprobe } = facts;
  const kernel = kernelModules.state === "known" ? kernelModules.value : undefined;
  if (kernel?.loadable === false)
    return { notApplicable: "this kernel was built without loadable modules: modprobe has nothing to load" };
  const builtin = kernel?.builtin(canonical(row));
  if (builtin !== undefined)
    return {
      notApplicable: `${row.module} is compiled into the kernel (${place(builtin)}): no configuration of modprobe keeps it out`,
    };
  const loadedFact = kernel?.loaded;
  const loaded = loadedFact?.state === "known" ? loadedFact.value.get(canonical(row)) : undefined;
  const expected = "not loaded, refused by an install line and blacklisted";
  const presence = kernel?.presence(canonical(row));
  if (presence?.state === "absent" && loaded === undefined && loadedFact?.state !== "error")
    return {
      expected,
      actual: "not installed",
      evidence: presence.releases.map((release) => wholeFile(`/lib/modules/${release}/modules.dep`)),
      problems: [],
      notes: [`no installed kernel has the module ${row.module} (${listing(presence.releases)})`],
    };
  const unread = [kernelModules, ...(loadedFact === undefined ? [] : [loadedFact])];
  const unseen = loadedFact?.state === "absent" ? [`${loadedFact.reason}: not judged by what is loaded`] : [];
  return {
    expected,
    actual: [
      ...described(modprobe.install(row.module), loaded),
      modprobe.blacklist(row.module).length > 0 ? "blacklisted" : "not blacklisted",
    ].join(", "),
    evidence: evidenceOf(row, facts, loaded),
    problems: problemsOf(row, facts, loaded),
    unknowns: [
      ...unread.flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
      ...modprobe.unread,
    ],
    notes: [...unseen, ...notesOf(row, facts)],
  };
}
