// sysctl.kubelet-defaults: the values without which a kubelet that protects the kernel's settings does not start, now
// and after the next boot.
import type { Fact } from "../../core/fact.js";
import type { Kubelet } from "../../facts/kubelet.js";
import { defineCheck } from "../define.js";
import { kubeletRules } from "./kubelet-values.js";
import { judgeSetting } from "./rule.js";

const wanted = kubeletRules.map(({ key, wants }) => `${key} = ${wants}`);

/** What the kubelet does about values that differ; its next start is the last view. */
function kubeletNote(kubelet: Fact<Kubelet>): readonly string[] {
  if (kubelet.state !== "known") return [];
  const protects = kubelet.value.views.at(-1)?.view.setting("protectKernelDefaults").value;
  return protects === true
    ? ["protectKernelDefaults is on: the kubelet does not start on any other value"]
    : [
        "protectKernelDefaults is off: the kubelet itself sets what differs when it starts; with it on it would not start",
      ];
}

export default defineCheck({
  id: "sysctl.kubelet-defaults",
  title: "The kernel is set as the kubelet expects it, also after the next boot",
  why: "With protectKernelDefaults the kubelet refuses to start on any other value; without it, it and a file undo each other.",
  remedy: `Let the last lines in /etc/sysctl.d read ${wanted.map((line) => `\`${line}\``).join(", ")}, then \`sysctl --system\`.`,
  breaks: "kernel.panic = 10 restarts a machine ten seconds after a panic instead of leaving it for a look.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["sysctl", "roles"],
  optional: ["kubelet"],
  params: {},
  evaluate({ sysctl, roles, kubelet }) {
    if (roles.roles.length === 0 && kubelet.state === "absent")
      return {
        notApplicable: "no part of Kubernetes is on this machine: there is no kubelet to expect anything",
      };
    const found = kubeletRules.map((rule) => ({ key: rule.key, ...judgeSetting(rule, sysctl) }));
    return {
      expected: wanted.join(", "),
      actual: found.map(({ key, actual }) => `${key}: ${actual}`).join("; "),
      evidence: found.flatMap(({ evidence }) => evidence),
      problems: found.flatMap(({ problems }) => problems),
      unknowns: [...new Set(found.flatMap(({ unknowns }) => unknowns))],
      notes: [...new Set([...found.flatMap(({ notes }) => notes), ...kubeletNote(kubelet)])],
    };
  },
});
