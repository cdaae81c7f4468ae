// Chains made ready for walking: neighbouring rules that differ in their sources alone become one block, so that ten
// thousand refused addresses cost as much as one. Walks nothing.
import { AddressSet } from "../core/address-set.js";
import type { Family, Range } from "../core/network.js";
import type { Condition, PacketChain, PacketRule, PacketRules, Verdict } from "../formats/packet-rule.js";

export interface Block {
  /** All conditions but the source. */
  readonly conditions: readonly Condition[];
  /** Undefined: from anywhere. */
  readonly sources: AddressSet | undefined;
  readonly verdict: Verdict;
  /** The rules it stands for, in their order. */
  readonly rules: readonly PacketRule[];
}

export interface ReadyChain {
  readonly chain: PacketChain;
  readonly blocks: readonly Block[];
}

export interface ReadyRules {
  readonly family: Family;
  readonly chains: ReadonlyMap<string, ReadyChain>;
  readonly input: readonly string[];
}

interface Open {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
  readonly key: string;
  readonly ranges: Range[] | undefined;
  readonly rules: PacketRule[];
}

/** The sources of one rule; several conditions on the source must all hold. */
function sourcesOf(rule: PacketRule, family: Family): AddressSet | undefined {
  let set: AddressSet | undefined;
  for (const condition of rule.conditions) {
    if (condition.kind !== "source") continue;
    const named = AddressSet.of(family, condition.ranges);
    const meant = condition.negated ? AddressSet.all(family).without(named) : named;
    set = set === undefined ? meant : set.and(meant);
  }
  return set;
}

function keyOf(conditions: readonly Condition[], verdict: Verdict): string {
  return JSON.stringify([verdict, conditions], (_, value: unknown) =>
    typeof value === "bigint" ? value.toString(16) : value,
  );
}

/** Only a verdict that ends the matter may be given to several sources at once. */
function joins(verdict: Verdict): boolean {
  return verdict.kind === "accept" || verdict.kind === "drop" || verdict.kind === "return";
}

function blocksOf({ rules }: PacketChain, family: Family): readonly Block[] {
  const blocks: Open[] = [];
  for (const rule of rules) {
    const conditions = rule.conditions.filter(({ kind }) => kind !== "source");
    const sources = sourcesOf(rule, family);
    const joinable = joins(rule.verdict) && sources !== undefined;
    const key = joinable ? keyOf(conditions, rule.verdict) : "";
    const before = blocks.at(-1);
    if (joinable && before?.key === key && before.ranges !== undefined) {
      for (const range of sources.ranges) before.ranges.push(range);
      before.rules.push(rule);
    } else {
      const ranges = sources === undefined ? undefined : [...sources.ranges];
      blocks.push({ conditions, verdict: rule.verdict, key, ranges, rules: [rule] });
    }
  }
  return blocks.map(({ conditions, verdict, ranges, rules: joined }) => ({
    conditions,
    verdict,
    rules: joined,
    sources: ranges === undefined ? undefined : AddressSet.of(family, ranges),
  }));
}

export function readyRules({ family, chains, input }: PacketRules): ReadyRules {
  return {
    family,
    input,
    chains: new Map(
      [...chains].map(([name, chain]) => [name, { chain, blocks: blocksOf(chain, family) }] as const),
    ),
  };
}
