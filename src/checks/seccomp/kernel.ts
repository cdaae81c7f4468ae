// seccomp.kernel: the kernel filters system calls, with the actions that profiles use.
import type { Problem } from "../../core/outcome.js";
import type { KernelSeccomp } from "../../facts/kernel-seccomp.js";
import { defineCheck } from "../define.js";

/** Those that container runtimes and profiles build on (seccomp(2)). */
const needed = ["allow", "errno", "kill_process", "kill_thread", "log", "trap"];

function problemsOf({ actions, built }: KernelSeccomp): readonly Problem[] {
  if (built === false && (actions ?? []).length === 0)
    return [
      { message: "the kernel was built without CONFIG_SECCOMP_FILTER: no container is confined by seccomp" },
    ];
  if (actions === undefined) return [];
  if (actions.length === 0)
    return [
      { message: "the running kernel lists no seccomp actions: it has no filters, or is older than 4.14" },
    ];
  const missing = needed.filter((word) => !actions.includes(word));
  return missing.length === 0
    ? []
    : [{ message: `the running kernel does not know the seccomp actions ${missing.join(", ")}` }];
}

export default defineCheck({
  id: "seccomp.kernel",
  title: "The kernel filters system calls",
  why: "Without it every profile, the runtimes' default too, is either refused or without effect.",
  remedy: "Boot a kernel built with CONFIG_SECCOMP_FILTER=y; those of all current distributions are.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["kernelSeccomp"],
  params: {},
  evaluate({ kernelSeccomp }) {
    const { actions, built, sources, unread } = kernelSeccomp;
    const seen = actions === undefined ? "" : actions.join(", ") || "none";
    return {
      expected: `actions ${needed.join(", ")}`,
      actual:
        actions === undefined ? `CONFIG_SECCOMP_FILTER ${built === true ? "is set" : "is not known"}` : seen,
      evidence: sources,
      problems: problemsOf(kernelSeccomp),
      unknowns: actions === undefined ? unread : [],
    };
  },
});
