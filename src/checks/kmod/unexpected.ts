// kmod.unexpected: every loaded module is one that the site names. Whether a module is good is not judged here.
import type { Problem } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { matchesWildcard } from "../../core/wildcard.js";
import type { LoadedModule } from "../../facts/kernel-modules.js";
import { defineCheck } from "../define.js";
import { isNeeded } from "./needed-names.js";
import { ordinaryNames } from "./ordinary-names.js";

function unexpectedProblem({ name, taints }: LoadedModule): Problem {
  const foreign = /[OEFP]/.test(taints) ? ` and does not come with the kernel (${taints})` : "";
  return { message: `${printable(name)} is loaded, which the list does not name${foreign}` };
}

export default defineCheck({
  id: "kmod.unexpected",
  title: "Only modules that the site expects are loaded",
  why: "A rootkit is most often a module, and a driver nobody needs is code that anybody may attack.",
  remedy: "Unload the module, or name it in the parameter `allow` of kmod.unexpected.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kernelModules"],
  params: {
    allow: words([], "a list of module names, `*` and `?` standing for others"),
    ordinary: words(ordinaryNames, "a list of module names that any node may have loaded"),
  },
  evaluate({ kernelModules }, { allow, ordinary: usual }) {
    const { loaded, loadable } = kernelModules;
    if (loadable === false) return { notApplicable: "this kernel was built without loadable modules" };
    if (loaded.state === "absent") return { notApplicable: loaded.reason };
    if (loaded.state === "error") return { undecided: loaded.reason };
    const patterns = [...allow, ...usual].map((name) => name.replaceAll("-", "_"));
    const expected = (name: string) =>
      isNeeded(name) || patterns.some((pattern) => matchesWildcard(pattern, name));
    const found = [...loaded.value.values()].filter(({ name }) => !expected(name));
    return {
      expected: "no module but the named ones",
      actual: `${loaded.value.size} loaded, ${found.length} of them unexpected`,
      evidence: found.length > 0 ? found.map(({ source }) => source) : [wholeFile("/proc/modules")],
      problems: found.map(unexpectedProblem),
    };
  },
});
