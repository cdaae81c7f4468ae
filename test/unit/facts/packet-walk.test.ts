import { test } from "uvu";
import * as assert from "uvu/assert";
import { decisionOn } from "../../../src/facts/packet-walk.js";
import { askFilter, type Question, who } from "../../support/packets.js";

const closed = ":INPUT DROP [0:0]\n";

function check(name: string, rows: readonly (readonly [string, Question, string])[]): void {
  test(name, () => {
    for (const [rules, question, expected] of rows)
      assert.is(who(askFilter(closed + rules, question)), expected, rules);
  });
}

test("policies decide what no rule does", () => {
  assert.is(who(askFilter(":INPUT ACCEPT [0:0]", { port: 22 })), "anywhere");
  assert.is(who(askFilter(":INPUT DROP [0:0]", { port: 22 })), "nowhere");
  assert.is(who(askFilter("", { port: 22 })), "anywhere");
  assert.is(who(askFilter(":FORWARD DROP [0:0]", { port: 22 })), "anywhere");
});

check("ports and protocols", [
  ["-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", { port: 22, protocol: "udp" }, "nowhere"],
  ["-A INPUT -p tcp -m tcp ! --dport 22 -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -p tcp -m tcp ! --dport 22 -j ACCEPT", { port: 23 }, "anywhere"],
  ["-A INPUT -p tcp -m multiport --dports 80,443,6000:6010 -j ACCEPT", { port: 6005 }, "anywhere"],
  ["-A INPUT -p tcp -m multiport --dports 80,443,6000:6010 -j ACCEPT", { port: 6011 }, "nowhere"],
  ["-A INPUT -p tcp --dport :1023 -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p tcp --dport 1024: -j ACCEPT", { port: 65535 }, "anywhere"],
  ["-A INPUT ! -p udp -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p 6 -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p all -j ACCEPT", { port: 22 }, "anywhere"],
  // Whoever sends chooses the port it sends from.
  ["-A INPUT -p udp --sport 53 -j ACCEPT", { port: 9, protocol: "udp" }, "anywhere (surely nowhere)"],
  ["-A INPUT -p tcp --dport ssh -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
]);

check("sources", [
  ["-A INPUT -s 10.0.0.0/8 -j ACCEPT", { port: 22 }, "10.0.0.0/8"],
  ["-A INPUT -s 10.0.0.0/255.0.0.0,192.0.2.1 -j ACCEPT", { port: 22 }, "10.0.0.0/8, 192.0.2.1"],
  ["-A INPUT ! -s 10.0.0.0/8 -j ACCEPT", { port: 22 }, "anywhere except 10.0.0.0/8"],
  [
    "-A INPUT -s 10.1.0.0/16 -j DROP\n-A INPUT -s 10.0.0.0/8 -j ACCEPT",
    { port: 22 },
    "10.0.0.0/16, 10.2.0.0/15, 10.4.0.0/14, 10.8.0.0/13, 10.16.0.0/12, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9",
  ],
  ["-A INPUT -m iprange --src-range 192.0.2.4-192.0.2.7 -j ACCEPT", { port: 22 }, "192.0.2.4/30"],
  [
    "-A INPUT -s 10.0.0.0/8 -j REJECT --reject-with tcp-reset\n-A INPUT -j ACCEPT",
    { port: 22 },
    "anywhere except 10.0.0.0/8",
  ],
  ["-A INPUT -m set --match-set admins src -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
]);

check("chains", [
  [
    "-A INPUT -j one\n-A one -s 10.0.0.0/8 -j RETURN\n-A one -j ACCEPT",
    { port: 22 },
    "anywhere except 10.0.0.0/8",
  ],
  [
    "-A INPUT -j one\n-A INPUT -j ACCEPT\n-A one -s 10.0.0.0/8 -j RETURN\n-A one -j DROP",
    { port: 22 },
    "10.0.0.0/8",
  ],
  [
    "-A INPUT -s 10.0.0.0/8 -g one\n-A INPUT -j ACCEPT\n:one - [0:0]",
    { port: 22 },
    "anywhere except 10.0.0.0/8",
  ],
  [
    "-A INPUT -j one\n-A one -g two\n-A one -j DROP\n-A two -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 192.0.2.1 -j ACCEPT",
    { port: 22 },
    "10.0.0.0/8, 192.0.2.1",
  ],
  ["-A INPUT -j loop\n-A loop -j loop", { port: 22 }, "anywhere (surely nowhere)"],
  ["-A INPUT -j nowhere-to-be-found", { port: 22 }, "anywhere (surely nowhere)"],
]);

check("what is not understood may let in, and surely does not", [
  ["-A INPUT -m foo --bar 1 -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  ["-A INPUT -m foo --bar 1 -j DROP\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  [
    "-A INPUT -m foo -s 10.0.0.0/8 -j DROP\n-A INPUT -j ACCEPT",
    { port: 22 },
    "anywhere (surely anywhere except 10.0.0.0/8)",
  ],
  [
    "-A INPUT -m foo -j one\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A one -s 192.0.2.1 -j ACCEPT\n-A one -s 10.9.0.0/16 -j DROP",
    { port: 22 },
    "10.0.0.0/8, 192.0.2.1 (surely 10.0.0.0/13, 10.8.0.0/16, 10.10.0.0/15, 10.12.0.0/14, 10.16.0.0/12, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9)",
  ],
  ["-A INPUT -j NFQUEUE --queue-num 1\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  ["-A INPUT -m limit --limit 3/min -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  [
    '-A INPUT -m limit --limit 3/min -j LOG --log-prefix "x -j ACCEPT "\n-A INPUT -j DROP',
    { port: 22 },
    "nowhere",
  ],
]);

check("matches that are decided for the first packet of a connection", [
  ["-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -m conntrack --ctstate NEW,INVALID -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -m state ! --state NEW -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -m addrtype --dst-type BROADCAST -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -m pkttype --pkt-type multicast -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -p tcp --syn -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p tcp ! --syn -j DROP\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -p tcp -m tcp --tcp-flags ALL NONE -j DROP\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -m recent --set --name x -j ACCEPT", { port: 22 }, "anywhere"],
  [
    "-A INPUT -m recent --update --seconds 30 --hitcount 6 --name x -j DROP\n-A INPUT -j ACCEPT",
    { port: 22 },
    "anywhere",
  ],
  ["-A INPUT -m recent --rcheck --name knock -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  ["-A INPUT -m mark --mark 0x8000/0x8000 -j DROP\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -m connlimit --connlimit-above 5 -j DROP\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere"],
  [
    "-A INPUT -m hashlimit --hashlimit-upto 5/sec --hashlimit-name a -j ACCEPT",
    { port: 22 },
    "anywhere (surely nowhere)",
  ],
  ['-A INPUT -p tcp -m comment --comment "-j DROP ! -s" -j ACCEPT', { port: 22 }, "anywhere"],
]);

check("destinations and interfaces", [
  ["-A INPUT -i lo -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT ! -i lo -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -i eth0 -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  ["-A INPUT -i eth0 -j ACCEPT", { port: 22, on: "eth0" }, "anywhere"],
  ["-A INPUT -i eth0 -j ACCEPT", { port: 22, on: "eth1" }, "nowhere"],
  ["-A INPUT -i cali+ -j ACCEPT", { port: 22, on: "cali123" }, "anywhere"],
  ["-A INPUT -i + -j ACCEPT", { port: 22 }, "anywhere"],
  ["-A INPUT -o eth0 -j ACCEPT", { port: 22 }, "nowhere"],
  ["-A INPUT -d 10.0.0.5 -j ACCEPT", { port: 22 }, "anywhere (surely nowhere)"],
  ["-A INPUT -d 10.0.0.5 -j ACCEPT", { port: 22, to: "10.0.0.5" }, "anywhere"],
  ["-A INPUT -d 10.0.0.5 -j ACCEPT", { port: 22, to: "10.0.0.6" }, "nowhere"],
  ["-A INPUT -d 224.0.0.251 -p udp -j ACCEPT", { port: 5353, protocol: "udp" }, "anywhere (surely nowhere)"],
  ["-A INPUT ! -s 127.0.0.0/8 -d 127.0.0.0/8 -j DROP\n-A INPUT -j ACCEPT", { port: 22 }, "anywhere"],
]);

test("the rule that decides on a source is named", () => {
  const rules = `${closed}-A INPUT -s 10.0.0.1 -j DROP\n-A INPUT -s 10.0.0.2 -j DROP\n-A INPUT -s 10.0.0.0/8 -j ACCEPT`;
  const walked = askFilter(rules, { port: 22 });
  const lineOn = (value: bigint) => decisionOn(walked, value)?.source.line;
  assert.is(lineOn(0x0a000002n), 4);
  assert.is(lineOn(0x0a000003n), 5);
  assert.is(lineOn(0x0b000000n), 2);
});

test("ten thousand refused addresses cost next to nothing for each port", () => {
  const refused = Array.from(
    { length: 10_000 },
    (_, index) => `-A INPUT -s 203.${index % 200}.${Math.floor(index / 200)}.7 -j DROP`,
  );
  const mixed = Array.from(
    { length: 10_000 },
    (_, index) =>
      `-A INPUT -s 198.18.${index % 200}.${Math.floor(index / 200)} -p tcp --dport ${index} -j ACCEPT`,
  );
  const started = performance.now();
  for (const text of [refused.join("\n"), mixed.join("\n")]) {
    const open = askFilter(`:INPUT ACCEPT [0:0]\n${text}`, { port: 22 });
    assert.ok(open.possible.size > 4_000_000_000n);
  }
  assert.ok(performance.now() - started < 30_000);
});

test.run();
