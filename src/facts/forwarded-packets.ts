// Can a packet of a pod pass through this node to one address outside? The rules for forwarded packets followed in both ways:
// what may let it pass and what may stop it. Rules for packets to the node itself: packet-walk.ts.
import { contains, type Network, overlaps, type Range } from "../core/network.js";
import type { Source } from "../core/source.js";
import type { Condition, PacketRule, PacketRules } from "../formats/packet-rule.js";
import { type Answer, matches } from "./packet-match.js";
import { isOfPods } from "./reach.js";

export interface PodPacket {
  readonly destination: bigint;
  readonly port: number;
  /** Networks of the pods; empty where they are not known. */
  readonly pods: readonly Network[];
  /** Interfaces by which packets leave the node; undefined where that is not known. */
  readonly uplinks: readonly string[] | undefined;
}

export interface Forwarded {
  readonly outcome: "closed" | "open" | "unknown";
  /** Rules that stop it, or stop it for some. */
  readonly stoppedBy: readonly Source[];
}

/** Chains within chains, and rules looked at in all. */
const depthLimit = 64;
const ruleLimit = 200_000;

/** What iptables calls local is this node; the packet in question is for another. */
const aboutTheNode = /addrtype|dst-type|pkttype|fib/;

function not(answer: Answer): Answer {
  return answer === "maybe" ? "maybe" : answer === "yes" ? "no" : "yes";
}

function byName(name: string, uplinks: PodPacket["uplinks"]): Answer {
  if (/^[+*]$/.test(name)) return "yes";
  if (isOfPods(name)) return "no";
  const stem = /[+*]$/.test(name) ? name.slice(0, -1) : undefined;
  if (uplinks === undefined) return "maybe";
  const named = uplinks.filter((one) => (stem === undefined ? one === name : one.startsWith(stem)));
  return named.length === 0 ? "no" : named.length === uplinks.length ? "yes" : "maybe";
}

function leavesBy({ names, negated }: Extract<Condition, { kind: "out" }>, { uplinks }: PodPacket): Answer {
  const answers = names.map((name) => byName(name, uplinks));
  const one = answers.includes("yes") ? "yes" : answers.every((each) => each === "no") ? "no" : "maybe";
  return negated ? not(one) : one;
}

/** Pods sit behind the inner interfaces, behind which of them is not known. */
function comesBy({ names, negated }: Extract<Condition, { kind: "in" }>, { uplinks }: PodPacket): Answer {
  const outer = (name: string) => name === "lo" || uplinks?.includes(name) === true;
  const one = names.some((name) => /^[+*]$/.test(name)) ? "yes" : names.every(outer) ? "no" : "maybe";
  return negated ? not(one) : one;
}

function comesFrom(ranges: readonly Range[], { pods }: PodPacket): Answer {
  if (pods.length === 0) return "maybe";
  if (pods.every((pod) => ranges.some((range) => contains(range, pod)))) return "yes";
  return pods.some((pod) => ranges.some((range) => overlaps(range, pod))) ? "maybe" : "no";
}

function holds(condition: Condition, packet: PodPacket): Answer {
  if (condition.kind === "out") return leavesBy(condition, packet);
  if (condition.kind === "in") return comesBy(condition, packet);
  if (condition.kind === "source") {
    const one = comesFrom(condition.ranges, packet);
    return condition.negated ? not(one) : one;
  }
  if (condition.kind === "fixed" && aboutTheNode.test(condition.text)) return "maybe";
  const { destination, port } = packet;
  const whole = { family: 4, protocol: 6, port, destination: { family: 4, value: destination } } as const;
  return matches([condition], { ...whole, interface: undefined }).answer;
}

function answerOf({ conditions }: PacketRule, packet: PodPacket): Answer {
  const answers = conditions.map((condition) => holds(condition, packet));
  if (answers.includes("no")) return "no";
  return answers.includes("maybe") ? "maybe" : "yes";
}

/** What may become of the packet in a chain. */
interface May {
  readonly pass: boolean;
  readonly stop: boolean;
  /** Come out at the end. */
  readonly fall: boolean;
}

class ForwardWalk {
  readonly stoppedBy = new Set<Source>();
  private rules = 0;

  constructor(
    private readonly chains: PacketRules["chains"],
    private readonly packet: PodPacket,
  ) {}

  chain(name: string, depth: number): May {
    const chain = this.chains.get(name);
    if (chain === undefined || depth > depthLimit) return { pass: true, stop: true, fall: true };
    let may: May = { pass: false, stop: false, fall: false };
    for (const rule of chain.rules) {
      if (++this.rules > ruleLimit) return { pass: true, stop: true, fall: true };
      const answer = answerOf(rule, this.packet);
      if (answer === "no") continue;
      const one = this.rule(rule, depth);
      may = { pass: may.pass || one.pass, stop: may.stop || one.stop, fall: may.fall || one.leaves };
      if (answer === "yes" && !one.goesOn) return may;
    }
    return { ...may, fall: true };
  }

  private rule({ verdict, source }: PacketRule, depth: number) {
    const nothing = { pass: false, stop: false, leaves: false, goesOn: false };
    switch (verdict.kind) {
      case "accept":
        return { ...nothing, pass: true };
      case "drop":
        this.stoppedBy.add(source);
        return { ...nothing, stop: true };
      case "return":
        return { ...nothing, leaves: true };
      case "continue":
        return { ...nothing, goesOn: true };
      case "unknown":
        return { pass: true, stop: true, leaves: false, goesOn: true };
      case "jump": {
        const { pass, stop, fall } = this.chain(verdict.chain, depth + 1);
        // After a goto the caller's caller goes on (iptables(8) -g).
        return { pass, stop, leaves: fall && !verdict.returns, goesOn: fall && verdict.returns };
      }
    }
  }
}

/** Follows the chain that the kernel enters for forwarded packets; without it all pass. */
export function forwarded(rules: PacketRules, base: string, packet: PodPacket): Forwarded {
  const chain = rules.chains.get(base);
  if (chain === undefined) return { outcome: "open", stoppedBy: [] };
  const walk = new ForwardWalk(rules.chains, packet);
  const may = walk.chain(base, 0);
  const [pass, stop] = [
    may.pass || (may.fall && chain.policy !== "drop"),
    may.stop || (may.fall && chain.policy === "drop"),
  ];
  const policy = may.fall && chain.policy === "drop" ? [chain.source] : [];
  return {
    outcome: !pass ? "closed" : stop ? "unknown" : "open",
    stoppedBy: [...walk.stoppedBy, ...policy],
  };
}
