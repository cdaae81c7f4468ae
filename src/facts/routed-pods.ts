// What lets the packets of pods pass when the policy for routed ones refuses: route rules of ufw, rules written by hand,
// chains of the network plug-in. Does not say whether that is all it needs.
import type { Fact } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { KernelFilter } from "./kernel-filter.js";
import type { NumberedRule, Ufw } from "./ufw.js";

/** Chains in which a CNI, kube-router or docker lets the packets of its pods through. */
const ofPods =
  /^(?:cali-FORWARD|FLANNEL-FWD|CILIUM_FORWARD|KUBE-ROUTER-FORWARD|CNI-FORWARD|WEAVE-(?:NPC|EXPOSE)|ANTREA-FORWARD|DOCKER-(?:FORWARD|USER)|NETAVARK_FORWARD|AZURECNI)/;

export interface Passing {
  /** What lets pods' packets through. */
  readonly by: readonly Source[];
  readonly unknown: string | undefined;
}

export function routeRules({ rules }: Ufw): readonly NumberedRule[] {
  if (rules.state !== "known") return [];
  return rules.value.all.filter(
    ({ routed, action, v6 }) => routed && !v6 && (action === "allow" || action === "limit"),
  );
}

/** Rules that somebody wrote into before.rules for what is forwarded; ICMP and answers are shipped ones. */
function writtenByHand({ chains }: Ufw): readonly Source[] {
  const built = chains[4];
  if (built.state !== "known") return [];
  const rules = built.value.rules.chains.get("ufw-before-forward")?.rules ?? [];
  return rules
    .filter(
      ({ verdict, conditions }) =>
        verdict.kind === "accept" && conditions.every(({ kind }) => kind !== "fixed"),
    )
    .filter(({ conditions }) =>
      conditions.every((condition) => condition.kind !== "protocol" || !condition.numbers.includes(1)),
    )
    .map(({ source }) => source);
}

function inKernel(kernel: Fact<KernelFilter>): Passing {
  if (kernel.state !== "known") return { by: [], unknown: kernel.reason };
  const loaded = kernel.value[4];
  if (loaded.state !== "known") return { by: [], unknown: loaded.reason };
  const rules = loaded.value.rules.chains.get("FORWARD")?.rules ?? [];
  const by = rules
    .filter(({ verdict }) => verdict.kind === "jump" && ofPods.test(verdict.chain))
    .map(({ source }) => source);
  return { by, unknown: undefined };
}

/** ufw's files first; then what the kernel has. */
export function podsPassing(own: Ufw, kernel: Fact<KernelFilter>): Passing {
  const files = [...routeRules(own).map(({ source }) => source), ...writtenByHand(own)];
  if (files.length > 0) return { by: files, unknown: undefined };
  if (own.rules.state !== "known") return { by: [], unknown: own.rules.reason };
  return inKernel(kernel);
}
