// kubelet.seccomp-default: pods that ask for no seccomp profile get the runtime's, and whom the change would reach.
import { dangers } from "../../confine/dangerous.js";
import { decisionOf, decisions, reachOf } from "../../confine/filter.js";
import { ordinaryCapabilities, runtimeDefault } from "../../confine/runtime-default.js";
import type { Fact } from "../../core/fact.js";
import { listing, printable } from "../../core/printable.js";
import type { Containers } from "../../facts/containers.js";
import type { Kubelet } from "../../facts/kubelet.js";
import type { SeccompNode } from "../../facts/seccomp-node.js";
import { defineCheck } from "../define.js";
import { exactly, judgeSettings } from "./setting.js";

/** The containers that have no filter now: those the change is felt by, once their pods start anew. */
function reached(containers: Fact<Containers>): string {
  if (containers.state === "absent") return "no container runs here now";
  if (containers.state === "error")
    return `which containers run without a filter now is not known: ${containers.reason}`;
  const bare = containers.value.all.filter(({ grants }) =>
    grants.some(({ kind }) => kind === "seccomp-unconfined"),
  );
  // A privileged pod gets no filter, whatever the kubelet's default.
  const felt = bare.filter(({ grants }) => !grants.some(({ kind }) => kind === "privileged"));
  if (felt.length === 0)
    return "no container here runs without a filter now, but for privileged ones, which get none";
  const names = felt.map(({ owner, container }) => printable(`${owner}, container ${container}`));
  return `these run without a filter now, and get one when their pods start anew: ${listing(names, 6)}`;
}

/** Grave calls that RuntimeDefault takes from an ordinary container. */
function taken({ engine = "containerd", engineVersion, architecture, kernel }: SeccompNode): string {
  const container = { architecture, kernel, capabilities: ordinaryCapabilities };
  const filter = runtimeDefault({ engine, version: engineVersion }, container);
  const decided = decisions(filter);
  const refused = dangers
    .map(({ calls }) => calls.find((name) => reachOf(decisionOf(filter, decided, name)) === "refused"))
    .filter((name) => name !== undefined);
  const whose = [engine, engineVersion].filter((part) => part !== undefined).join(" ");
  return `RuntimeDefault of ${whose} refuses, among others, ${listing(refused, 10)}`;
}

function notesOf(containers: Fact<Containers>, node: Fact<SeccompNode>): readonly string[] {
  return [reached(containers), ...(node.state === "known" ? [taken(node.value)] : [])];
}

function ruleFor({ version }: Kubelet) {
  const rule = exactly("seccompDefault", true);
  return version !== undefined && version.minor < 22
    ? { ...rule, withheld: `kubelet ${version.text} does not know it` }
    : rule;
}

export default defineCheck({
  id: "kubelet.seccomp-default",
  title: "Pods get the runtime's seccomp profile unless they ask for another",
  why: "Without it every pod that says nothing may call every system call of the kernel, the ones nobody audits among them.",
  remedy: "Set `seccompDefault: true` in the kubelet's configuration file and restart the kubelet.",
  breaks:
    "New containers that need a call the runtime's profile denies fail with EPERM, those that run go on as they are until their pods start anew. Give such pods `seccompProfile: {type: Unconfined}` or a profile of their own first; nodeward seccomp generate writes one.",
  severity: "high",
  risk: "workload",
  fixable: true,
  needs: ["kubelet"],
  optional: ["containers", "seccompNode"],
  params: {},
  evaluate({ kubelet, containers, seccompNode }) {
    const outcome = judgeSettings(kubelet, "true", [ruleFor(kubelet)]);
    if (outcome.problems.length === 0) return outcome;
    return { ...outcome, notes: [...(outcome.notes ?? []), ...notesOf(containers, seccompNode)] };
  },
});
