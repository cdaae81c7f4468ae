// Does a rule's condition hold for the first packet of a connection to this node? Follows no chain.
import { AddressSet } from "../core/address-set.js";
import { type Address, type Family, overlaps, scopeOf } from "../core/network.js";
import type { Condition, PortRange } from "../formats/packet-rule.js";

export interface Packet {
  readonly family: Family;
  /** IP protocol number. */
  readonly protocol: number;
  readonly port: number;
  /** Undefined for every address of the node. */
  readonly destination: Address | undefined;
  /** Undefined: some interface that is not the loopback. */
  readonly interface: string | undefined;
}

export type Answer = "yes" | "no" | "maybe";

function inPorts(ports: readonly PortRange[], port: number): boolean {
  return ports.some(({ from, to }) => from <= port && port <= to);
}

function answer(holds: boolean, negated: boolean): Answer {
  return holds !== negated ? "yes" : "no";
}

/** `eth+` is every name that begins so (iptables(8) -i); nft writes `eth*`. */
function named(pattern: string, name: string): boolean {
  return /[+*]$/.test(pattern) ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function onInterface(
  { names, negated }: Extract<Condition, { kind: "in" }>,
  name: string | undefined,
): Answer {
  if (name !== undefined)
    return answer(
      names.some((pattern) => named(pattern, name)),
      negated,
    );
  if (names.every((pattern) => pattern === "lo")) return answer(false, negated);
  return names.some((pattern) => pattern === "+" || pattern === "*") ? answer(true, negated) : "maybe";
}

function toAddress({ ranges, negated }: Extract<Condition, { kind: "destination" }>, packet: Packet): Answer {
  const { destination, family } = packet;
  if (destination !== undefined) {
    const one = { first: destination.value, last: destination.value };
    return answer(
      ranges.some((range) => overlaps(range, one)),
      negated,
    );
  }
  const scopes = ranges.map((range) => scopeOf({ family, ...range }));
  // No packet to the loopback network comes from outside, and only datagrams go to groups.
  const never = scopes.every(
    (scope) => scope === "loopback" || (scope === "multicast" && packet.protocol === 6),
  );
  if (never) return answer(false, negated);
  return AddressSet.of(family, ranges).full ? answer(true, negated) : "maybe";
}

function holds(condition: Condition, packet: Packet): Answer {
  switch (condition.kind) {
    case "protocol":
      return answer(condition.numbers.includes(packet.protocol), condition.negated);
    case "port":
      return answer(inPorts(condition.ports, packet.port), condition.negated);
    case "source-port":
      // Whoever sends chooses it.
      return "maybe";
    case "in":
      return onInterface(condition, packet.interface);
    case "out":
      // A packet to the node leaves by no interface (iptables(8) -o).
      return answer(false, condition.negated);
    case "destination":
      return toAddress(condition, packet);
    case "fixed":
      return condition.holds ? "yes" : "no";
    case "source":
      return "yes";
    case "unknown":
      return "maybe";
  }
}

export interface Match {
  readonly answer: Answer;
  /** Conditions that were not understood. */
  readonly doubts: readonly string[];
}

/** All conditions together; those on the source are the walk's own. */
export function matches(conditions: readonly Condition[], packet: Packet): Match {
  let all: Answer = "yes";
  for (const condition of conditions) {
    const one = holds(condition, packet);
    if (one === "no") return { answer: "no", doubts: [] };
    if (one === "maybe") all = "maybe";
  }
  if (all === "yes") return { answer: "yes", doubts: [] };
  return {
    answer: all,
    doubts: conditions.flatMap((condition) => (condition.kind === "unknown" ? [condition.text] : [])),
  };
}
