// sysctl.kubelet-defaults: the values without which a kubelet that protects the kernel's settings does not start.
import type { SysctlKey } from "../../facts/sysctl.js";
import { defineCheck } from "../define.js";
import { judgeSetting, type Rule } from "./rule.js";
import { exactly } from "./setting-row.js";

/** setupKernelTunables() of pkg/kubelet/cm/container_manager_linux.go. */
const wanted: readonly (readonly [SysctlKey, number])[] = [
  ["vm.overcommit_memory", 1],
  ["vm.panic_on_oom", 0],
  ["kernel.panic", 10],
  ["kernel.panic_on_oops", 1],
  ["kernel.keys.root_maxkeys", 1_000_000],
  ["kernel.keys.root_maxbytes", 25_000_000],
];

const kubeletSees = "the kubelet sets what no file sets when it starts, unless protectKernelDefaults is on";

function ruleFor(key: SysctlKey, value: number): Rule {
  return { ...exactly(value), key, setElsewhere: kubeletSees };
}

export default defineCheck({
  id: "sysctl.kubelet-defaults",
  title: "The kernel is set as the kubelet expects it",
  why: "With protectKernelDefaults the kubelet refuses to start on any other value; without it, it and a file undo each other.",
  remedy: `Let the last lines in /etc/sysctl.d read ${wanted.map(([key, value]) => `\`${key} = ${value}\``).join(", ")}, then \`sysctl --system\`.`,
  breaks: "kernel.panic = 10 restarts a machine ten seconds after a panic instead of leaving it for a look.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["sysctl", "roles"],
  params: {},
  evaluate({ sysctl, roles }) {
    if (roles.roles.length === 0)
      return {
        notApplicable: "no part of Kubernetes is on this machine: there is no kubelet to expect anything",
      };
    const found = wanted.map(([key, value]) => ({ key, ...judgeSetting(ruleFor(key, value), sysctl) }));
    return {
      expected: wanted.map(([key, value]) => `${key} = ${value}`).join(", "),
      actual: found.map(({ key, actual }) => `${key}: ${actual}`).join("; "),
      evidence: found.flatMap(({ evidence }) => evidence),
      problems: found.flatMap(({ problems }) => problems),
      unknowns: [...new Set(found.flatMap(({ unknowns }) => unknowns))],
      notes: [...new Set(found.flatMap(({ notes }) => notes))],
    };
  },
});
