// Does our reading of iptables rules let in exactly whom the kernel lets in? Random rule sets are loaded into the kernel of
// a network namespace; datagrams and connections come in over a veth pair from many sources.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Family, parseAddress } from "../../src/core/network.js";
import { askFilter } from "../support/packets.js";

const script = fileURLToPath(new URL("../support/netfilter-inside.py", import.meta.url));
const missing = ["unshare", "ip", "iptables-restore", "ip6tables-restore", "python3"].filter(
  (program) => spawnSync("which", [program]).status !== 0,
);
const allowed = spawnSync("unshare", ["-n", "-m", "true"]).status === 0;

const ports = [22, 80, 443, 6000, 10250];
const worlds: Readonly<
  Record<Family, { readonly sources: readonly string[]; readonly networks: readonly string[] }>
> = {
  4: {
    sources: [
      "10.1.2.3",
      "10.1.9.9",
      "10.200.0.1",
      "192.0.2.7",
      "192.0.2.8",
      "198.51.100.77",
      "8.8.8.8",
      "172.16.5.5",
    ],
    networks: [
      "10.0.0.0/8",
      "10.1.0.0/16",
      "10.1.2.3",
      "192.0.2.0/24",
      "192.0.2.8/29",
      "0.0.0.0/0",
      "128.0.0.0/1",
      "198.51.100.77",
    ],
  },
  6: {
    sources: ["2001:db8::1", "2001:db8::2", "2001:db8:1::1", "fd00::5", "fd00:1::5", "2600::1"],
    networks: ["2001:db8::/32", "2001:db8::/64", "2001:db8::2", "fd00::/8", "::/0", "8000::/1", "2600::1"],
  },
};

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
  const { sources } = worlds[family];
  const rulesets = fc.sample(ruleset(family), count);
  // Neither answers to connections that are open nor the neighbours' questions may be lost.
  const own = "-I INPUT -m conntrack --ctstate ESTABLISHED -m conntrack --ctdir REPLY -j ACCEPT";
  const loaded = rulesets.map((text) => `*filter\n${text}\n${own}\nCOMMIT\n`);
  const input = JSON.stringify({ family, rulesets: loaded, sources, ports });
  const ran = spawnSync("unshare", ["-n", "-m", "python3", script], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.is(ran.status, 0, ran.stderr);
  const results: readonly (readonly string[])[] = JSON.parse(ran.stdout);
  let asked = 0;
  for (const [index, rules] of rulesets.entries())
    for (const protocol of ["tcp", "udp"] as const)
      for (const port of ports) {
        const { possible, certain } = askFilter(rules, { protocol, port, on: "veth0" }, family);
        for (const source of sources) {
          const value = parseAddress(source)?.value ?? 0n;
          const one = { first: value, last: value };
          const arrived = results[index]?.includes(`${protocol} ${source} ${port}`) ?? false;
          const what = `${protocol} ${source} -> ${port}\n${rules}`;
          assert.is(!possible.intersect(one).empty, arrived, `kernel ${arrived}, may pass: ${what}`);
          assert.is(!certain.intersect(one).empty, arrived, `kernel ${arrived}, surely passes: ${what}`);
          asked++;
        }
      }
  console.log(
    `netfilter: IPv${family}, ${rulesets.length} rule sets, ${asked} packets, all as the kernel decides`,
  );
}

if (missing.length > 0 || !allowed) {
  console.log(`SKIPPED netfilter: needs root and ${missing.join(", ") || "namespaces"}`);
  test("skipped", () => {});
} else {
  test("IPv4", () => compare(4, 80));
  test("IPv6", () => compare(6, 50));
}

test.run();
