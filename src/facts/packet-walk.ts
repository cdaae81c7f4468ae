// Which sources get past a packet filter to one port of this node: every chain followed with a set of sources, once for
// what may come through and once for what surely does. Reads no rules and knows no sockets.
import { AddressSet } from "../core/address-set.js";
import type { Source } from "../core/source.js";
import type { PacketRule } from "../formats/packet-rule.js";
import type { Block, ReadyChain, ReadyRules } from "./packet-blocks.js";
import { type Match, matches, type Packet } from "./packet-match.js";

export type { Packet } from "./packet-match.js";

export interface Decision {
  readonly verdict: "accept" | "drop" | "reject";
  readonly sources: AddressSet;
  /** The rules, or the chain whose policy it is. */
  readonly source: Source;
  readonly rules: readonly PacketRule[];
  readonly policy: boolean;
}

export interface Passage {
  /** Sources that may get through: what a rule not understood might let in is in. */
  readonly possible: AddressSet;
  /** Sources that surely do. */
  readonly certain: AddressSet;
  /** What decided on `possible` and the rest, in the order met. */
  readonly decisions: readonly Decision[];
  /** What was not understood and stood in the way. */
  readonly doubts: readonly string[];
}

/** Chains within chains: the kernel refuses loops, a file need not. */
const depthLimit = 64;
/** Blocks looked at for one packet. */
const blockLimit = 200_000;
const decisionLimit = 100;

/** Does the rule ask for one of `sources`, or for none in particular? */
function concerns({ conditions }: PacketRule, sources: AddressSet): boolean {
  return conditions.every((condition) => {
    if (condition.kind !== "source") return true;
    const named = condition.ranges.some((range) => !sources.intersect(range).empty);
    return condition.negated
      ? !sources.without(AddressSet.of(sources.family, condition.ranges)).empty
      : named;
  });
}

class Walk {
  readonly decisions: Decision[] = [];
  readonly doubts = new Set<string>();
  private blocks = 0;

  constructor(
    private readonly rules: ReadyRules,
    private readonly packet: Packet,
    /** Follow what may happen; else only what must. */
    private readonly possible: boolean,
  ) {}

  get nobody(): AddressSet {
    return AddressSet.none(this.rules.family);
  }

  private note({ rules }: Block, sources: AddressSet, verdict: Decision["verdict"]): void {
    const rule = rules.find((one) => concerns(one, sources));
    if (rule !== undefined && this.decisions.length < decisionLimit)
      this.decisions.push({ verdict, sources, source: rule.source, rules, policy: false });
  }

  /** Follows a chain with `region`: who is let in, and who comes out at its end. */
  chain(name: string, region: AddressSet, depth: number): { accepted: AddressSet; left: AddressSet } {
    const ready = this.rules.chains.get(name);
    if (ready === undefined || depth > depthLimit) {
      this.doubts.add(ready === undefined ? `the chain ${name} is not there` : "chains go too deep");
      return { accepted: this.possible ? region : this.nobody, left: region };
    }
    return this.follow(ready, region, depth);
  }

  private follow(ready: ReadyChain, region: AddressSet, depth: number) {
    const state = { region, accepted: this.nobody, returned: this.nobody };
    for (const block of ready.blocks) {
      if (state.region.empty) break;
      if (++this.blocks > blockLimit) {
        this.doubts.add(`more than ${blockLimit} rules for one port`);
        if (this.possible) state.accepted = state.accepted.or(state.region);
        return { accepted: state.accepted, left: this.nobody };
      }
      const match = matches(block.conditions, this.packet);
      if (match.answer === "no") continue;
      const matched = block.sources === undefined ? state.region : state.region.and(block.sources);
      if (!matched.empty) this.apply(block, match, matched, state, depth);
    }
    return { accepted: state.accepted, left: state.region.or(state.returned) };
  }

  private apply(
    block: Block,
    match: Match,
    matched: AddressSet,
    state: { region: AddressSet; accepted: AddressSet; returned: AddressSet },
    depth: number,
  ): void {
    const { verdict } = block;
    const sure = match.answer === "yes";
    if (verdict.kind === "continue") return;
    if (!sure) for (const doubt of match.doubts) this.doubts.add(doubt);
    const leave = () => {
      state.region = state.region.without(matched);
    };
    switch (verdict.kind) {
      case "accept":
        if (!sure && !this.possible) return;
        this.note(block, matched, "accept");
        state.accepted = state.accepted.or(matched);
        leave();
        return;
      case "drop":
        if (sure) this.note(block, matched, verdict.rejects ? "reject" : "drop");
        if (sure || !this.possible) leave();
        return;
      case "return":
        // For certain only who surely goes on: whether it returned or stayed is not known.
        if (sure || this.possible) state.returned = state.returned.or(matched);
        if (sure || !this.possible) leave();
        return;
      case "unknown":
        this.doubts.add(verdict.text);
        if (this.possible) state.accepted = state.accepted.or(matched);
        else leave();
        return;
      case "jump":
        this.jump(verdict.chain, verdict.returns, sure, matched, state, depth);
    }
  }

  private jump(
    name: string,
    returns: boolean,
    sure: boolean,
    matched: AddressSet,
    state: { region: AddressSet; accepted: AddressSet; returned: AddressSet },
    depth: number,
  ): void {
    const inner = this.chain(name, matched, depth + 1);
    const stays = state.region.without(matched);
    if (sure) {
      state.accepted = state.accepted.or(inner.accepted);
      // After a goto the caller's caller goes on (iptables(8) -g).
      if (returns) state.region = stays.or(inner.left);
      else {
        state.returned = state.returned.or(inner.left);
        state.region = stays;
      }
    } else if (this.possible) {
      state.accepted = state.accepted.or(inner.accepted);
      if (!returns) state.returned = state.returned.or(inner.left);
    } else {
      // Perhaps it was never entered: who is let in there must be let in by what follows too.
      state.region = returns ? stays.or(inner.left).or(inner.accepted) : stays;
    }
  }

  /** All chains that the kernel enters for the packet: each must let it pass. */
  input(): AddressSet {
    let region = AddressSet.all(this.rules.family);
    for (const name of this.rules.input) {
      const { accepted, left } = this.chain(name, region, 0);
      const chain = this.rules.chains.get(name)?.chain;
      const passes = chain?.policy !== "drop";
      if (chain !== undefined && !left.empty)
        this.decisions.push({
          verdict: passes ? "accept" : "drop",
          sources: left,
          source: chain.source,
          rules: [],
          policy: true,
        });
      region = passes ? accepted.or(left) : accepted;
    }
    return region;
  }
}

/** Who gets to the packet's port. Without chains everybody does. */
export function passage(rules: ReadyRules, packet: Packet): Passage {
  const wide = new Walk(rules, packet, true);
  const possible = wide.input();
  return {
    possible,
    certain: new Walk(rules, packet, false).input(),
    decisions: wide.decisions,
    doubts: [...wide.doubts],
  };
}

/** The decision on one address: what let it in, or the first that refused it. */
export function decisionOn({ decisions, possible }: Passage, address: bigint): Decision | undefined {
  const one = { first: address, last: address };
  const passes = !possible.intersect(one).empty;
  const about = decisions.filter(
    ({ verdict, sources }) => (verdict === "accept") === passes && !sources.intersect(one).empty,
  );
  // Where several chains stand one after another, the last to let it in decided.
  const decision = passes ? about.at(-1) : about[0];
  const rule = decision?.rules.find((candidate) =>
    concerns(candidate, AddressSet.of(possible.family, [one])),
  );
  return decision === undefined || rule === undefined ? decision : { ...decision, source: rule.source };
}
