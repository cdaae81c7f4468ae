// `nodeward exposure`: the table at two widths, JSON, what could not be seen, and the list of what policy expects.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { type MemoryContext, runIn } from "../../support/context.js";
import { socketFiles } from "../../support/proc-net.js";
import { kernelOf, ufwFiles } from "../../support/ufw.js";

const sshd = { pid: 700, program: "/usr/sbin/sshd" };
const files: MemoryFiles = {
  ...ufwFiles(),
  ...socketFiles(
    { host: "0.0.0.0", port: 22, by: sshd },
    { host: "::", port: 8080, by: { pid: 701, program: "/opt/we\u001b[31mird" } },
    { host: "127.0.0.1", port: 631, by: sshd },
    { protocol: "udp", host: "0.0.0.0", port: 8472 },
  ),
};
const rules = [
  { protocol: "tcp", dport: "22" },
  { protocol: "tcp", dport: "8080", src: "10.0.0.0/8" },
];
const node: MemoryContext = { files, host: { runs: kernelOf({ v4: rules, v6: [] }) } };

test("who reaches which port, widest first, in a narrow terminal", async () => {
  const { code, out, err } = await runIn(["exposure", "--no-color"], { ...node, terminal: 80 });
  assert.is(code, 0, err);
  assert.equal(out.split("\n"), [
    "SOCKET             PROCESS              USER  POLICY",
    "-----------------  -------------------  ----  ----------",
    "0.0.0.0:22/tcp     sshd (700)           0     expected",
    "    from anywhere, by ufw-user-input (iptables-save:52)",
    "[::]:8080/tcp      we\\x1b[31mird (701)  0     UNEXPECTED",
    "    from IPv6: nowhere; IPv4: 10.0.0.0/8, by policy drop (ip6tables-save:2),",
    "    ufw-user-input (iptables-save:53)",
    "0.0.0.0:8472/udp   (the kernel)               expected",
    "    from nowhere, by policy drop (iptables-save:2)",
    "127.0.0.1:631/tcp  sshd (700)           0     -",
    "    from this node",
    "",
    "firewall: the kernel",
    "a socket of [::] is taken to accept IPv4 too: /proc does not show IPV6_V6ONLY",
    "4 sockets: 1 reached from anywhere, 1 from local networks, 1 shut by the",
    "firewall, 1 on the loopback alone, 1 unexpected",
    "",
  ]);
});

test("in a wide terminal a line a socket, with what the port is usually for", async () => {
  const { out } = await runIn(["exposure", "--no-color"], { ...node, terminal: 160 });
  assert.match(out, /^SOCKET +PROCESS +USER +USUALLY +REACHED FROM +DECIDED BY +POLICY$/m);
  assert.match(
    out,
    /^0\.0\.0\.0:8472\/udp +\(the kernel\) +VXLAN \(flannel, cilium\) +nowhere +policy drop \(iptables-save:2\) +expected$/m,
  );
  for (const line of out.split("\n")) assert.ok(line.length <= 160, line);
  const { out: summary } = await runIn(["exposure", "--quiet", "--no-color"], { ...node, terminal: 160 });
  assert.match(summary, /^4 sockets: [^\n]*\n$/);
});

test("JSON for programs", async () => {
  const { code, out } = await runIn(["exposure", "--format", "json"], node);
  assert.is(code, 0);
  const { schemaVersion, sockets, firewall, unseen } = JSON.parse(out);
  assert.is(schemaVersion, 1);
  assert.equal(firewall, { ipv4: "the kernel", ipv6: "the kernel" });
  assert.equal(unseen, []);
  const [first] = sockets;
  assert.equal(
    { ...first, reach: undefined, owner: undefined },
    {
      protocol: "tcp",
      address: "0.0.0.0",
      port: 22,
      dualStack: "no",
      service: null,
      uid: 0,
      scope: "anywhere",
      policy: "expected",
      reach: undefined,
      owner: undefined,
    },
  );
  assert.equal(first.owner, {
    state: "known",
    unit: null,
    processes: [{ pid: 700, program: "sshd", path: "/usr/sbin/sshd", uid: 0, user: "0" }],
  });
  assert.equal(first.reach, [
    {
      family: 4,
      sure: true,
      scope: "anywhere",
      sources: "anywhere",
      networks: ["0.0.0.0/0"],
      rule: "iptables-save:52",
      text: "-A ufw-user-input -p tcp --dport 22 -j ACCEPT",
    },
  ]);
});

