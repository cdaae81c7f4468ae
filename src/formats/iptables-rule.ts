// What the words of an iptables rule ask of a packet and do to it (iptables(8), iptables-extensions(8)). Reads no text.
import { type Family, parseAddress, parseNetwork } from "../core/network.js";
import type { SavedRule, SavedTable, Word } from "./iptables-save.js";
import {
  type Condition,
  type PacketChain,
  type PacketRule,
  type PacketRules,
  type PortRange,
  protocolNumbers,
  type Verdict,
} from "./packet-rule.js";

interface Option {
  readonly name: string;
  readonly values: readonly string[];
  readonly negated: boolean;
  /** The match it belongs to: the last `-m`, or the target's own after `-j`. */
  readonly owner: string;
}

function isOption(word: Word | undefined): boolean {
  return word !== undefined && !word.quoted && /^-./.test(word.text);
}

/** Splits the words into options with their values; `!` stands before the option, in old texts before the value. */
function optionsOf(words: readonly Word[]): readonly Option[] {
  const options: Option[] = [];
  let owner = "";
  for (let at = 0; at < words.length; ) {
    const negated = words[at]?.text === "!" && words[at]?.quoted === false;
    if (negated) at++;
    const name = words[at++]?.text ?? "";
    const values: Word[] = [];
    for (let next = words[at]; next !== undefined; next = words[++at]) {
      if (isOption(next)) break;
      // `! -i` negates the next option; `-s ! net` (old texts) the value.
      if (!next.quoted && next.text === "!" && (values.length > 0 || isOption(words[at + 1]))) break;
      values.push(next);
    }
    const inner = values[0]?.text === "!" && values[0].quoted === false;
    const texts = values.slice(inner ? 1 : 0).map(({ text }) => text);
    if (name === "-m" || name === "--match") owner = texts[0] ?? "";
    else if (name === "-j" || name === "-g") owner = "target";
    options.push({ name, values: texts, negated: negated || inner, owner });
  }
  return options;
}

function unknown(text: string): Condition {
  return { kind: "unknown", text };
}

function fixed({ negated, name, values }: Option, holds: boolean): Condition {
  return { kind: "fixed", holds: holds !== negated, text: [name, ...values].join(" ") };
}

function spelled({ negated, name, values }: Option): string {
  return [...(negated ? ["!"] : []), name, ...values].join(" ");
}

function addresses(option: Option, kind: "source" | "destination"): Condition {
  const networks = (option.values[0] ?? "").split(",").map(parseNetwork);
  const ranges = networks.filter((network) => network !== undefined);
  return ranges.length === networks.length
    ? { kind, ranges, negated: option.negated }
    : unknown(spelled(option));
}

function addressRange(option: Option, kind: "source" | "destination"): Condition {
  const [from, to] = (option.values[0] ?? "").split("-").map(parseAddress);
  return from === undefined || to === undefined
    ? unknown(spelled(option))
    : { kind, ranges: [{ first: from.value, last: to.value }], negated: option.negated };
}

/** `22`, `80,443`, `30000:32767`, `:1023`; undefined where a name of a service stands. */
export function parsePorts(text: string): readonly PortRange[] | undefined {
  const found: PortRange[] = [];
  for (const part of text.split(",")) {
    const [, from, colon, to] = /^(\d{0,5})(:)?(\d{0,5})$/.exec(part) ?? [];
    if (from === undefined || (from === "" && colon === undefined)) return undefined;
    const low = from === "" ? 0 : Number(from);
    found.push({ from: low, to: colon === undefined ? low : to === "" ? 65535 : Number(to) });
  }
  return found;
}

function ports(option: Option, kind: "port" | "source-port"): Condition {
  const read = parsePorts(option.values[0] ?? "");
  return read === undefined ? unknown(spelled(option)) : { kind, ports: read, negated: option.negated };
}

