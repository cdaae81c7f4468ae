// The rules of `nft -j list ruleset` (libnftables-json(5)) as chains to walk, for one address family. Expressions that
// iptables left there (`xt`) are not spelled out in JSON: they stay unknown.
import type { Family } from "../core/network.js";
import { wholeFile } from "../core/source.js";
import { asList, asRecord, asText, type JsonRecord, parseJson } from "./json-value.js";
import { conditionsOf, type NftSets } from "./nft-match.js";
import type { Condition, PacketChain, PacketRule, PacketRules, Verdict } from "./packet-rule.js";

export interface NftRuleset {
  readonly v4: PacketRules;
  readonly v6: PacketRules;
  /** `inet firewalld`, `ip kube-proxy`, … */
  readonly tables: readonly string[];
  /** Tables that send what comes in on to somewhere else; where to is not read. */
  readonly translating: readonly string[];
}

export type NftResult =
  | { readonly state: "ok"; readonly ruleset: NftRuleset }
  | { readonly state: "error"; readonly reason: string };

/** Entries of one ruleset. */
const entryLimit = 500_000;

interface BaseChain {
  readonly name: string;
  readonly priority: number;
}

interface OpenChain {
  readonly policy: PacketChain["policy"];
  readonly rules: PacketRule[];
}

/** Table families whose chains see packets of an address family (nft(8) "ADDRESS FAMILIES"). */
function sees(table: string, family: Family): boolean {
  return table === "inet" || table === (family === 4 ? "ip" : "ip6");
}

function qualified(entry: JsonRecord, chain: string): string {
  return `${asText(entry.get("family"))} ${asText(entry.get("table"))} ${chain}`;
}

function verdictOf(name: string, value: unknown, entry: JsonRecord): Verdict | undefined {
  const target = () => qualified(entry, asText(asRecord(value)?.get("target")));
  switch (name) {
    case "accept":
      return { kind: "accept" };
    case "drop":
      return { kind: "drop", rejects: false };
    case "reject":
      return { kind: "drop", rejects: true };
    case "return":
      return { kind: "return" };
    case "jump":
      return { kind: "jump", chain: target(), returns: true };
    case "goto":
      return { kind: "jump", chain: target(), returns: false };
    case "queue":
      return { kind: "unknown", text: "queue" };
    case "log":
      return { kind: "continue", logs: true };
    default:
      return undefined;
  }
}

/**
 * What a rejection asks beside the matches that are listed: nft leaves out `meta nfproto` and `meta l4proto` where the kind
 * of answer implies them (nft(8) "REJECT STATEMENT").
 */
function impliedBy(rejection: unknown, family: Family): readonly Condition[] {
  const type = asText(asRecord(rejection)?.get("type"));
  if (type === "tcp reset") return [{ kind: "protocol", numbers: [6], negated: false }];
  const only = type === "icmp" ? 4 : type === "icmpv6" ? 6 : family;
  return only === family ? [] : [{ kind: "fixed", holds: false, text: `reject with ${type}` }];
}

/** Statements that ask nothing of a packet and let it go on. */
const silent = new Set([
  "counter",
  "mangle",
  "comment",
  "notrack",
  "ct helper",
  "flow",
  "meter",
  "dup",
  "set",
  "map",
]);

interface Parts {
  readonly conditions: Condition[];
  verdict: Verdict;
  /** A verdict map: one rule for each of its elements. */
  readonly branches: { readonly conditions: readonly Condition[]; readonly verdict: Verdict }[];
}

function branch(value: unknown, entry: JsonRecord, sets: NftSets, family: Family, parts: Parts): void {
  const map = asRecord(value);
  const elements = asList(asRecord(map?.get("data"))?.get("set"));
  if (map === undefined || elements === undefined) {
    parts.branches.push({ conditions: [], verdict: { kind: "unknown", text: "a verdict map" } });
    return;
  }
  for (const element of elements) {
    const [key, outcome] = asList(element) ?? [];
    const [name = "", argument] = [...(asRecord(outcome) ?? [])][0] ?? [];
    const verdict = verdictOf(name, argument, entry) ?? { kind: "unknown", text: "a verdict map" };
    const match = new Map<string, unknown>([
      ["op", "=="],
      ["left", map.get("key")],
      ["right", key],
    ]);
    parts.branches.push({ conditions: conditionsOf(match, sets, family), verdict });
  }
}

