// `nodeward exposure`: who reaches which port, as a table or JSON. Judges nothing but by the list of ports.unexpected.
import { defaultAllow } from "../checks/ports/default-allow.js";
import { allowList, type Expectation, endpointText, expectationOf } from "../checks/ports/expectation.js";
import { type Exposed, type Exposure, type FamilyReach, scopes } from "../facts/exposure.js";
import type { Forward } from "../facts/forwards.js";
import type { Owner } from "../facts/sockets.js";
import { count } from "./arrange.js";
import { paletteFor } from "./palette.js";
import { type Column, table } from "./table.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

export type Judged =
  | {
      readonly state: "known";
      readonly exposure: Exposure;
      /** The parameter `allow` of ports.unexpected as policy gives it. */
      readonly allowed: unknown;
    }
  /** No running system to look at. */
  | { readonly state: "absent"; readonly reason: string };

/** Raw sockets have no port that a list could name. */
type Policy = Expectation | "not-judged";

interface Row {
  readonly exposed: Exposed;
  readonly policy: Policy;
}

const policyWords: Readonly<Record<Policy, string>> = {
  expected: "expected",
  unexpected: "UNEXPECTED",
  unknown: "?",
  loopback: "-",
  "not-judged": "-",
};

/** Widest first, then as the fact sorts them. */
function rowsOf({ sockets }: Exposure, given: unknown): readonly Row[] {
  const read = allowList(defaultAllow).parse(given);
  const allowed = read.ok ? read.value : defaultAllow;
  const rank = ({ exposed }: Row) => scopes.indexOf(exposed.scope);
  return sockets
    .map((exposed) => ({
      exposed,
      policy:
        exposed.socket.protocol === "raw" ? ("not-judged" as const) : expectationOf(exposed.socket, allowed),
    }))
    .sort((a, b) => rank(b) - rank(a));
}

function processText(owner: Owner): string {
  if (owner.state === "kernel") return "(the kernel)";
  if (owner.state === "unknown") return "?";
  const names = [...new Set(owner.holders.map(({ program }) => program))].map((program) => {
    const pids = owner.holders.filter((holder) => holder.program === program).map(({ pid }) => pid);
    const shown = pids.length > 3 ? [...pids.slice(0, 3), "…"] : pids;
    return `${program} (${shown.join(", ")})`;
  });
  return `${names.join(", ")}${owner.unit === undefined ? "" : ` ${owner.unit}`}`;
}

function userText(owner: Owner): string {
  if (owner.state !== "known") return owner.state === "kernel" ? "" : "?";
  return [...new Set(owner.holders.map(({ user }) => user))].join(", ");
}

function sourcesText({ families }: Exposed): string {
  const [first, second] = families;
  if (first === undefined) return "";
  const one = ({ sources, sure, scope }: FamilyReach) =>
    scope === "unknown" ? "?" : `${sources}${sure || scope === "forwarded" ? "" : " at most"}`;
  if (second === undefined) return one(first);
  if (one(first) === one(second)) return one(first);
  return families.map((reach) => `IPv${reach.family}: ${one(reach)}`).join("; ");
}

/** A file's rule is its place; the kernel's has a chain to look at, and a line of what iptables-save prints. */
function ruleText({ rule, text }: FamilyReach): string {
  if (rule === "" || rule.startsWith("/")) return rule || text;
  const chain = /^-A (\S+)/.exec(text)?.[1] ?? text;
  return `${chain} (${rule})`;
}

function rulesText({ families }: Exposed): string {
  return [...new Set(families.map(ruleText))].filter((rule) => rule !== "").join(", ");
}

const socketColumns: readonly Column<Row>[] = [
  { title: "SOCKET", cell: ({ exposed }) => endpointText(exposed.socket) },
  { title: "PROCESS", cell: ({ exposed }) => processText(exposed.socket.owner), flexible: true },
  { title: "USER", cell: ({ exposed }) => userText(exposed.socket.owner) },
];

const policyColumn: Column<Row> = { title: "POLICY", cell: ({ policy }) => policyWords[policy] };

/** Beside the rest where there is room, below it in a narrow terminal. */
const reachColumns: readonly Column<Row>[] = [
  { title: "USUALLY", cell: ({ exposed }) => exposed.socket.service ?? "", flexible: true },
  { title: "REACHED FROM", cell: ({ exposed }) => sourcesText(exposed), flexible: true },
  { title: "DECIDED BY", cell: ({ exposed }) => rulesText(exposed), flexible: true },
];

const roomy = 120;

function reachText({ exposed }: Row): string {
  const rules = rulesText(exposed);
  return `from ${sourcesText(exposed)}${rules === "" ? "" : `, by ${rules}`}`;
}

