// Who reaches a port of this node through a packet filter, over every interface that leads outside. Knows no socket and
// does not care where the filter's rules came from.
import { AddressSet } from "../core/address-set.js";
import type { Address, Family } from "../core/network.js";
import type { Host } from "../host/host.js";
import type { ReadyRules } from "./packet-blocks.js";
import { type Decision, decisionOn, type Packet, type Passage, passage } from "./packet-walk.js";

export interface Reach {
  readonly family: Family;
  /** Sources that may get to the port. */
  readonly possible: AddressSet;
  /** Sources that surely do. */
  readonly certain: AddressSet;
  /** Conditions that were not understood and matter. */
  readonly doubts: readonly string[];
  /** The rule or policy that decides on one address. */
  decides(address: bigint): Decision | undefined;
}

export interface Question {
  readonly protocol: "tcp" | "udp" | "udplite" | "sctp";
  readonly port: number;
  /** Undefined for every address of the node. */
  readonly destination: Address | undefined;
}

const numbers: Readonly<Record<Question["protocol"], number>> = { tcp: 6, udp: 17, sctp: 132, udplite: 136 };

/** Interfaces of pods, bridges of containers and tunnels of the CNI: what comes in there started on a node. */
const ofPods =
  /^(?:lo|veth|cali|lxc|cni|flannel|cilium|docker|br-|virbr|kube-|vxlan|tunl|azv|eni[0-9a-f]{8}|nodelocaldns|dummy|genev|weave|vnet|sit|ip6tnl|gre|erspan|ovs|antrea|nerdctl|podman|tap|ifb|teql)/;

export function isOfPods(name: string): boolean {
  return ofPods.test(name);
}

/** Interfaces that lead outside, from /proc/net/dev of the host's namespace; undefined where it cannot be read. */
export async function uplinks(host: Host): Promise<readonly string[] | undefined> {
  const init = await host.read("/proc/1/net/dev");
  const read = init.state === "ok" ? init : await host.read("/proc/net/dev");
  if (read.state !== "ok") return undefined;
  const names = [...read.text.matchAll(/^ *([^\s:|]{1,15}):/gm)].map((match) => match[1] ?? "");
  const outside = names.filter((name) => !ofPods.test(name));
  return outside.length === 0 ? undefined : outside;
}

/** Does any rule ask for an interface other than the loopback? */
function asksForInterface({ chains }: ReadyRules): boolean {
  for (const { blocks } of chains.values())
    for (const { conditions } of blocks)
      for (const condition of conditions)
        if (condition.kind === "in" && condition.names.some((name) => name !== "lo")) return true;
  return false;
}

function together(sets: readonly AddressSet[], family: Family): AddressSet {
  return sets.reduce((all, set) => all.or(set), AddressSet.none(family));
}

/** A reader of one filter; answers are remembered. */
export function reacher(
  rules: ReadyRules,
  interfaces: readonly string[] | undefined,
): (question: Question) => Reach {
  const { family } = rules;
  const names = interfaces !== undefined && asksForInterface(rules) ? interfaces : [undefined];
  const known = new Map<string, Reach>();
  const ask = ({ protocol, port, destination }: Question): Reach => {
    const packet: Packet = { family, protocol: numbers[protocol], port, destination, interface: undefined };
    const passages: readonly Passage[] = names.map((name) => passage(rules, { ...packet, interface: name }));
    return {
      family,
      possible: together(
        passages.map(({ possible }) => possible),
        family,
      ),
      certain: together(
        passages.map(({ certain }) => certain),
        family,
      ),
      doubts: [...new Set(passages.flatMap(({ doubts }) => doubts))],
      decides: (address) => {
        const decisions = passages.flatMap((one) => decisionOn(one, address) ?? []);
        return decisions.find(({ verdict }) => verdict === "accept") ?? decisions[0];
      },
    };
  };
  return (question) => {
    const key = `${question.protocol} ${question.port} ${question.destination?.value ?? ""}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = ask(question);
    known.set(key, made);
    return made;
  };
}