function protocol(option: Option): Condition {
  const name = (option.values[0] ?? "").toLowerCase();
  if (name === "all" || name === "0") return fixed(option, true);
  const number = /^\d{1,3}$/.test(name) ? Number(name) : protocolNumbers.get(name);
  return number === undefined
    ? unknown(spelled(option))
    : { kind: "protocol", numbers: [number], negated: option.negated };
}

/** A packet that opens a connection has SYN set and no other flag (RFC 9293 3.5). */
function flags(option: Option): Condition {
  const [mask = "", wanted = ""] = option.values.map((value) => value.toUpperCase());
  const asked = mask === "ALL" ? ["SYN"] : mask.split(",").filter((flag) => flag === "SYN");
  const set = wanted === "NONE" ? [] : wanted.split(",");
  return fixed(option, asked.length === set.length && set.every((flag) => asked.includes(flag)));
}

/** Marks that kube-proxy sets on packets for services, and so never on one for the node itself. */
const serviceMarks = new Set(["0x4000/0x4000", "0x8000/0x8000", "0x00004000/0x00004000"]);

function mark(option: Option): Condition {
  const [value = "", mask = "0xffffffff"] = (option.values[0] ?? "").split("/");
  if (Number(value) === 0) return fixed(option, true);
  return serviceMarks.has(`${value}/${mask}`) ? fixed(option, false) : unknown(spelled(option));
}

function recent(option: Option, all: readonly Option[]): Condition {
  if (option.name === "--set") return fixed(option, true);
  // A first packet has not been seen a second time.
  const hits = Number(all.find(({ name }) => name === "--hitcount")?.values[0] ?? 1);
  return hits > 1 ? fixed(option, false) : unknown(spelled(option));
}

const newStates = new Set(["NEW"]);

type Reader = (option: Option, all: readonly Option[]) => Condition | undefined;

/** Options that bound or name something and ask nothing by themselves. */
const silent: Reader = () => undefined;
const oneOf =
  (wanted: (value: string) => boolean): Reader =>
  (option) =>
    fixed(option, (option.values[0] ?? "").split(",").some(wanted));

function aliases(reader: Reader, ...names: readonly string[]): readonly (readonly [string, Reader])[] {
  return names.map((name) => [name, reader]);
}

const readers: ReadonlyMap<string, Reader> = new Map([
  ...aliases(protocol, "-p", "--protocol", "--proto"),
  ...aliases((option) => addresses(option, "source"), "-s", "--source", "--src"),
  ...aliases((option) => addresses(option, "destination"), "-d", "--destination", "--dst"),
  ...aliases((option) => addressRange(option, "source"), "--src-range"),
  ...aliases((option) => addressRange(option, "destination"), "--dst-range"),
  ...aliases(({ values, negated }) => ({ kind: "in", names: values, negated }), "-i", "--in-interface"),
  ...aliases(({ values, negated }) => ({ kind: "out", names: values, negated }), "-o", "--out-interface"),
  ...aliases(
    (option) => ports(option, "port"),
    ...["--dport", "--destination-port", "--dports", "--destination-ports"],
  ),
  ...aliases(
    (option) => ports(option, "source-port"),
    ...["--sport", "--source-port", "--sports", "--source-ports"],
  ),
  ...aliases(
    oneOf((state) => newStates.has(state)),
    "--ctstate",
    "--state",
  ),
  ...aliases(
    oneOf((type) => type === "LOCAL"),
    "--dst-type",
  ),
  ...aliases(
    oneOf((type) => type === "unicast"),
    "--pkt-type",
  ),
  ...aliases((option) => fixed(option, true), "--syn", "--connlimit-upto"),
  ...aliases((option) => fixed(option, false), "-f", "--fragment", "--connlimit-above", "--hashlimit-above"),
  ...aliases((option) => fixed(option, false), "--rt-type"),
  ...aliases((option) => unknown(spelled(option)), "--hashlimit", "--hashlimit-upto"),
  ...aliases(flags, "--tcp-flags"),
  ...aliases(mark, "--mark"),
  ...aliases(recent, "--set", "--update", "--rcheck"),
  ...aliases(silent, "-m", "--match", "-j", "--jump", "-g", "--goto", "-c", "--set-counters"),
  ...aliases(silent, "--comment", "--icmp-type", "--icmpv6-type", "--seconds", "--hitcount", "--name"),
  ...aliases(silent, "--mask", "--rsource", "--rdest", "--connlimit-mask", "--connlimit-saddr"),
  ...aliases(silent, "--connlimit-daddr", "--limit-burst", "--limit-iface-in"),
]);

