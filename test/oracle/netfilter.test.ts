// Does our reading of iptables rules let in exactly whom the kernel lets in? Random rule sets are loaded into the kernel of
// a network namespace; datagrams and connections come in over a veth pair from many sources.
import fc from "fast-check";
import { test } from "uvu";
import type { Family } from "../../src/core/network.js";
import { askKernel, compareWith, incoming, ports, worldMissing, worlds } from "../support/packet-world.js";
import { askFilter } from "../support/packets.js";

const chains = ["one", "two", "three"];

function ruleOf(family: Family, level: number): fc.Arbitrary<string> {
  const network = fc.constantFrom(...worlds[family].networks);
  const below = chains.slice(level);
  const not = fc.constantFrom("", "", "", "! ");
  const source = fc.oneof(
    fc.constant(""),
    fc
      .tuple(not, network)
      .filter(([negated, net]) => negated === "" || !net.endsWith("/0"))
      .map(([negated, net]) => ` ${negated}-s ${net}`),
  );
  const port = fc.constantFrom(...ports);
  const protocol = fc.oneof(
    fc.constant(""),
    fc.constant(" -p udp"),
    fc.tuple(not, port).map(([negated, number]) => ` -p tcp -m tcp ${negated}--dport ${number}`),
    fc.tuple(port, port).map(([a, b]) => ` -p udp -m udp --dport ${Math.min(a, b)}:${Math.max(a, b)}`),
    fc
      .uniqueArray(port, { minLength: 1, maxLength: 3 })
      .map((list) => ` -p tcp -m multiport --dports ${list.join(",")}`),
    fc.constantFrom(
      " -p tcp -m tcp --syn",
      " -p tcp -m tcp ! --syn",
      " -p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK",
    ),
  );
  const extra = fc.constantFrom(
    ...[
      "",
      "",
      "",
      "",
      " -m conntrack --ctstate NEW",
      " -m conntrack --ctstate RELATED,ESTABLISHED",
      " -m conntrack ! --ctstate INVALID",
    ],
    ...[
      " -m addrtype --dst-type LOCAL",
      " -m addrtype --dst-type MULTICAST",
      " -i veth0",
      " -i lo",
      " ! -i lo",
      " -i veth+",
      " ! -i veth1",
    ],
    ...[
      " -m pkttype --pkt-type unicast",
      " -m mark --mark 0x4000/0x4000",
      ' -m comment --comment "a -j DROP \\" b"',
    ],
  );
  const target = fc.constantFrom(
    ...["ACCEPT", "ACCEPT", "DROP", "DROP", "RETURN", "MARK --set-xmark 0x0/0x0"],
    ...below.map((chain) => chain),
  );
  const jump = fc
    .tuple(target, fc.boolean())
    .map(([name, goes]) => (below.includes(name) && goes ? ` -g ${name}` : ` -j ${name}`));
  return fc.tuple(source, protocol, extra, jump).map((parts) => parts.join(""));
}

function ruleset(family: Family): fc.Arbitrary<string> {
  const names = ["INPUT", ...chains];
  return fc
    .tuple(
      fc.constantFrom("ACCEPT", "DROP"),
      fc.tuple(...names.map((_, level) => fc.array(ruleOf(family, level), { minLength: 1, maxLength: 6 }))),
    )
    .map(([policy, lists]) =>
      [
        `:INPUT ${policy} [0:0]`,
        ...chains.map((chain) => `:${chain} - [0:0]`),
        ...lists.flatMap((rules, level) => rules.map((rule) => `-A ${names[level]}${rule}`)),
      ].join("\n"),
    );
}

function compare(family: Family, count: number): void {
  const rulesets = fc.sample(ruleset(family), { numRuns: count, seed: 20_261 + family });
  // Answers to connections that are open must not be lost.
  const own = "-I INPUT -m conntrack --ctstate ESTABLISHED -m conntrack --ctdir REPLY -j ACCEPT";
  const loaded = rulesets.map((text) => `*filter\n${text}\n${own}\nCOMMIT\n`);
  for (const [index, answer] of askKernel("iptables", family, loaded).entries()) {
    const rules = rulesets[index] ?? "";
    compareWith(family, answer, rules, (asked) => askFilter(rules, { ...asked, on: incoming }, family));
  }
}

const missing = worldMissing("iptables-restore", "ip6tables-restore");
if (missing !== undefined) {
  console.log(`SKIPPED netfilter: needs ${missing}`);
  test("skipped", () => {});
} else {
  test("IPv4", () => compare(4, 80));
  test("IPv6", () => compare(6, 50));
}

test.run();
