// ufw.kubernetes-ports: the kubelet, the control plane and the CNI are reached by the cluster, not by everybody.
import type { AddressSet } from "../../core/address-set.js";
import type { Fact } from "../../core/fact.js";
import type { Family } from "../../core/network.js";
import { notApplicable, type Problem } from "../../core/outcome.js";
import { place, type Source } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import { scopeOfSet } from "../../facts/exposure.js";
import type { KernelFilter } from "../../facts/kernel-filter.js";
import type { NumberedRule, Ufw } from "../../facts/ufw.js";
import { usesIpv6 } from "../../facts/ufw.js";
import { defineCheck } from "../define.js";
import { type ClusterPort, controlPlanePorts, nodePorts, workerPorts } from "./cluster-ports.js";
import { forRule, networks, networksOf, setOf } from "./ports.js";

interface Found {
  readonly problems: Problem[];
  readonly unknowns: string[];
  readonly evidence: Source[];
}

/** Does the rule open exactly ports of the list, to everybody, so that it can be narrowed without cutting anything else? */
function narrowable(rule: NumberedRule, ports: readonly ClusterPort[]): boolean {
  const { action, routed, direction, src, sport, dport, protocol, v6 } = rule;
  if (action !== "allow" || routed || direction !== "in" || sport !== "any" || dport === "any") return false;
  if (src !== (v6 ? "::/0" : "0.0.0.0/0")) return false;
  return dport.split(",").every((part) => {
    const [from = 0, to = from] = part.split(":").map(Number);
    return ports.some(
      (port) => port.from <= from && to <= port.to && (protocol === port.protocol || protocol === "any"),
    );
  });
}

/** The rule at `source` with the cluster's networks for its source. */
function narrowed(
  own: Ufw,
  source: Source,
  ports: readonly ClusterPort[],
  from: readonly string[],
): readonly Step[] {
  const rules = own.rules.state === "known" ? own.rules.value.all : [];
  // The decision is on an iptables line; the tuple stands before it.
  const rule = rules.findLast((one) => one.source.file === source.file && one.source.line <= source.line);
  const allowed = rule === undefined ? [] : networksOf(from, rule.v6 ? 6 : 4);
  if (rule === undefined || allowed.length === 0 || !narrowable(rule, ports)) return [];
  const step = rule.replace(allowed.map((network) => ({ ...rule, src: forRule(network) })));
  return step === undefined ? [] : [step];
}

/** Sources that get in and should not: everybody, or who is in none of the networks. */
function strangers(possible: AddressSet, from: readonly string[], family: Family): AddressSet | undefined {
  if (from.length === 0) return scopeOfSet(possible) === "anywhere" ? possible : undefined;
  const rest = possible.without(setOf([...from, "127.0.0.0/8", "::1"], family));
  return rest.empty ? undefined : rest;
}

function judge(
  own: Ufw,
  port: ClusterPort,
  family: Family,
  { from, all }: { readonly from: readonly string[]; readonly all: readonly ClusterPort[] },
  found: Found,
): void {
  const reach = own.reach[family];
  if (reach.state !== "known") {
    found.unknowns.push(reach.reason);
    return;
  }
  for (const number of new Set([port.from, port.to])) {
    const answer = reach.value({ protocol: port.protocol, port: number, destination: undefined });
    const rest = strangers(answer.possible, from, family);
    const range = rest?.ranges[0];
    if (rest === undefined || range === undefined) continue;
    const decision = answer.decides(range.first);
    if (decision !== undefined) found.evidence.push(decision.source);
    const by = decision === undefined ? "" : ` by ${place(decision.source)}`;
    const name = port.from === port.to ? `${port.from}` : `${port.from}-${port.to}`;
    found.problems.push({
      message: `${port.name} (${name}/${port.protocol}) is open to ${rest.describe()} over IPv${family}${by}`,
      fix: decision === undefined ? [] : narrowed(own, decision.source, all, from),
    });
    return;
  }
}

/** NodePorts are rewritten and forwarded before the rules for incoming packets are asked. */
function forwardNote(kernel: Fact<KernelFilter>): readonly string[] {
  const loaded = kernel.state === "known" ? kernel.value[4] : kernel;
  const count =
    loaded.state === "known" ? loaded.value.forwards.filter(({ kind }) => kind === "NodePort").length : 0;
  const seen = count > 0 ? ` (${count} in the kernel now)` : "";
  return [
    `NodePorts${seen} are forwarded to pods and not filtered by ufw's rules for incoming packets: limit them in the cluster or before the node`,
  ];
}

export default defineCheck({
  id: "ufw.kubernetes-ports",
  title: "The ports of Kubernetes are open to the cluster's networks alone",
  why: "Who reaches the kubelet or etcd has one lock left to pick before the node, or the whole cluster, is theirs.",
  remedy:
    "Replace `ufw allow PORT` by `ufw allow from NETWORK to any port PORT proto tcp` for the node, control plane and pod networks.",
  breaks:
    "Without 10250 the control plane reads no logs and runs no `kubectl exec`; without the CNI's ports pods on other nodes are gone.",
  severity: "high",
  risk: "workload",
  fixable: true,
  needs: ["ufw", "roles"],
  optional: ["kernelFilter"],
  params: { networks: networks() },
  evaluate({ ufw, roles, kernelFilter }, { networks: from }) {
    if (roles.roles.length === 0) return notApplicable("this is not a Kubernetes node");
    const control = roles.roles.includes("control-plane");
    const all = [...workerPorts, ...(control ? controlPlanePorts : []), nodePorts];
    const families: readonly Family[] = usesIpv6(ufw.settings) && ufw.hostHasIpv6 ? [4, 6] : [4];
    const found: Found = { problems: [], unknowns: [], evidence: [] };
    for (const family of families) for (const port of all) judge(ufw, port, family, { from, all }, found);
    return {
      expected: from.length === 0 ? "none of them open to everybody" : `open to ${from.join(", ")} alone`,
      actual:
        found.problems.length === 0 ? "none open to strangers" : `${found.problems.length} open to strangers`,
      ...found,
      unknowns: [...new Set(found.unknowns)],
      notes: forwardNote(kernelFilter),
    };
  },
});