const matchesRead = new Set(
  "tcp udp udplite sctp icmp icmp6 icmpv6 comment conntrack state multiport addrtype recent iprange pkttype connlimit mark rt".split(
    " ",
  ),
);

function conditionOf(option: Option, all: readonly Option[]): Condition | undefined {
  const reader = readers.get(option.name);
  if (option.name === "-m" || option.name === "--match")
    // hashlimit and limit are read by their options; another match is one we do not know.
    return matchesRead.has(option.owner) || /^(?:hash)?limit$/.test(option.owner)
      ? undefined
      : unknown(`-m ${option.owner}`);
  if (reader !== undefined) return reader(option, all);
  if (option.owner === "target" || option.name.startsWith("--hashlimit-")) return undefined;
  return matchesRead.has(option.owner) || option.owner === "" || option.owner === "limit"
    ? unknown(spelled(option))
    : undefined;
}

const goesOn = new Set(
  "LOG NFLOG ULOG AUDIT MARK CONNMARK CONNSECMARK SECMARK CLASSIFY DSCP TOS TTL HL TCPMSS TCPOPTSTRIP TRACE CT NOTRACK SET CHECKSUM IDLETIMER LED RATEEST TEE".split(
    " ",
  ),
);
const logs = new Set(["LOG", "NFLOG", "ULOG"]);

function verdictOf(options: readonly Option[]): Verdict {
  const jump = options.find(({ name }) => /^(?:-j|--jump|-g|--goto)$/.test(name));
  const target = jump?.values[0];
  if (jump === undefined || target === undefined) return { kind: "continue", logs: false };
  if (jump.values.length > 1) return { kind: "unknown", text: `-j ${jump.values.join(" ")}` };
  if (target === "ACCEPT") return { kind: "accept" };
  if (target === "DROP" || target === "REJECT") return { kind: "drop", rejects: target === "REJECT" };
  if (target === "RETURN") return { kind: "return" };
  if (goesOn.has(target)) return { kind: "continue", logs: logs.has(target) };
  if (target === "QUEUE" || target === "NFQUEUE") return { kind: "unknown", text: target };
  return { kind: "jump", chain: target, returns: jump.name === "-j" || jump.name === "--jump" };
}

/** A rule of iptables-save or of one of ufw's files. */
export function readRule(saved: SavedRule): PacketRule {
  const options = optionsOf(saved.words());
  return {
    conditions: options.flatMap((option) => conditionOf(option, options) ?? []),
    verdict: verdictOf(options),
    comment: options.find(({ name }) => name === "--comment")?.values.join(" ") ?? "",
    source: saved.source,
  };
}

function policyOf(text: string | undefined): PacketChain["policy"] {
  if (text === "DROP") return "drop";
  return text === undefined || text === "-" ? undefined : "accept";
}

/** The filter table as chains to walk; without the table nothing is filtered. */
export function readFilter(table: SavedTable | undefined, family: Family): PacketRules {
  const chains = new Map(
    [...(table?.chains ?? [])].map(([name, { policy, rules, source }]): [string, PacketChain] => [
      name,
      { name, policy: policyOf(policy), rules: rules.map(readRule), source },
    ]),
  );
  return { family, chains, input: chains.has("INPUT") ? ["INPUT"] : [] };
}