function partsOf(entry: JsonRecord, sets: NftSets, family: Family): Parts {
  const parts: Parts = { conditions: [], verdict: { kind: "continue", logs: false }, branches: [] };
  for (const statement of asList(entry.get("expr")) ?? []) {
    for (const [name, value] of asRecord(statement) ?? []) {
      const verdict = verdictOf(name, value, entry);
      if (name === "reject") parts.conditions.push(...impliedBy(value, family));
      if (verdict !== undefined) parts.verdict = verdict;
      else if (name === "match") {
        const match = asRecord(value);
        parts.conditions.push(...(match === undefined ? [] : conditionsOf(match, sets, family)));
      } else if (name === "vmap") branch(value, entry, sets, family, parts);
      else if (!silent.has(name)) parts.conditions.push({ kind: "unknown", text: `nft ${name}` });
    }
  }
  return parts;
}

/** `family table name` -> elements. */
type Sets = ReadonlyMap<string, readonly unknown[]>;

function rulesOf(entry: JsonRecord, all: Sets, family: Family): readonly PacketRule[] {
  const handle = asText(entry.get("handle"));
  const comment = asText(entry.get("comment"));
  const name = qualified(entry, asText(entry.get("chain")));
  const source = wholeFile(`nft: ${name}`, `handle ${handle}`);
  const sets: NftSets = (set) => all.get(qualified(entry, set));
  const { conditions, verdict, branches } = partsOf(entry, sets, family);
  return [
    ...branches.map((one) => ({
      conditions: [...conditions, ...one.conditions],
      verdict: one.verdict,
      comment,
      source,
    })),
    ...(branches.length === 0 ? [{ conditions, verdict, comment, source }] : []),
  ];
}

class Reader {
  readonly chains = new Map<string, OpenChain>();
  readonly bases: BaseChain[] = [];

  constructor(
    private readonly family: Family,
    private readonly sets: Sets,
  ) {}

  take(kind: string, entry: JsonRecord): void {
    if (!sees(asText(entry.get("family")), this.family)) return;
    if (kind === "chain") this.chain(entry);
    if (kind === "rule")
      this.chains
        .get(qualified(entry, asText(entry.get("chain"))))
        ?.rules.push(...rulesOf(entry, this.sets, this.family));
  }

  private chain(entry: JsonRecord): void {
    const name = qualified(entry, asText(entry.get("name")));
    const base = entry.has("hook");
    const policy = !base ? undefined : asText(entry.get("policy")) === "drop" ? "drop" : "accept";
    this.chains.set(name, { policy, rules: [] });
    // Translation only rewrites; prerouting decides before the node is known to be meant (nft(8) "CHAINS").
    if (asText(entry.get("hook")) === "input" && asText(entry.get("type")) === "filter")
      this.bases.push({ name, priority: Number(entry.get("prio")) || 0 });
  }

  rules(): PacketRules {
    const sorted = [...this.bases].sort((a, b) => a.priority - b.priority);
    const chains = [...this.chains].map(([name, { policy, rules }]): [string, PacketChain] => [
      name,
      {
        name,
        policy,
        rules,
        source: wholeFile(`nft: ${name}`, policy === undefined ? "" : `policy ${policy}`),
      },
    ]);
    return { family: this.family, chains: new Map(chains), input: sorted.map(({ name }) => name) };
  }
}

function setsOf(entries: readonly (readonly [string, JsonRecord])[]): Sets {
  const found = new Map<string, readonly unknown[]>();
  for (const [kind, entry] of entries)
    if (kind === "set")
      found.set(qualified(entry, asText(entry.get("name"))), asList(entry.get("elem")) ?? []);
  return found;
}

/** Reads what `nft -j list ruleset` prints. */
export function parseNft(text: string): NftResult {
  const value = parseJson(text);
  const list = asList(asRecord(value)?.get("nftables"));
  if (list === undefined) return { state: "error", reason: "nft printed no ruleset" };
  if (list.length > entryLimit) return { state: "error", reason: `more than ${entryLimit} nft rules` };
  const entries = list.flatMap((item): readonly (readonly [string, JsonRecord])[] =>
    [...(asRecord(item) ?? [])].flatMap(([kind, inner]) => {
      const entry = asRecord(inner);
      return entry === undefined ? [] : [[kind, entry] as const];
    }),
  );
  const sets = setsOf(entries);
  const readers = { v4: new Reader(4, sets), v6: new Reader(6, sets) };
  for (const [kind, entry] of entries) {
    readers.v4.take(kind, entry);
    readers.v6.take(kind, entry);
  }
  const tables = entries
    .filter(([kind]) => kind === "table")
    .map(([, entry]) => `${asText(entry.get("family"))} ${asText(entry.get("name"))}`);
  const translating = entries
    .filter(
      ([kind, entry]) =>
        kind === "chain" && entry.get("type") === "nat" && entry.get("hook") === "prerouting",
    )
    .map(([, entry]) => `${asText(entry.get("family"))} ${asText(entry.get("table"))}`);
  return {
    state: "ok",
    ruleset: {
      v4: readers.v4.rules(),
      v6: readers.v6.rules(),
      tables,
      translating: [...new Set(translating)],
    },
  };
}
