// Ports of this node that the kernel sends on elsewhere (destination NAT): NodePorts, host ports of pods, ports published
// by docker. The filter's rules for incoming packets do not see them.
import type { Source } from "../core/source.js";
import { parsePorts } from "../formats/iptables-rule.js";
import type { SavedRule, SavedRules } from "../formats/iptables-save.js";
import type { PortRange } from "../formats/packet-rule.js";

export interface Forward {
  readonly kind: "NodePort" | "host port" | "docker" | "redirect";
  readonly protocol: string;
  readonly ports: readonly PortRange[];
  /** Only for packets to this address; empty for any. */
  readonly address: string;
  /** What the rule's comment says of it: a service, a container. */
  readonly name: string;
  /** Where it goes to, where the rule says so. */
  readonly to: string;
  readonly source: Source;
}

/** Chains whose rules send a port of the node on, by who writes them. */
const publishers: ReadonlyMap<string, Forward["kind"]> = new Map([
  ["KUBE-NODEPORTS", "NodePort"],
  ["CNI-HOSTPORT-DNAT", "host port"],
  ["DOCKER", "docker"],
]);

/** Chains of single services and pods: reached through those above. */
const inner = /^(?:KUBE-|CNI-)/;

/** Forwards listed; a cluster can have thousands of NodePorts. */
const forwardLimit = 5000;

function after(rule: SavedRule, ...names: readonly string[]): string {
  const words = rule.words();
  const at = words.findIndex(({ text, quoted }) => !quoted && names.includes(text));
  return at < 0 ? "" : (words[at + 1]?.text ?? "");
}

function forwardOf(rule: SavedRule): Forward | undefined {
  const target = after(rule, "-j", "--jump", "-g");
  const known = publishers.get(rule.chain);
  const sends = target === "DNAT" || target === "REDIRECT";
  if (!sends && (known === undefined || !inner.test(target))) return undefined;
  if (known === undefined && inner.test(rule.chain)) return undefined;
  const ports = parsePorts(after(rule, "--dport", "--dports"));
  if (ports === undefined) return undefined;
  return {
    kind: known ?? "redirect",
    protocol: after(rule, "-p"),
    ports,
    address: after(rule, "-d").replace(/\/(?:32|128)$/, ""),
    name: after(rule, "--comment"),
    to: after(rule, "--to-destination", "--to-ports"),
    source: rule.source,
  };
}

/** The forwards of the nat table. */
export function forwardsOf(saved: SavedRules): readonly Forward[] {
  const found: Forward[] = [];
  for (const { name, rules } of saved.tables.get("nat")?.chains.values() ?? []) {
    // What the node itself sends out is not what comes in.
    if (name === "OUTPUT" || name === "POSTROUTING") continue;
    for (const rule of rules) {
      if (found.length >= forwardLimit) return found;
      // Most rules of the table name no port: their words need not be split.
      const forward = rule.source.text.includes("dport") ? forwardOf(rule) : undefined;
      if (forward !== undefined) found.push(forward);
    }
  }
  return found;
}
