// kmod.needed: no configuration of modprobe keeps out what a Kubernetes node needs.
import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import type { Modprobe } from "../../facts/modprobe.js";
import { defineCheck } from "../define.js";
import { isNeeded, neededNames } from "./needed-names.js";

interface Obstacle {
  readonly module: string;
  readonly how: string;
  readonly source: Source;
}

/** How modprobe, or the kernel, is kept from loading a module. */
function obstacles(module: string, modprobe: Modprobe): readonly Obstacle[] {
  const install = modprobe.install(module);
  const refused = modprobe.refusedByKernel(module);
  const found: Obstacle[] = [];
  if (install !== undefined && install.effect !== "runs" && modprobe.softDependencies(module) === undefined)
    found.push({ module, how: `\`install … ${install.command}\``, source: install.source });
  for (const source of modprobe.blacklist(module)) found.push({ module, how: "`blacklist`", source });
  if (refused !== undefined) found.push({ module, how: "the kernel's command line", source: refused });
  for (const alias of modprobe.aliases(module))
    if (alias.argument !== module)
      found.push({ module, how: `an alias to ${alias.argument}`, source: alias.source });
  return found;
}

export default defineCheck({
  id: "kmod.needed",
  title: "Nothing keeps out the kernel modules that Kubernetes needs",
  why: "Hardening guides block overlay and friends. The node works until it is restarted; then no pod starts or no Service answers.",
  remedy:
    "Take out the `install`, `blacklist` or `alias` line that is named, or the word on the kernel's command line.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["modprobe"],
  optional: ["kernelModules"],
  params: {},
  evaluate({ modprobe, kernelModules }) {
    const kernel = kernelModules.state === "known" ? kernelModules.value : undefined;
    const names = [...new Set([...neededNames, ...modprobe.named.filter(isNeeded)])];
    // What is part of the kernel needs no modprobe.
    const found = names
      .filter((name) => kernel?.builtin(name) === undefined)
      .flatMap((name) => obstacles(name, modprobe));
    const problems = found.map(
      ({ module, how, source }): Problem => ({
        message: `${printable(module)} is kept out by ${printable(how)} (${place(source)}), and Kubernetes needs it`,
      }),
    );
    return {
      expected: "no install, blacklist or alias line for a module that Kubernetes needs",
      actual:
        found.length === 0 ? "none" : `${new Set(found.map(({ module }) => module)).size} modules kept out`,
      evidence: found.map(({ source }) => source),
      problems,
      unknowns: modprobe.unread,
    };
  },
});
