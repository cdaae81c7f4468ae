import { test } from "uvu";
import type { UfwRule } from "../../../../src/formats/ufw-tuple.js";
import type { MemoryFiles, MemoryOptions } from "../../../../src/host/memory.js";
import { allows, group, loginNode, session, stops } from "../../../support/guard-node.js";
import { socketFiles, type TestSocket } from "../../../support/proc-net.js";
import { kernelOf, type UfwFiles, ufwFiles } from "../../../support/ufw.js";

const sshd = { pid: 90, program: "/usr/sbin/sshd" };
const listening = (...more: readonly TestSocket[]) =>
  socketFiles({ host: "0.0.0.0", port: 22, by: sshd }, ...more);
const ssh: Partial<UfwRule> = { protocol: "tcp", dport: "22" };
const quiet: MemoryOptions = { runs: kernelOf({ enabled: "no", input: "ACCEPT", forward: "ACCEPT" }) };

function machine(ufw: UfwFiles, more: MemoryFiles = listening()): MemoryFiles {
  return {
    ...loginNode,
    ...ufwFiles({ enabled: "no", forward: "ACCEPT", ...ufw }),
    "/proc/net/dev": "  eth0: 0\n",
    ...more,
  };
}
const enable = group("ufw-enable", ["ufw.enabled"], {
  files: { "/etc/ufw/ufw.conf": "ENABLED=yes\nLOGLEVEL=low\n" },
  live: [["enable-ufw"]],
});
const node: MemoryFiles = { "/var/lib/kubelet": { kind: "directory" } };
const kubelet = { host: "0.0.0.0", port: 10250, by: { pid: 80, program: "/usr/bin/kubelet" } };

test("a firewall is switched on where somebody surely reaches sshd", async () => {
  await allows(machine({ v4: [ssh] }), enable, quiet);
});