function portsText({ ports }: Forward): string {
  return ports.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

const forwardColumns: readonly Column<Forward>[] = [
  {
    title: "SENT ON",
    cell: (one) => `${one.address === "" ? "" : `${one.address}:`}${portsText(one)}/${one.protocol}`,
  },
  { title: "AS", cell: ({ kind }) => kind },
  { title: "TO", cell: ({ to, name }) => [name, to].filter((part) => part !== "").join(" "), flexible: true },
  { title: "DECIDED BY", cell: ({ source }) => `${source.file}:${source.line}`, flexible: true },
];

/** Forwards in the table; the rest is counted. */
const forwardsShown = 40;

function forwardLines(forwards: readonly Forward[], width: number): readonly string[] {
  if (forwards.length === 0) return [];
  const more = forwards.length - forwardsShown;
  return [
    "",
    ...wrap("Sent on to pods and containers; the rules for incoming packets do not decide on these:", width),
    ...table(forwardColumns, forwards.slice(0, forwardsShown), width),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function counts(rows: readonly Row[]): string {
  const of = (scope: string) => rows.filter(({ exposed }) => exposed.scope === scope).length;
  const parts = [
    [of("anywhere"), "reached from anywhere"],
    [of("forwarded"), "sent on whatever the firewall says"],
    [of("unknown"), "nobody knows from where"],
    [of("listed"), "from listed networks"],
    [of("local"), "from local networks"],
    [of("nobody"), "shut by the firewall"],
    [of("loopback"), "on the loopback alone"],
    [rows.filter(({ policy }) => policy === "unexpected").length, "unexpected"],
  ] as const;
  const named = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${count(rows.length, "socket")}${named.length === 0 ? "" : `: ${named.join(", ")}`}`;
}

function remarks({ exposure }: { readonly exposure: Exposure }): readonly string[] {
  const { filters, sockets, unread, unseen } = exposure;
  const ownerless = new Set(
    sockets.flatMap(({ socket }) => (socket.owner.state === "unknown" ? [socket.owner.reason] : [])),
  );
  const assumed = sockets.some(({ socket }) => socket.dualStack === "assumed");
  return [
    filters[4] === filters[6]
      ? `firewall: ${filters[4]}`
      : `firewall: IPv4 ${filters[4]}; IPv6 ${filters[6]}`,
    ...(assumed ? ["a socket of [::] is taken to accept IPv4 too: /proc does not show IPV6_V6ONLY"] : []),
    ...unseen.map((reason) => `not seen: ${reason}`),
    ...unread.map((reason) => `not read: ${reason}`),
    ...[...ownerless].map((reason) => `not every owner is known: ${reason}`),
  ];
}

export function exposureText(judged: Judged, view: View): string {
  if (judged.state === "absent") return `${judged.reason}\n`;
  const { strong, faint } = paletteFor(view);
  const rows = rowsOf(judged.exposure, judged.allowed);
  const width = Math.min(view.columns, 200);
  const [titles = "", ...body] =
    width >= roomy
      ? table([...socketColumns, ...reachColumns, policyColumn], rows, width)
      : table([...socketColumns, policyColumn], rows, width, reachText);
  const closing = wrap(counts(rows), width).map(strong);
  if (view.quiet) return `${closing.join("\n")}\n`;
  const notes = remarks(judged).flatMap((note) => wrap(note, width).map(faint));
  return `${[strong(titles), ...body, ...forwardLines(judged.exposure.forwards, width), "", ...notes, ...closing].join("\n")}\n`;
}

function ownerJson(owner: Owner): object {
  if (owner.state === "kernel") return { state: "kernel" };
  if (owner.state === "unknown") return { state: "unknown", reason: owner.reason };
  return {
    state: "known",
    unit: owner.unit ?? null,
    processes: owner.holders.map(({ pid, program, path, uid, user }) => ({
      pid,
      program,
      path: path ?? null,
      uid,
      user,
    })),
  };
}

function rowJson({ exposed, policy }: Row): object {
  const { socket, scope, families } = exposed;
  const { protocol, host, port, dualStack, service, uid, owner } = socket;
  return {
    protocol,
    address: host,
    port,
    dualStack,
    service: service ?? null,
    uid,
    owner: ownerJson(owner),
    scope,
    reach: families,
    policy,
  };
}

export function exposureJson(judged: Judged): string {
  if (judged.state === "absent")
    return `${JSON.stringify({ schemaVersion: 1, sockets: [], forwards: [], firewall: {}, unseen: [judged.reason] }, null, 2)}\n`;
  const { exposure, allowed } = judged;
  const document = {
    schemaVersion: 1,
    sockets: rowsOf(exposure, allowed).map(rowJson),
    forwards: exposure.forwards.map(({ source, ...forward }) => ({
      ...forward,
      rule: `${source.file}:${source.line}`,
    })),
    firewall: { ipv4: exposure.filters[4], ipv6: exposure.filters[6] },
    unseen: [...exposure.unseen, ...exposure.unread],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
