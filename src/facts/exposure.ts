// Every listening socket and who can reach it: sockets joined with the packet filter. Whether that is wanted is the
// checks' to say.

import { AddressSet, isLocal, isWide } from "../core/address-set.js";
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Family, formatNetwork, scopeOf } from "../core/network.js";
import { place } from "../core/source.js";
import type { Forward } from "./forwards.js";
import { type FilterView, type PacketFilter, packetFilter } from "./packet-filter.js";
import type { Decision } from "./packet-walk.js";
import type { Reach } from "./reach.js";
import { type Listening, sockets } from "./sockets.js";
import type { FactSource } from "./source.js";

/** From the narrowest to the widest. `forwarded`: sent on before the rules for incoming packets are asked, from anywhere. */
export const scopes = ["loopback", "nobody", "local", "listed", "forwarded", "anywhere", "unknown"] as const;
export type ReachScope = (typeof scopes)[number];

export interface FamilyReach {
  readonly family: Family;
  readonly scope: ReachScope;
  /** `anywhere`, `10.0.0.0/8, 192.0.2.7`, or why it is not known. */
  readonly sources: string;
  /** The same as networks, the first of them. */
  readonly networks: readonly string[];
  /** False where a rule that is not understood could close more. */
  readonly sure: boolean;
  /** The rule that decides, as `file:line` or a chain of the kernel, and its text. */
  readonly rule: string;
  readonly text: string;
}

export interface Exposed {
  readonly socket: Listening;
  /** The widest over its families. */
  readonly scope: ReachScope;
  readonly families: readonly FamilyReach[];
}

export interface Exposure {
  readonly sockets: readonly Exposed[];
  /** Ports sent on to pods and containers: the rules for incoming packets do not decide on them. */
  readonly forwards: readonly Forward[];
  /** Socket tables that were not read. */
  readonly unread: readonly string[];
  /** What else could not be seen: the firewall's rules, or part of them. */
  readonly unseen: readonly string[];
  /** Where the filter's rules were read, by family. */
  readonly filters: Readonly<Record<Family, string>>;
}

/** Networks of one socket spelled out. */
const networkLimit = 256;

/** An address whose decision stands for the set: the first public one where there is one. */
function example(set: AddressSet): bigint | undefined {
  const first = set.networks(64).find((network) => scopeOf(network) === "public") ?? set.ranges[0];
  return first?.first;
}

function decisionText(decision: Decision | undefined): { readonly rule: string; readonly text: string } {
  if (decision === undefined) return { rule: "", text: "no rule" };
  const { source, policy, verdict } = decision;
  return policy
    ? { rule: place(source), text: `policy ${verdict}` }
    : { rule: place(source), text: source.text };
}

export function scopeOfSet(set: AddressSet): ReachScope {
  if (set.empty) return "nobody";
  if (isLocal(set)) return "local";
  return isWide(set) ? "anywhere" : "listed";
}

function through(
  view: FilterView,
  { protocol, port, address, wildcard }: Listening,
  family: Family,
): Reach | undefined {
  if (protocol === "raw") return undefined;
  return view.reach({ protocol, port, destination: wildcard ? undefined : { ...address, family } });
}

/** The rule by which packets to the socket's port go elsewhere: it sees none of them itself. */
function sentOn(
  { forwards }: FilterView,
  { protocol, port, host, wildcard }: Listening,
): Forward | undefined {
  return forwards.find(
    (forward) =>
      forward.protocol === protocol &&
      (wildcard || forward.address === "" || forward.address === host) &&
      forward.ports.some(({ from, to }) => from <= port && port <= to),
  );
}

/** docker-proxy and kube-proxy hold ports that the kernel sends on to a container. */
function heldByProxy({ owner, port }: Listening): string | undefined {
  if (owner.state !== "known") return undefined;
  const names = owner.holders.map(({ program }) => program);
  if (names.includes("docker-proxy")) return "docker";
  return names.includes("kube-proxy") && port >= 30000 && port <= 32767 ? "NodePort" : undefined;
}

function forwardedReach(family: Family, socket: Listening, view: Fact<FilterView>): FamilyReach | undefined {
  const forward = view.state === "known" ? sentOn(view.value, socket) : undefined;
  const kind = forward?.kind ?? heldByProxy(socket);
  if (kind === undefined) return undefined;
  return {
    family,
    scope: "forwarded",
    sources: `sent on (${kind})`,
    networks: [],
    sure: false,
    rule: forward === undefined ? "" : place(forward.source),
    text: forward?.source.text ?? "",
  };
}

function familyReach(filter: PacketFilter, socket: Listening, family: Family): FamilyReach {
  const nowhere = { family, sure: true, rule: "", text: "", networks: [] };
  if (socket.loopback) return { ...nowhere, scope: "loopback", sources: "this node" };
  const view = filter[family];
  const forwarded = forwardedReach(family, socket, view);
  if (forwarded !== undefined) return forwarded;
  if (view.state !== "known") return { ...nowhere, scope: "unknown", sources: view.reason, sure: false };
  const reach = through(view.value, socket, family);
  if (reach === undefined)
    return {
      ...nowhere,
      scope: "unknown",
      sources: "raw sockets see packets before their ports",
      sure: false,
    };
  const { address } = socket;
  const linkLocal =
    !socket.wildcard && scopeOf({ family, first: address.value, last: address.value }) === "link-local";
  const { possible, certain } = reach;
  const scope = scopeOfSet(possible);
  const chosen = example(possible.empty ? AddressSet.all(family) : possible);
  return {
    family,
    // Packets to a link-local address are not routed.
    scope: linkLocal && scope !== "nobody" ? "local" : scope,
    sources: possible.describe(),
    networks: possible.networks(networkLimit).map(formatNetwork),
    sure: view.value.unseen.length === 0 && possible.equals(certain),
    ...decisionText(chosen === undefined ? undefined : reach.decides(chosen)),
  };
}

function exposed(filter: PacketFilter, socket: Listening): Exposed {
  const families = socket.families.map((family) => familyReach(filter, socket, family));
  const widest = families.reduce<ReachScope>(
    (most, { scope }) => (scopes.indexOf(scope) > scopes.indexOf(most) ? scope : most),
    "loopback",
  );
  return { socket, scope: widest, families };
}

function unseenOf(filter: Fact<PacketFilter>): readonly string[] {
  if (filter.state !== "known") return [filter.reason];
  const views = ([4, 6] as const).map((family) => filter.value[family]);
  return [
    ...new Set([
      ...views.flatMap((view) =>
        view.state === "error" ? [view.reason] : view.state === "known" ? view.value.unseen : [],
      ),
    ]),
  ];
}

export const exposure: FactSource<Exposure> = {
  title: "who reaches each listening socket (sockets and the packet filter)",
  async gather(_host, ask) {
    const [listening, filter] = await Promise.all([ask(sockets), ask(packetFilter)]);
    if (listening.state === "error") return failed(listening.reason);
    if (listening.state === "absent") return absent(listening.reason);
    const view: PacketFilter =
      filter.state === "known" ? filter.value : { 4: failed(filter.reason), 6: failed(filter.reason) };
    const from = (family: Family) => {
      const one = view[family];
      return one.state === "known" ? one.value.from : one.reason;
    };
    return known({
      sockets: listening.value.listening.map((socket) => exposed(view, socket)),
      forwards: ([4, 6] as const).flatMap((family) => {
        const one = view[family];
        return one.state === "known" ? one.value.forwards : [];
      }),
      unread: listening.value.unread,
      unseen: unseenOf(filter),
      filters: { 4: from(4), 6: from(6) },
    });
  },
};
