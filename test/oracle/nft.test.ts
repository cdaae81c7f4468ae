// Does our reading of nft's JSON let in exactly whom the kernel lets in? Random rule sets are loaded by nft into the kernel
// of a network namespace, listed as JSON, and asked with packets.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Family } from "../../src/core/network.js";
import { readyRules } from "../../src/facts/packet-blocks.js";
import { passage } from "../../src/facts/packet-walk.js";
import { parseNft } from "../../src/formats/nft-json.js";
import { askKernel, compareWith, incoming, ports, worldMissing, worlds } from "../support/packet-world.js";

const chains = ["one", "two"];

function ruleOf(family: Family, level: number): fc.Arbitrary<string> {
  const ip = family === 4 ? "ip" : "ip6";
  const below = chains.slice(level);
  const network = fc.constantFrom(...worlds[family].networks.filter((one) => !one.endsWith("/0")));
  const port = fc.constantFrom(...ports);
  const source = fc.oneof(
    fc.constant(""),
    network.map((one) => `${ip} saddr ${one} `),
    network.map((one) => `${ip} saddr != ${one} `),
    fc.constant(`${ip} saddr @admins `),
    // The other family's addresses: such a rule never matches.
    fc.constant(family === 4 ? "ip6 saddr fd00::/8 " : "ip saddr 10.0.0.0/8 "),
  );
  const what = fc.oneof(
    fc.constant(""),
    port.map((one) => `tcp dport ${one} `),
    port.map((one) => `udp dport != ${one} `),
    fc.uniqueArray(port, { minLength: 2, maxLength: 3 }).map((list) => `tcp dport { ${list.join(", ")} } `),
    fc.constant("tcp dport 80-6000 "),
    port.map((one) => `meta l4proto { tcp, udp } th dport ${one} `),
    fc.constantFrom("meta l4proto udp ", "meta l4proto != tcp "),
  );
  const more = fc.constantFrom(
    ...[
      "",
      "",
      "",
      "ct state new ",
      "ct state established,related ",
      "ct state { new, invalid } ",
      "ct state != invalid ",
    ],
    ...[
      'iifname "lo" ',
      `iifname "${incoming}" `,
      'iifname != "lo" ',
      'iifname "veth*" ',
      'iifname { "lo", "eth9" } ',
    ],
    ...[
      "meta nfproto ipv4 ",
      "fib daddr type local ",
      "fib daddr type broadcast ",
      "counter ",
      'log prefix "x" ',
    ],
  );
  const verdict = fc.constantFrom(
    ...["accept", "accept", "drop", "drop", "return", "counter", "reject"],
    ...below.flatMap((chain) => [`jump ${chain}`, `goto ${chain}`]),
    ...["tcp dport vmap { 22 : accept, 80 : drop }", "ct state vmap { established : accept, new : return }"],
  );
  return (
    fc
      .tuple(source, what, more, verdict)
      // An answer that refuses the rest of a connection which has begun is no answer to its first packet.
      .filter(
        ([, , more, does]) => !more.startsWith("ct state established") || !/drop|reject|jump|goto/.test(does),
      )
      .filter(([, asks, , does]) => !does.startsWith("tcp dport") || !/udp|tcp }|!= tcp/.test(asks))
      .map((parts) => parts.join(""))
  );
}

function ruleset(family: Family): fc.Arbitrary<string> {
  const list = (level: number) => fc.array(ruleOf(family, level), { minLength: 1, maxLength: 6 });
  const policy = fc.constantFrom("accept", "drop");
  return fc
    .tuple(policy, policy, list(0), list(1), list(2), list(2))
    .map(([first, second, input, one, two, late]) => {
      const [type, elements] =
        family === 4 ? ["ipv4_addr", "10.0.0.0/8, 192.0.2.7"] : ["ipv6_addr", "2001:db8::/64, 2600::1"];
      // What the kernel must have to talk at all: neighbours, and answers on open connections.
      const own = "meta l4proto ipv6-icmp accept; ct state established ct direction reply accept;";
      return [
        "table inet t {",
        ` set admins { type ${type}; flags interval; elements = { ${elements} } }`,
        ` chain two { ${two.join("; ")}; }`,
        ` chain one { ${one.join("; ")}; }`,
        ` chain input { type filter hook input priority 0; policy ${first}; ${own} ${input.join("; ")}; }`,
        ` chain late { type filter hook input priority 10; policy ${second}; ${own} ${late.join("; ")}; }`,
        "}",
        "",
      ].join("\n");
    });
}

function compare(family: Family, count: number): void {
  const rulesets = fc.sample(ruleset(family), { numRuns: count, seed: 20_261 + family });
  let loaded = 0;
  for (const [index, answer] of askKernel("nft", family, rulesets).entries()) {
    // nft itself refuses what contradicts itself.
    if (answer.list === "") continue;
    loaded++;
    const parsed = parseNft(answer.list);
    if (parsed.state === "error") throw new Error(parsed.reason);
    const ready = readyRules(family === 4 ? parsed.ruleset.v4 : parsed.ruleset.v6);
    compareWith(family, answer, rulesets[index] ?? "", ({ protocol, port }) =>
      passage(ready, {
        family,
        protocol: protocol === "tcp" ? 6 : 17,
        port,
        destination: undefined,
        interface: incoming,
      }),
    );
  }
  assert.ok(loaded * 2 > count, `nft took only ${loaded} of ${count}`);
}

const missing = worldMissing("nft");
if (missing !== undefined) {
  console.log(`SKIPPED nft: needs ${missing}`);
  test("skipped", () => {});
} else {
  test("IPv4", () => compare(4, 60));
  test("IPv6", () => compare(6, 40));
}

test.run();
