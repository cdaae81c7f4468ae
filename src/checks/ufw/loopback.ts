// ufw.loopback: the loopback works, and nobody outside passes for it.
import { AddressSet } from "../../core/address-set.js";
import { type Family, parseNetwork } from "../../core/network.js";
import { listing } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import { readyRules } from "../../facts/packet-blocks.js";
import { passage } from "../../facts/packet-walk.js";
import { type NumberedRule, openRule, type Ufw, type UfwRule, usesIpv6 } from "../../facts/ufw.js";
import { defineCheck } from "../define.js";

interface Found {
  readonly problems: { readonly message: string; readonly fix: readonly Step[] }[];
  readonly unknowns: string[];
  readonly evidence: Source[];
}

const loopbacks = { 4: "127.0.0.0/8", 6: "::1" } as const;

/** Ports tried: each that a rule names, and one that none does. */
const portLimit = 200;

function portsOf(rules: readonly NumberedRule[]): readonly number[] {
  const named = rules.flatMap(({ dport }) => (dport.match(/\d+/g) ?? []).map(Number));
  return [...new Set([1, ...named])].slice(0, portLimit);
}

function fixWith(own: Ufw, rule: UfwRule): readonly Step[] {
  const step = own.rules.state === "known" ? own.rules.value.add(rule, "first") : undefined;
  return step === undefined ? [] : [step];
}

/** Is everything on the loopback let in? */
function judgeInside(own: Ufw, family: Family, found: Found): void {
  const chains = own.chains[family];
  if (chains.state !== "known") {
    found.unknowns.push(chains.reason);
    return;
  }
  const ready = readyRules(chains.value.rules);
  const refused = ([6, 17] as const).filter((protocol) => {
    const packet = { family, protocol, port: 1, destination: undefined, interface: "lo" };
    return !passage(ready, packet).certain.full;
  });
  if (refused.length > 0)
    found.problems.push({
      message: `no rule lets in all that comes over the loopback (IPv${family})`,
      fix: fixWith(own, { ...openRule(family === 6), inInterface: "lo" }),
    });
}

/** Is a packet from outside that claims to come from the loopback let in to any port? */
function judgeOutside(own: Ufw, family: Family, rules: readonly NumberedRule[], found: Found): void {
  const reach = own.reach[family];
  const network = parseNetwork(loopbacks[family]);
  if (reach.state !== "known" || network === undefined) return;
  const open = portsOf(rules).flatMap((port) =>
    (["tcp", "udp"] as const).flatMap((protocol) => {
      const answer = reach.value({ protocol, port, destination: undefined });
      if (answer.certain.and(AddressSet.of(family, [network])).empty) return [];
      return [answer.decides(network.first)?.source].filter((source) => source !== undefined);
    }),
  );
  if (open.length === 0) return;
  found.evidence.push(...open);
  const places = listing([...new Set(open.map(place))], 3);
  found.problems.push({
    message: `what comes from outside in the name of ${loopbacks[family]} is let in by ${places}`,
    fix: fixWith(own, { ...openRule(family === 6), action: "deny", src: loopbacks[family] }),
  });
}

export default defineCheck({
  id: "ufw.loopback",
  title: "ufw lets the loopback in, and nobody who only claims to be it",
  why: "Services trust what comes from 127.0.0.1. kube-proxy switches on route_localnet, after which the kernel no longer drops such packets from outside by itself.",
  remedy:
    "Keep `-A ufw-before-input -i lo -j ACCEPT` in /etc/ufw/before.rules (and before6.rules); `ufw prepend deny in from 127.0.0.0/8`, `ufw prepend deny in from ::1`.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["ufw"],
  params: {},
  evaluate({ ufw }) {
    const found: Found = { problems: [], unknowns: [], evidence: [] };
    const families: readonly Family[] = usesIpv6(ufw.settings) && ufw.hostHasIpv6 ? [4, 6] : [4];
    if (ufw.rules.state !== "known") found.unknowns.push(ufw.rules.reason);
    const rules = ufw.rules.state === "known" ? ufw.rules.value.all : [];
    for (const family of families) {
      judgeInside(ufw, family, found);
      judgeOutside(ufw, family, rules, found);
    }
    return {
      expected: "the loopback let in, its addresses from elsewhere refused",
      actual: found.problems.length === 0 ? "as expected" : `${found.problems.length} gaps`,
      ...found,
    };
  },
});
