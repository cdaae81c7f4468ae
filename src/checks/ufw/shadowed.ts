// Rules of ufw that can never match because an earlier one takes every packet they name. Knows no file.
import { type Network, parseNetwork } from "../../core/network.js";
import type { NumberedRule } from "../../facts/ufw.js";

export interface Shadowed {
  readonly rule: NumberedRule;
  readonly by: NumberedRule;
}

/** Comparisons of two rules; enough for two thousand rules of one chain. */
const comparisonLimit = 2_000_000;

type Ports = readonly (readonly [number, number])[];

interface Ready {
  readonly rule: NumberedRule;
  readonly src: Network | undefined;
  readonly dst: Network | undefined;
  readonly dport: Ports;
  readonly sport: Ports;
  /** The lowest and the highest of `dport`: most pairs of rules differ there already. */
  readonly low: number;
  readonly high: number;
  /** `*` for every protocol. */
  readonly protocols: readonly string[];
}

function portsOf(text: string): Ports {
  if (text === "any") return [[0, 65535]];
  return text.split(",").map((part) => {
    const [from = 0, to = from] = part.split(":").map(Number);
    return [from, to] as const;
  });
}

/** A rule with ports stands for TCP and UDP, one without for every protocol (ufw(8)). */
function protocols({ protocol, dport, sport }: NumberedRule): readonly string[] {
  if (protocol !== "any") return [protocol];
  return dport === "any" && sport === "any" ? ["*"] : ["tcp", "udp"];
}

function ready(rule: NumberedRule): Ready {
  const dport = portsOf(rule.dport);
  return {
    rule,
    src: parseNetwork(rule.src),
    dst: parseNetwork(rule.dst),
    dport,
    sport: portsOf(rule.sport),
    low: Math.min(...dport.map(([from]) => from)),
    high: Math.max(...dport.map(([, to]) => to)),
    protocols: protocols(rule),
  };
}

function coversNetwork(outer: Network | undefined, inner: Network | undefined): boolean {
  return outer !== undefined && inner !== undefined && outer.first <= inner.first && inner.last <= outer.last;
}

function coversPorts(outer: Ports, inner: Ports): boolean {
  return inner.every(([from, to]) => outer.some(([low, high]) => low <= from && to <= high));
}

function coversProtocols(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.includes("*") || inner.every((name) => outer.includes(name));
}

function covers(outer: Ready, inner: Ready): boolean {
  if (inner.low < outer.low || inner.high > outer.high) return false;
  const [one, two] = [outer.rule, inner.rule];
  // A rule that limits lets the others pass on; none is hidden behind it for certain.
  if (one.action === "limit") return false;
  if (one.inInterface !== "" && one.inInterface !== two.inInterface) return false;
  if (one.outInterface !== "" && one.outInterface !== two.outInterface) return false;
  return (
    coversProtocols(outer.protocols, inner.protocols) &&
    coversNetwork(outer.src, inner.src) &&
    coversNetwork(outer.dst, inner.dst) &&
    coversPorts(outer.dport, inner.dport) &&
    coversPorts(outer.sport, inner.sport)
  );
}

/** The rules of one chain: those of other families, directions and of routing never meet. */
function chains(rules: readonly NumberedRule[]): readonly (readonly Ready[])[] {
  const found = new Map<string, Ready[]>();
  for (const rule of rules) {
    const key = `${rule.v6} ${rule.routed} ${rule.direction}`;
    const chain = found.get(key) ?? [];
    found.set(key, chain);
    chain.push(ready(rule));
  }
  return [...found.values()];
}

/** Each dead rule with the first that hides it. `complete` is false where there were too many rules to compare. */
export function shadowed(rules: readonly NumberedRule[]): {
  readonly found: readonly Shadowed[];
  readonly complete: boolean;
} {
  const found: Shadowed[] = [];
  let left = comparisonLimit;
  for (const chain of chains(rules))
    for (const [index, inner] of chain.entries()) {
      left -= index;
      if (left < 0) return { found, complete: false };
      // Stops at the rule itself, which covers itself.
      const outer = chain.find((before) => before === inner || covers(before, inner));
      if (outer !== undefined && outer !== inner) found.push({ rule: inner.rule, by: outer.rule });
    }
  return { found, complete: true };
}
