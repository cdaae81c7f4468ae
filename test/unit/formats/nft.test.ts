import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readyRules } from "../../../src/facts/packet-blocks.js";
import { passage } from "../../../src/facts/packet-walk.js";
import { parseNft } from "../../../src/formats/nft-json.js";
import { who } from "../../support/packets.js";

const base = { family: "inet", table: "mine" };
const input = { chain: { ...base, name: "input", type: "filter", hook: "input", prio: 0, policy: "drop" } };
const rule = (chain: string, ...expr: readonly unknown[]) => ({ rule: { ...base, chain, handle: 1, expr } });
const match = (left: unknown, right: unknown, op = "==") => ({ match: { op, left, right } });
const meta = (key: string) => ({ meta: { key } });
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } });
const accept = { accept: null };

function ask(
  entries: readonly unknown[],
  port: number,
  family: 4 | 6 = 4,
  protocol = 6,
  on?: string,
): string {
  const parsed = parseNft(
    JSON.stringify({ nftables: [{ metainfo: {} }, { table: { family: "inet", name: "mine" } }, ...entries] }),
  );
  if (parsed.state === "error") return parsed.reason;
  const rules = family === 4 ? parsed.ruleset.v4 : parsed.ruleset.v6;
  return who(passage(readyRules(rules), { family, protocol, port, destination: undefined, interface: on }));
}

test("an answer of one address family leaves the other family alone, though nft lists no match for it", () => {
  const refuse = rule("input", { reject: { type: "icmpv6", expr: "port-unreachable" } });
  assert.is(ask([input, refuse, rule("input", accept)], 22, 4), "anywhere");
  assert.is(ask([input, refuse, rule("input", accept)], 22, 6), "nowhere");
});

test("matches of nft", () => {
  const dport = payload("tcp", "dport");
  for (const [expr, port, expected] of [
    [[match(dport, 22), accept], 22, "anywhere"],
    [[match(dport, 22), accept], 23, "nowhere"],
    [[match(dport, { set: [22, { range: [80, 90] }] }), accept], 85, "anywhere"],
    [[match(dport, 22, "!="), accept], 23, "anywhere"],
    [[match(payload("udp", "dport"), 22), accept], 22, "nowhere"],
    [[match(payload("th", "dport"), 22), accept], 22, "anywhere"],
    [[match(payload("ip", "saddr"), { prefix: { addr: "10.0.0.0", len: 8 } }), accept], 22, "10.0.0.0/8"],
    [[match(payload("ip", "saddr"), { range: ["192.0.2.4", "192.0.2.7"] }), accept], 22, "192.0.2.4/30"],
    [[match(payload("ip", "saddr"), "10.0.0.1", "!="), accept], 22, "anywhere except 10.0.0.1"],
    [[match(payload("ip6", "saddr"), "fe80::1"), accept], 22, "nowhere"],
    [[match(payload("ip", "protocol"), "tcp"), accept], 22, "anywhere"],
    [[match(meta("l4proto"), { set: ["tcp", "udp"] }), accept], 22, "anywhere"],
    [[match(meta("nfproto"), "ipv6"), accept], 22, "nowhere"],
    [[match(meta("iifname"), "lo"), accept], 22, "nowhere"],
    [[match(meta("iifname"), "eth0"), accept], 22, "anywhere (surely nowhere)"],
    [[match({ ct: { key: "state" } }, ["established", "related"], "in"), accept], 22, "nowhere"],
    [[match({ ct: { key: "state" } }, { "|": ["new", "related"] }, "in"), accept], 22, "anywhere"],
    [[match({ ct: { key: "state" } }, "invalid", "!="), accept], 22, "anywhere"],
    [[match({ fib: { result: "type", flags: ["daddr"] } }, "local"), accept], 22, "anywhere"],
    [[match({ fib: { result: "type", flags: "daddr" } }, "broadcast"), accept], 22, "nowhere"],
    [[{ xt: { type: "match", name: "recent" } }, accept], 22, "anywhere (surely nowhere)"],
    [[{ limit: { rate: 3, per: "minute" } }, accept], 22, "anywhere (surely nowhere)"],
    [[{ counter: { packets: 1, bytes: 1 } }, { log: { prefix: "x" } }, accept], 22, "anywhere"],
    [[{ reject: { type: "tcp reset" } }], 22, "nowhere"],
    [
      [
        {
          vmap: {
            key: dport,
            data: {
              set: [
                [22, accept],
                [25, { drop: null }],
              ],
            },
          },
        },
      ],
      22,
      "anywhere",
    ],
    [
      [
        {
          vmap: {
            key: dport,
            data: {
              set: [
                [22, accept],
                [25, { drop: null }],
              ],
            },
          },
        },
      ],
      25,
      "nowhere",
    ],
    [[{ vmap: { key: dport, data: "@ports" } }], 22, "anywhere (surely nowhere)"],
  ] as const)
    assert.is(ask([input, rule("input", ...expr)], port), expected, JSON.stringify(expr));
});

test("named sets are those of the rule's own table", () => {
  const set = {
    set: {
      ...base,
      name: "admins",
      type: "ipv4_addr",
      elem: [{ prefix: { addr: "10.0.0.0", len: 8 } }, { elem: { val: "192.0.2.7", comment: "x" } }],
    },
  };
  const uses = rule("input", match(payload("ip", "saddr"), "@admins"), accept);
  assert.is(ask([set, input, uses], 22), "10.0.0.0/8, 192.0.2.7");
  assert.is(ask([input, uses], 22), "anywhere (surely nowhere)");
  assert.is(ask([{ set: { ...set.set, table: "other" } }, input, uses], 22), "anywhere (surely nowhere)");
});

test("jumps, and base chains one after another: each must let the packet pass", () => {
  const jump = [
    input,
    { chain: { ...base, name: "ssh" } },
    rule("input", match(payload("tcp", "dport"), 22), { jump: { target: "ssh" } }),
    rule("ssh", match(payload("ip", "saddr"), "10.0.0.1"), accept),
  ];
  assert.is(ask(jump, 22), "10.0.0.1");
  const late = {
    chain: { ...base, name: "late", type: "filter", hook: "input", prio: 10, policy: "accept" },
  };
  const both = [
    late,
    input,
    rule("input", accept),
    rule("late", match(payload("ip", "saddr"), "10.0.0.1"), { drop: null }),
  ];
  assert.is(ask(both, 22), "anywhere except 10.0.0.1");
});

test("a rule for IPv4 alone closes nothing in IPv6", () => {
  const entries = [
    input,
    rule("input", match(payload("ip", "saddr"), "10.0.0.1"), accept),
    rule("input", match(payload("ip6", "saddr"), "fd00::1"), accept),
  ];
  assert.is(ask(entries, 22, 6), "fd00::1");
  assert.is(ask([{ chain: { ...input.chain, family: "ip" } }], 22, 6), "anywhere");
});

test("what is no ruleset is an error, and any JSON is read", () => {
  for (const text of ["", "{}", "[]", "null", '{"nftables": 1}', "{"])
    assert.is(parseNft(text).state, "error", text);
  assert.is(parseNft('{"nftables": []}').state, "ok");
  fc.assert(
    fc.property(fc.array(fc.anything(), { maxLength: 5 }), (entries) => {
      parseNft(JSON.stringify({ nftables: entries }) ?? "");
      parseNft(JSON.stringify({ nftables: [input, rule("input", ...entries)] }) ?? "");
    }),
    { numRuns: 300 },
  );
});

test.run();
