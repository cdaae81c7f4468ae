// One rule of a packet filter, whichever program wrote it: what it asks of a packet, what it does. Decides nothing.
import type { Family, Range } from "../core/network.js";
import type { Source } from "../core/source.js";

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What a rule asks. The packet in question is always the first of a new connection, unicast to this node: `fixed` is the
 * answer of a match that depends on nothing else. `unknown` may hold or not.
 */
export type Condition =
  | { readonly kind: "protocol"; readonly numbers: readonly number[]; readonly negated: boolean }
  | { readonly kind: "source"; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly kind: "destination"; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly kind: "in"; readonly names: readonly string[]; readonly negated: boolean }
  | { readonly kind: "out"; readonly names: readonly string[]; readonly negated: boolean }
  | { readonly kind: "port"; readonly ports: readonly PortRange[]; readonly negated: boolean }
  | { readonly kind: "source-port"; readonly ports: readonly PortRange[]; readonly negated: boolean }
  | { readonly kind: "fixed"; readonly holds: boolean; readonly text: string }
  | { readonly kind: "unknown"; readonly text: string };

export type Verdict =
  | { readonly kind: "accept" }
  | { readonly kind: "drop"; readonly rejects: boolean }
  | { readonly kind: "return" }
  /** Logs, marks or counts, and goes on. */
  | { readonly kind: "continue"; readonly logs: boolean }
  | { readonly kind: "jump"; readonly chain: string; readonly returns: boolean }
  /** Decided elsewhere (a queue of user space) or not understood. */
  | { readonly kind: "unknown"; readonly text: string };

export interface PacketRule {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
  readonly comment: string;
  readonly source: Source;
}

export interface PacketChain {
  readonly name: string;
  /** Of a chain that the kernel enters by itself. */
  readonly policy: "accept" | "drop" | undefined;
  readonly rules: readonly PacketRule[];
  readonly source: Source;
}

/** The chains of one address family that a packet to this node passes. */
export interface PacketRules {
  readonly family: Family;
  readonly chains: ReadonlyMap<string, PacketChain>;
  /** Chains entered by the kernel for such a packet, one after another; each must let it pass. */
  readonly input: readonly string[];
}

/** IP protocol numbers (protocols(5)) that rules name. */
export const protocolNumbers: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["igmp", 2],
  ["ipencap", 4],
  ["tcp", 6],
  ["udp", 17],
  ["dccp", 33],
  ["ipv6", 41],
  ["gre", 47],
  ["esp", 50],
  ["ah", 51],
  ["ipv6-icmp", 58],
  ["icmpv6", 58],
  ["ospf", 89],
  ["pim", 103],
  ["vrrp", 112],
  ["l2tp", 115],
  ["sctp", 132],
  ["mh", 135],
  ["udplite", 136],
]);
