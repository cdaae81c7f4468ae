import { test } from "uvu";
import kubeletReadOnly from "../../../../src/checks/ports/kubelet-read-only.js";
import legacyServices from "../../../../src/checks/ports/legacy-services.js";
import unexpected from "../../../../src/checks/ports/unexpected.js";
import { testCheck } from "../../../support/check.js";
import { socketFiles } from "../../../support/proc-net.js";

const sshd = { pid: 700, program: "/usr/sbin/sshd" };
const kubelet = { pid: 800, program: "/usr/bin/kubelet" };
const systemd = { pid: 1, program: "/usr/lib/systemd/systemd" };
const ssh = { host: "0.0.0.0", port: 22, by: sshd };
const onlySsh = socketFiles(ssh);
const none = { name: "no running system", files: { "/etc/hostname": "x\n" } };
const unreadTable = {
  name: "a table may not be read",
  files: { ...onlySsh, "/proc/net/tcp6": { error: "denied" as const } },
};

testCheck(unexpected, {
  passes: [
    {
      name: "an ordinary worker",
      files: socketFiles(
        ssh,
        { host: "::", port: 10250, by: kubelet },
        { host: "127.0.0.1", port: 44321, by: { pid: 801, program: "/opt/whatever" } },
        { protocol: "udp", host: "0.0.0.0", port: 8472 },
        {
          protocol: "udp",
          host: "192.0.2.5",
          port: 68,
          by: { pid: 802, program: "/usr/lib/systemd/systemd-networkd" },
        },
        { protocol: "raw", host: "0.0.0.0", port: 1, by: { pid: 803, program: "/usr/bin/anything" } },
      ),
    },
    {
      name: "sshd by socket activation",
      files: {
        ...socketFiles({ host: "::", port: 22, by: systemd }),
        "/usr/lib/systemd/system/ssh.socket": "[Socket]\nListenStream=22\n",
      },
    },
    {
      name: "what the site names",
      files: socketFiles({ host: "0.0.0.0", port: 9100, by: { pid: 5, program: "/usr/bin/node_exporter" } }),
      params: { allow: [{ port: 9100, proto: "tcp", process: "node_*" }] },
    },
    {
      name: "a range, whoever holds it",
      files: socketFiles({ host: "0.0.0.0", port: 31000, by: { pid: 5, program: "/usr/bin/x" } }),
      params: { allow: [{ port: "30000-32767" }] },
    },
  ],
  fails: [
    {
      name: "a service nobody expected",
      files: socketFiles(ssh, {
        host: "0.0.0.0",
        port: 6379,
        by: { pid: 5, program: "/usr/bin/redis-server", uid: 0 },
      }),
      at: ["/proc/net/tcp:3"],
      says: /0\.0\.0\.0:6379\/tcp is held by redis-server \(5, 0\), which policy does not expect/,
    },
    {
      name: "the port of sshd, held by another program that calls itself sshd",
      files: socketFiles({
        host: "0.0.0.0",
        port: 22,
        by: { pid: 5, program: "/usr/bin/nc", args: ["sshd"] },
      }),
      says: /held by nc/,
    },
    {
      name: "a program of that name from where everybody writes",
      files: socketFiles({ host: "0.0.0.0", port: 22, by: { pid: 5, program: "/tmp/sshd" } }),
      says: /held by \/tmp\/sshd/,
    },
    {
      name: "the wrong protocol",
      files: socketFiles({ protocol: "udp", host: "0.0.0.0", port: 22, by: sshd }),
    },
    {
      name: "a stranger beside sshd",
      files: {
        ...onlySsh,
        ...socketFiles(ssh, { host: "0.0.0.0", port: 9, by: { pid: 5, program: "/usr/bin/x" } }),
        "/proc/5/fd/99": { link: "socket:[5000]" },
      },
      says: /0\.0\.0\.0:22\/tcp is held by x \(5, 0\), sshd \(700, 0\)/,
    },
    {
      name: "terminal control in a name is the report's to escape, and is no pattern here",
      files: socketFiles({ host: "0.0.0.0", port: 1, by: { pid: 5, program: "/x/\u001b[2J.*" } }),
    },
  ],
  errors: [
    unreadTable,
    {
      name: "whose socket it is cannot be seen",
      files: { ...onlySsh, "/proc/700/fd": { kind: "directory", error: "denied" } },
      says: /who holds 0\.0\.0\.0:22\/tcp: the descriptors of 1 processes may not be read/,
    },
    { name: "lines that are no sockets", files: { ...onlySsh, "/proc/net/udp": "garbage\n" } },
  ],
  notApplicable: [none],
});

testCheck(kubeletReadOnly, {
  passes: [{ name: "only the secured port", files: socketFiles({ host: "::", port: 10250, by: kubelet }) }],
  fails: [
    {
      name: "open",
      files: socketFiles({ host: "::", port: 10255, by: kubelet }),
      at: ["/proc/net/tcp6:2"],
      says: /\[::\]:10255\/tcp is open, held by kubelet \(800, 0\)/,
    },
    { name: "on the loopback", files: socketFiles({ host: "127.0.0.1", port: 10255, by: kubelet }) },
  ],
  errors: [unreadTable],
  notApplicable: [none],
});

testCheck(legacyServices, {
  passes: [
    { name: "none", files: onlySsh },
    { name: "on the loopback", files: socketFiles({ host: "127.0.0.1", port: 23, by: systemd }) },
    {
      name: "SNMP where the site wants it",
      files: socketFiles({
        protocol: "udp",
        host: "0.0.0.0",
        port: 161,
        by: { pid: 5, program: "/usr/sbin/snmpd" },
      }),
      params: { expected: ["161/udp"] },
    },
    {
      name: "514/udp is syslog",
      files: socketFiles({ protocol: "udp", host: "0.0.0.0", port: 514, by: systemd }),
    },
  ],
  fails: [
    {
      name: "telnet and rpcbind",
      files: socketFiles(
        { host: "0.0.0.0", port: 23, by: { pid: 5, program: "/usr/sbin/inetd" } },
        { protocol: "udp", host: "::", port: 111, by: systemd },
      ),
      at: ["/proc/net/tcp:2", "/proc/net/udp6:2"],
      says: /0\.0\.0\.0:23\/tcp \(telnet: passwords in clear\).*\[::\]:111\/udp \(rpcbind/,
    },
  ],
  errors: [unreadTable],
  notApplicable: [none],
});

test.run();