test("the site says what is expected", async () => {
  const site = {
    "/etc/nodeward/nodeward.yaml": "params:\n  ports.expected:\n    allow: [{port: 8080, proto: tcp}]\n",
  };
  const { out } = await runIn(["exposure", "--no-color"], {
    ...node,
    files: { ...files, ...site },
    terminal: 160,
  });
  assert.match(out, /^0\.0\.0\.0:22\/tcp .* UNEXPECTED$/m);
  assert.match(out, /^\[::\]:8080\/tcp .* expected$/m);
  const bad = { "/etc/nodeward/nodeward.yaml": "params:\n  ports.expected: {allow: 1}\n" };
  const wrong = await runIn(["exposure"], { ...node, files: { ...files, ...bad } });
  assert.is(wrong.code, 2);
  assert.match(wrong.err, /nodeward\.yaml:2:\d+: ports\.expected\.allow takes a list such as/);
});

test("without root it says what it could not see, and exits 3", async () => {
  const denied = {
    state: "ok" as const,
    code: 4,
    stdout: "",
    stderr: "Permission denied (you must be root)\n",
  };
  const ran = await runIn(["exposure", "--no-color"], {
    files: { ...files, "/proc/700/fd": { kind: "directory", error: "denied" } },
    host: { runs: { "iptables-save": denied, "ip6tables-save": denied } },
    terminal: 160,
    uid: 1000,
  });
  assert.is(ran.code, 3);
  assert.match(ran.out, /^0\.0\.0\.0:22\/tcp +\? +\? +\? +\?$/m);
  assert.match(ran.out, /^not seen: the kernel's rules could not be read/m);
  assert.match(ran.out, /^not every owner is known: the descriptors of 1 processes may not be read$/m);
  assert.match(ran.out, /3 nobody knows from where/);
});

test("ports that are sent on are listed apart", async () => {
  const nat = Array.from(
    { length: 60 },
    (_, index) =>
      `-A KUBE-NODEPORTS -p tcp -m comment --comment "web/s${index}:http" -m tcp --dport ${30000 + index} -j KUBE-EXT-${index}`,
  );
  const stdout = `*nat\n${nat.join("\n")}\nCOMMIT\n`;
  const runs = { ...kernelOf(), "iptables-save": { state: "ok" as const, code: 0, stdout, stderr: "" } };
  const { out } = await runIn(["exposure"], { files, host: { runs } });
  assert.match(out, /the rules for incoming packets do not decide on\nthese:/);
  assert.match(out, /^30000\/tcp +NodePort +web\/s0:http +iptables-save:2$/m);
  assert.match(out, /^and 20 more$/m);
});

test("an image without /proc has no sockets to show; tables that cannot be read are exit 3", async () => {
  const image = await runIn(["exposure", "--root", "/mnt"], { roots: { "/mnt": ufwFiles() } });
  assert.is(image.code, 0);
  assert.is(image.out, "listening sockets cannot be seen: no /proc/net\n");
  const json = await runIn(["exposure", "--root", "/mnt", "--format", "json"], {
    roots: { "/mnt": ufwFiles() },
  });
  assert.equal(JSON.parse(json.out).unseen, ["listening sockets cannot be seen: no /proc/net"]);
  const unread = await runIn(["exposure"], { files: { "/proc/net/tcp": { error: "denied" } } });
  assert.is(unread.code, 3);
  assert.match(unread.err, /permission denied: \/proc\/net\/tcp/);
});

test.run();
