// Where Docker's API listens by another word than daemon.json's: docker.socket, sockets elsewhere, groups of another name.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Check } from "../../../src/checks/define.js";
import { daemonJsonValid, groupMembers, socketPermissions } from "../../../src/checks/docker/daemon.js";
import { rowsAsChecks } from "../../../src/checks/docker/rows.js";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { statusOf, verdictOf } from "../../support/check.js";

const lib = "/usr/lib/systemd/system";
const accounts = "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n";
const node = (words: string, socket: string, files: MemoryFiles = {}): MemoryFiles => ({
  "/etc/passwd": accounts,
  "/etc/group": "root:x:0:\ndocker:x:900:\nops:x:901:alice\n",
  [`${lib}/docker.service`]: `[Service]\nExecStart=/usr/bin/dockerd ${words}\n`,
  [`${lib}/docker.socket`]: `[Socket]\nListenStream=/run/docker.sock\n${socket}`,
  "/run/docker.sock": { kind: "socket", mode: 0o660, gid: 900 },
  ...files,
});
const json = (text: string) => node("", "", { "/etc/docker/daemon.json": { text, mode: 0o644 } });

function row(name: string): Check {
  const found = rowsAsChecks.find(({ id }) => id === `docker.${name}`);
  if (found === undefined) throw new Error(name);
  return found;
}

const tcp = row("tcp-without-tls");
const cases: readonly (readonly [name: string, check: Check, files: MemoryFiles, status: string])[] = [
  ["docker.socket on a port", tcp, node("-H fd://", "ListenStream=2375\n"), "fail"],
  ["docker.socket on an address", tcp, node("-H fd://", "ListenStream=0.0.0.0:2375\n"), "fail"],
  ["its port with tlsverify", tcp, node("-H fd:// --tlsverify", "ListenStream=2376\n"), "pass"],
  ["its list taken back", tcp, node("-H fd://", "ListenStream=2375\nListenStream=\n"), "pass"],
  ["a docker.socket that dockerd does not take", tcp, node("-H unix://", "ListenStream=2375\n"), "pass"],
  ["a path of the run folder", tcp, node("-H fd://", "ListenStream=%t/docker.sock\n"), "pass"],
  [
    "a second socket that is open",
    socketPermissions,
    node("-H unix:///srv/d.sock", "", { "/srv/d.sock": { kind: "socket", mode: 0o666 } }),
    "fail",
  ],
  ["a group of another name", groupMembers, node("-H fd:// -G ops", ""), "fail"],
  ["a group that docker.socket names", groupMembers, node("-H fd://", "SocketGroup=ops\n"), "fail"],
  ["no member of the group docker", groupMembers, node("-H fd://", ""), "pass"],
  ["a text taken back with null", row("icc"), json('{"icc": false, "bip": "x", "bip": null}'), "error"],
  ["neither icc nor iptables", row("icc"), json('{"icc": false, "iptables": false}'), "error"],
  ["a boolean flag that is none", row("live-restore"), node("--live-restore=maybe", ""), "error"],
  ["a --config-file that is not there", daemonJsonValid, node("--config-file=/x.json", ""), "fail"],
  [
    "a name that begins like loopback",
    row("insecure-registries"),
    json('{"insecure-registries":["127.evil.org:5000"]}'),
    "fail",
  ],
  [
    "half of all addresses",
    row("insecure-registries"),
    json('{"insecure-registries":["127.0.0.0/1"]}'),
    "fail",
  ],
  [
    "an address that begins like ::1",
    row("insecure-registries"),
    json('{"insecure-registries":["[::1234]:5000"]}'),
    "fail",
  ],
  [
    "loopback in every spelling",
    row("insecure-registries"),
    json('{"insecure-registries":["127.0.0.0/8","::1/128","localhost:5000","[::1]:5000","127.0.0.1:5000"]}'),
    "pass",
  ],
];
for (const [name, check, files, status] of cases)
  test(`${check.id}: ${name}`, async () => {
    const verdict = await verdictOf(check, { files });
    assert.is(statusOf(verdict), status, JSON.stringify(verdict));
  });

test.run();
