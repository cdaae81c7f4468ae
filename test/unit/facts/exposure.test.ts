import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { type Exposure, exposure } from "../../../src/facts/exposure.js";
import type { RunResult } from "../../../src/host/host.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";
import { socketFiles } from "../../support/proc-net.js";
import { kernelOf, ufwFiles } from "../../support/ufw.js";

const sshd = { pid: 700, program: "/usr/sbin/sshd" };
const sockets = socketFiles(
  { host: "0.0.0.0", port: 22, by: sshd },
  { host: "::", port: 10250, by: sshd },
  { host: "127.0.0.1", port: 631, by: sshd },
  { host: "fe80::1", port: 546, protocol: "udp", by: sshd },
);
const rules = [
  { protocol: "tcp", dport: "22" },
  { protocol: "tcp", dport: "10250", src: "10.0.0.0/8" },
];

async function gathered(files: MemoryFiles, options: MemoryOptions = {}): Promise<Exposure> {
  const fact = await asker(memoryHost(files, options))(exposure);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

function shown({ sockets: all }: Exposure): readonly string[] {
  return all.map(
    ({ socket, scope, families }) =>
      `${socket.host}:${socket.port} ${scope}; ${families.map((one) => `${one.family} ${one.sources} by ${one.rule}`).join("; ")}`,
  );
}

test("sockets and the kernel's rules: who reaches what, and which rule says so", async () => {
  const runs = kernelOf({ v4: rules, v6: [{ protocol: "tcp", dport: "22" }] });
  const found = await gathered(sockets, { live: true, runs });
  assert.equal(shown(found), [
    "0.0.0.0:22 anywhere; 4 anywhere by iptables-save:52",
    "127.0.0.1:631 loopback; 4 this node by ",
    ":::10250 local; 6 nowhere by ip6tables-save:2; 4 10.0.0.0/8 by iptables-save:53",
    "fe80::1:546 nobody; 6 nowhere by ip6tables-save:2",
  ]);
  assert.equal(found.unseen, []);
  assert.is(found.filters[4], "the kernel");
});

test("an image: what its firewall will load at boot", async () => {
  const found = await gathered({ ...sockets, ...ufwFiles({ v4: rules, v6: [] }) });
  assert.is(found.sockets[0]?.families[0]?.rule, "/etc/ufw/user.rules:5");
  assert.is(found.filters[4], "the files of ufw");
  const open = await gathered({ ...sockets, "/usr/lib/systemd/system/x.service": "" });
  assert.equal(
    open.sockets.map(({ scope }) => scope),
    ["anywhere", "loopback", "anywhere", "local"],
  );
});

test("iptables-persistent in an image", async () => {
  const unit = "/usr/lib/systemd/system/netfilter-persistent.service";
  const files = {
    ...sockets,
    [unit]: "[Service]\n[Install]\nWantedBy=multi-user.target\n",
    "/etc/systemd/system/multi-user.target.wants/netfilter-persistent.service": { link: unit },
    "/etc/iptables/rules.v4":
      "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT\nCOMMIT\n",
  };
  const found = await gathered(files);
  assert.is(found.sockets[0]?.scope, "local");
  assert.is(found.sockets[0]?.families[0]?.rule, "/etc/iptables/rules.v4:3");
  const broken = await gathered({ ...files, "/etc/iptables/rules.v4": "*filter\nwhat\n" });
  assert.is(broken.sockets[0]?.scope, "unknown");
});

test("rules that may not be read leave everything unknown, never closed", async () => {
  const refused: RunResult = {
    state: "ok",
    code: 4,
    stdout: "",
    stderr: "Permission denied (you must be root)",
  };
  const found = await gathered(
    { ...sockets, ...ufwFiles() },
    { live: true, runs: { "iptables-save": refused, "ip6tables-save": refused } },
  );
  assert.equal(
    found.sockets.map(({ scope }) => scope),
    ["unknown", "loopback", "unknown", "unknown"],
  );
  assert.match(found.unseen.join(), /you must be root/);
});

test("nftables is asked by nft, and firewalls that are both on in an image are unknown", async () => {
  const unit = "/usr/lib/systemd/system/nftables.service";
  const on = {
    [unit]: "[Service]\n[Install]\nWantedBy=sysinit.target\n",
    "/etc/systemd/system/sysinit.target.wants/nftables.service": { link: unit },
  };
  const stdout = JSON.stringify({
    nftables: [
      {
        chain: {
          family: "inet",
          table: "f",
          name: "in",
          type: "filter",
          hook: "input",
          prio: 0,
          policy: "drop",
        },
      },
    ],
  });
  const found = await gathered(
    { ...sockets, ...on },
    { live: true, runs: { "nft-ruleset": { state: "ok", code: 0, stdout, stderr: "" } } },
  );
  assert.is(found.sockets[0]?.scope, "nobody");
  const quarrel = await gathered({ ...sockets, ...on, ...ufwFiles() });
  assert.is(quarrel.sockets[0]?.scope, "unknown");
  assert.match(quarrel.unseen.join(), /ufw and nftables would both load rules/);
});

test("rules for one interface hold for that interface", async () => {
  const stdout = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i eth1 -p tcp --dport 22 -j ACCEPT\nCOMMIT\n";
  const answer: RunResult = { state: "ok", code: 0, stdout, stderr: "" };
  const dev = "Inter-|   Receive\n face |bytes\n    lo: 1 2\n  eth0: 1 2\ncali12: 1 2\n";
  const runs = { "iptables-save": answer, "ip6tables-save": answer };
  const other = await gathered({ ...sockets, "/proc/net/dev": dev }, { live: true, runs });
  assert.is(other.sockets[0]?.scope, "nobody");
  const same = await gathered(
    { ...sockets, "/proc/net/dev": dev.replace("eth0", "eth1") },
    { live: true, runs },
  );
  assert.is(same.sockets[0]?.scope, "anywhere");
});

test("a socket whose packets are sent on is never called shut", async () => {
  const proxy = { pid: 900, program: "/usr/bin/docker-proxy" };
  const held = socketFiles(
    { host: "0.0.0.0", port: 8080, by: proxy },
    { host: "0.0.0.0", port: 80, by: sshd },
    { host: "192.0.2.9", port: 53, protocol: "udp", by: sshd },
  );
  const closed = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n";
  const nat =
    "*nat\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 81\n-A DOCKER -d 192.0.2.1/32 -p udp -m udp --dport 53 -j DNAT --to-destination 172.17.0.2:53\nCOMMIT\n";
  const answer = (stdout: string): RunResult => ({ state: "ok", code: 0, stdout, stderr: "" });
  const runs = { "iptables-save": answer(nat + closed), "ip6tables-save": answer(closed) };
  const found = await gathered(held, { live: true, runs });
  assert.equal(shown(found), [
    "0.0.0.0:80 forwarded; 4 sent on (redirect) by iptables-save:2",
    "0.0.0.0:8080 forwarded; 4 sent on (docker) by ",
    "192.0.2.9:53 nobody; 4 nowhere by iptables-save:6",
  ]);
});

test("ports that are sent on are listed, and never called closed", async () => {
  const nat = [
    "*nat",
    "-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080",
    "-A OUTPUT -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 8080",
    '-A KUBE-NODEPORTS -p tcp -m comment --comment "web/front:http" -m tcp --dport 30080 -j KUBE-EXT-1',
    '-A KUBE-SVC-1 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https" -m tcp --dport 443 -j DNAT --to-destination 10.0.0.1:6443',
    "-A DOCKER -d 192.0.2.1/32 ! -i docker0 -p udp -m udp --dport 53 -j DNAT --to-destination 172.17.0.2:53",
    "COMMIT",
    "",
  ].join("\n");
  const answer: RunResult = {
    state: "ok",
    code: 0,
    stdout: nat,
    stderr: "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them",
  };
  const found = await gathered(sockets, {
    live: true,
    runs: { "iptables-save": answer, "ip6tables-save": { ...answer, stdout: "" } },
  });
  assert.equal(
    found.forwards.map(({ kind, protocol, ports, address, name, to }) => [
      kind,
      protocol,
      ports[0]?.from,
      address,
      name,
      to,
    ]),
    [
      ["redirect", "tcp", 80, "", "", "8080"],
      ["NodePort", "tcp", 30080, "", "web/front:http", ""],
      ["docker", "udp", 53, "192.0.2.1", "", "172.17.0.2:53"],
    ],
  );
  assert.equal(found.unseen, ["the tables of iptables-legacy"]);
  assert.is(found.sockets[0]?.families[0]?.sure, false);
});

test.run();
