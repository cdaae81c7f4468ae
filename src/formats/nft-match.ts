// One match of an nft rule as conditions on a packet (libnftables-json(5) "MATCH", "EXPRESSIONS"). Reads no rule.
import { type Family, parseAddress, parseNetwork, type Range } from "../core/network.js";
import { asList, asRecord, asText, type JsonRecord } from "./json-value.js";
import { type Condition, type PortRange, protocolNumbers } from "./packet-rule.js";

/** The elements of a set of the rule's own table; undefined for one that is not there. */
export type NftSets = (name: string) => readonly unknown[] | undefined;

function unknown(text: string): readonly Condition[] {
  return [{ kind: "unknown", text: `nft ${text}` }];
}

function fixed(holds: boolean, text: string): readonly Condition[] {
  return [{ kind: "fixed", holds, text: `nft ${text}` }];
}

/** The values on the right of a match, sets spelled out; undefined where one cannot be. */
function values(right: unknown): readonly unknown[] | undefined {
  const record = asRecord(right);
  const set = asList(record?.get("set")) ?? asList(record?.get("|")) ?? asList(right);
  const items = set ?? [right];
  const flat = items.map((item) => {
    const element = asRecord(asRecord(item)?.get("elem"));
    return element === undefined ? item : element.get("val");
  });
  return flat.some((item) => typeof item === "string" && item.startsWith("@")) ? undefined : flat;
}

function rangeOf(item: unknown): Range | undefined {
  const record = asRecord(item);
  const prefix = asRecord(record?.get("prefix"));
  if (prefix !== undefined) return parseNetwork(`${asText(prefix.get("addr"))}/${asText(prefix.get("len"))}`);
  const range = asList(record?.get("range"));
  if (range !== undefined) {
    const [first, last] = range.map((one) => parseAddress(asText(one)));
    return first === undefined || last === undefined ? undefined : { first: first.value, last: last.value };
  }
  return parseNetwork(asText(item));
}

function portOf(item: unknown): PortRange | undefined {
  const range = asList(asRecord(item)?.get("range"));
  const [from, to] = range === undefined ? [item, item] : range;
  return typeof from === "number" && typeof to === "number" ? { from, to } : undefined;
}

function protocolOf(item: unknown): number | undefined {
  return typeof item === "number" ? item : protocolNumbers.get(asText(item));
}

function all<T>(items: readonly unknown[], read: (item: unknown) => T | undefined): readonly T[] | undefined {
  const found = items.map(read).filter((item) => item !== undefined);
  return found.length === items.length ? found : undefined;
}

interface Asked {
  readonly right: readonly unknown[];
  readonly negated: boolean;
  readonly family: Family;
  readonly text: string;
}

const families: Readonly<Record<string, Family>> = { ip: 4, ip6: 6 };
const ported: readonly string[] = ["tcp", "udp", "udplite", "sctp", "dccp"];

function payload(left: JsonRecord, asked: Asked): readonly Condition[] {
  const protocol = asText(left.get("protocol"));
  const field = asText(left.get("field"));
  const { right, negated, family, text } = asked;
  if (Object.hasOwn(families, protocol)) {
    if (families[protocol] !== family) return fixed(false, text);
    if (field === "saddr" || field === "daddr") {
      const ranges = all(right, rangeOf);
      const kind = field === "saddr" ? "source" : "destination";
      return ranges === undefined ? unknown(text) : [{ kind, ranges, negated }];
    }
    if (field === "protocol" || field === "nexthdr") return protocols(asked);
    return unknown(text);
  }
  const own: readonly Condition[] = ported.includes(protocol)
    ? [{ kind: "protocol", numbers: [protocolNumbers.get(protocol) ?? 0], negated: false }]
    : [];
  if (own.length === 0 && protocol !== "th") return unknown(text);
  if (field !== "dport" && field !== "sport") return [...own, ...unknown(text)];
  const ports = all(right, portOf);
  const kind = field === "dport" ? "port" : "source-port";
  return ports === undefined ? [...own, ...unknown(text)] : [...own, { kind, ports, negated }];
}

function protocols({ right, negated, text }: Asked): readonly Condition[] {
  const numbers = all(right, protocolOf);
  return numbers === undefined ? unknown(text) : [{ kind: "protocol", numbers, negated }];
}

function meta(key: string, asked: Asked): readonly Condition[] {
  const { right, negated, family, text } = asked;
  const names = all(right, (item) => (typeof item === "string" ? item : undefined));
  switch (key) {
    case "iifname":
    case "iif":
      return names === undefined ? unknown(text) : [{ kind: "in", names, negated }];
    case "oifname":
    case "oif":
      return names === undefined ? unknown(text) : [{ kind: "out", names, negated }];
    case "l4proto":
      return protocols(asked);
    case "nfproto":
      return fixed((names ?? []).includes(family === 4 ? "ipv4" : "ipv6") !== negated, text);
    case "protocol":
      return fixed((names ?? []).includes(family === 4 ? "ip" : "ip6") !== negated, text);
    case "pkttype":
      return fixed((names ?? []).some((name) => name === "host" || name === "unicast") !== negated, text);
    default:
      return unknown(text);
  }
}

function state({ right, negated, text }: Asked): readonly Condition[] {
  return fixed(right.includes("new") !== negated, text);
}

/** The conditions of `{op, left, right}`; all of them must hold. */
export function conditionsOf(match: JsonRecord, sets: NftSets, family: Family): readonly Condition[] {
  const left = asRecord(match.get("left"));
  const [kind = "", inner] = [...(left ?? [])][0] ?? [];
  const subject = asRecord(inner);
  const key = asText(subject?.get("key"));
  const text = [kind, asText(subject?.get("protocol")), asText(subject?.get("field")), key]
    .filter((part) => part !== "")
    .join(" ");
  const operator = asText(match.get("op"));
  const reference = match.get("right");
  const named =
    typeof reference === "string" && reference.startsWith("@") ? sets(reference.slice(1)) : undefined;
  const right = values(named ?? reference);
  if (right === undefined || subject === undefined || !["==", "!=", "in"].includes(operator))
    return unknown(text);
  const asked = { right, negated: operator === "!=", family, text };
  if (kind === "payload") return payload(subject, asked);
  if (kind === "meta") return meta(key, asked);
  if (kind === "ct" && key === "state") return state(asked);
  if (kind === "fib" && asText(subject.get("result")) === "type")
    return asList(subject.get("flags"))?.includes("daddr") || asText(subject.get("flags")) === "daddr"
      ? fixed(right.includes("local") !== asked.negated, text)
      : unknown(text);
  return unknown(text);
}