test("a firewall stays off where no rule opens sshd's port", async () => {
  await stops(
    machine({}),
    /^refuse ufw.enabled: nobody would surely reach sshd on port 22.*First: `ufw allow from/,
    enable,
    quiet,
  );
  await stops(machine({ v4: [{ ...ssh, dport: "2222" }] }), /port 22/, enable, quiet);
});

test("every port of sshd counts, those of a configuration that does not run yet too", async () => {
  const two = listening({ host: "0.0.0.0", port: 2222, by: sshd });
  await stops(machine({ v4: [ssh] }, two), /on port 2222/, enable, quiet);
  await allows(machine({ v4: [ssh, { ...ssh, dport: "2222" }] }, two), enable, quiet);
  const configured = { ...machine({ v4: [ssh] }), "/etc/ssh/sshd_config": "Port 22\nPort 2022\n" };
  await stops(configured, /on port 2022/, enable, quiet);
});

test("a port that systemd holds for sshd is sshd's", async () => {
  const socket: MemoryFiles = {
    ...socketFiles({ host: "0.0.0.0", port: 2200, by: { pid: 1, program: "/sbin/init" } }),
    "/usr/lib/systemd/system/ssh.socket": "[Socket]\nListenStream=2200\n[Install]\nWantedBy=sockets.target\n",
    "/etc/systemd/system/sockets.target.wants/ssh.socket": { link: "/usr/lib/systemd/system/ssh.socket" },
    "/usr/lib/systemd/system/ssh.service": "[Service]\nExecStart=/usr/sbin/sshd -D\n",
  };
  await stops(machine({ v4: [ssh] }, socket), /port 2200/, enable, quiet);
});

test("the address of who runs this is let in, not only somebody's", async () => {
  const mine = session("alice", 1000);
  await stops(
    { ...machine({ v4: [{ ...ssh, src: "10.0.0.0/8" }] }), ...mine },
    /^refuse .*192.0.2.7, from where this is run, would not surely reach sshd on port 22/,
    enable,
    quiet,
  );
  await allows({ ...machine({ v4: [{ ...ssh, src: "192.0.2.0/24" }] }), ...mine }, enable, quiet);
});

test("the kubelet goes on to be reached, the API server and etcd too", async () => {
  const worker = { ...node, ...listening(kubelet) };
  await stops(
    machine({ v4: [ssh] }, worker),
    /^refuse ufw.enabled: the rest of the cluster would no longer reach the kubelet \(10250\/tcp\)/,
    enable,
    quiet,
  );
  const open: Partial<UfwRule> = { protocol: "tcp", dport: "10250", src: "10.0.0.0/8" };
  await allows(machine({ v4: [ssh, open] }, worker), enable, quiet);
  const control = {
    ...worker,
    ...listening(
      kubelet,
      { host: "0.0.0.0", port: 6443, by: { pid: 70, program: "/usr/bin/kube-apiserver" } },
      { host: "0.0.0.0", port: 2379, by: { pid: 71, program: "/usr/bin/etcd" } },
      { host: "127.0.0.1", port: 10259, by: { pid: 72, program: "/usr/bin/kube-scheduler" } },
    ),
  };
  await stops(
    machine({ v4: [ssh, open] }, control),
    /etcd \(2379\/tcp\), the API server \(6443\/tcp\)|the API server \(6443\/tcp\)/,
    enable,
    quiet,
  );
});

test("the tunnels of the network plug-in go on to be met", async () => {
  const open: Partial<UfwRule> = { protocol: "tcp", dport: "10250", src: "10.0.0.0/8" };
  const tunnel = { ...node, ...listening(kubelet, { protocol: "udp", host: "0.0.0.0", port: 8472 }) };
  await stops(
    machine({ v4: [ssh, open] }, tunnel),
    /VXLAN of flannel and cilium \(8472\/udp\)/,
    enable,
    quiet,
  );
  await allows(
    machine({ v4: [ssh, open, { protocol: "udp", dport: "8472", src: "10.0.0.0/8" }] }, tunnel),
    enable,
    quiet,
  );
});

test("the packets of pods pass: a rule of ufw's, or the plug-in's own", async () => {
  const worker = { ...node, ...listening() };
  await stops(
    machine({ v4: [ssh], forward: "DROP" }, worker),
    /^refuse ufw.enabled: the packets of pods would be refused \(\/etc\/default\/ufw:4\).*ufw route allow/,
    enable,
    quiet,
  );
  const routed: Partial<UfwRule> = { routed: true, src: "10.244.0.0/16" };
  await allows(machine({ v4: [ssh, routed], v6: [ssh], forward: "DROP" }, worker), enable, quiet);
  const flannel =
    "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:FLANNEL-FWD - [0:0]\n-A FORWARD -j FLANNEL-FWD\nCOMMIT\n";
  const answer = { state: "ok", code: 0, stdout: flannel, stderr: "" } as const;
  await allows(machine({ v4: [ssh], forward: "DROP" }, worker), enable, {
    runs: { "iptables-save": answer, "ip6tables-save": answer },
  });
});

test("a machine that is no node may refuse what is routed", async () => {
  await allows(machine({ v4: [ssh], forward: "DROP" }), enable, quiet);
});

const deny = (files: UfwFiles, check: string) => {
  const after = ufwFiles({ enabled: "yes", ...files });
  return group("ufw-rules", [check], {
    files: { "/etc/default/ufw": String(after["/etc/default/ufw"]) },
    risk: "workload",
  });
};

test("closing what comes in, or goes out, of a firewall that is on is judged alike", async () => {
  const on = (ufw: UfwFiles, more?: MemoryFiles) =>
    machine({ enabled: "yes", input: "ACCEPT", ...ufw }, more);
  const input = deny({ forward: "ACCEPT" }, "ufw.default-incoming");
  await stops(on({}), /^refuse ufw.default-incoming: nobody would surely reach sshd/, input, quiet);
  await allows(on({ v4: [ssh] }), input, quiet);
  const output = deny({ input: "ACCEPT", output: "DROP", forward: "ACCEPT" }, "ufw.default-outgoing");
  await stops(
    on({}, { ...node, ...listening() }),
    /^refuse ufw.default-outgoing: the node would no longer reach DNS \(53\/udp\), the API server \(6443\/tcp\)/,
    output,
    quiet,
  );
  const out: Partial<UfwRule>[] = [{ direction: "out" }];
  await allows(on({ v4: out }, { ...node, ...listening() }), output, quiet);
  await allows(on({}), output, quiet);
});

test("rules of a firewall that is off are nobody's loss until it is switched on", async () => {
  await allows(
    machine({ input: "ACCEPT" }),
    deny({ enabled: "no", forward: "ACCEPT" }, "ufw.default-incoming"),
    quiet,
  );
});

test("rules that come before in the plan are counted", async () => {
  const rules = group("ufw-rules", ["ufw.ssh-allowed"], {
    files: { "/etc/ufw/user.rules": String(ufwFiles({ v4: [ssh] })["/etc/ufw/user.rules"]) },
  });
  await allows(machine({}), enable, { ...quiet, earlier: [rules] });
});

test("two managers of the firewall are one too many", async () => {
  const two: MemoryFiles = {
    ...machine({ v4: [ssh] }),
    "/usr/lib/systemd/system/firewalld.service":
      "[Service]\nExecStart=/usr/sbin/firewalld\n[Install]\nWantedBy=multi-user.target\n",
    "/etc/systemd/system/multi-user.target.wants/firewalld.service": {
      link: "/usr/lib/systemd/system/firewalld.service",
    },
  };
  await stops(two, /^refuse ufw.enabled: firewalld .*manages the firewall already/, enable, quiet);
});

test("files that ufw would not load whole are not loaded", async () => {
  const odd = { ...machine({ v4: [ssh] }), "/etc/ufw/before.rules": "*filter\nnonsense\nCOMMIT\n" };
  await stops(
    odd,
    /^refuse ufw.enabled: ufw would not load its rules whole: \/etc\/ufw\/before.rules:2/,
    enable,
    quiet,
  );
});

test.run();
