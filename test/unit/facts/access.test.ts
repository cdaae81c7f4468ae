// The inventory of root: each way is found, with who, what it asks for and where; nothing else is.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { access } from "../../../src/facts/access.js";
import type { AccessKind } from "../../../src/facts/access-way.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { openNode } from "../../support/access-node.js";

async function inventory(files: MemoryFiles) {
  const fact = await asker(memoryHost(files))(access);
  if (fact.state !== "known") throw new Error(fact.reason);
  const of = (kind: AccessKind) =>
    fact.value.ways
      .filter((way) => way.kind === kind)
      .map(({ who, way, asks }) => `${who} | ${way} | ${asks}`);
  return { ...fact.value, of };
}

test("accounts with user id 0, and what they ask for", async () => {
  const { of } = await inventory(openNode);
  assert.equal(of("user"), [
    "root | is root: user id 0 | its password, or a key",
    "toor | is root: user id 0, shell /usr/sbin/nologin | a key: its password is locked",
  ]);
  const { of: bare } = await inventory({ "/etc/passwd": "root::0:0::/:\n" });
  assert.equal(bare("user"), ["root | is root: user id 0 | nothing: its password is empty"]);
});

test("rules of sudo, by group and by a program that hands over a shell; strangers are told", async () => {
  const { of, remarks } = await inventory(openNode);
  assert.equal(of("sudo"), [
    "alice | sudo: may run everything | the user's own password",
    "bob | sudo: may run /usr/bin/vim, which hands over a shell | no password",
  ]);
  assert.ok(remarks.some((remark) => remark.startsWith("sudo names gone, which no local file knows")));
});

test("groups that are root without sudo", async () => {
  const { of } = await inventory(openNode);
  assert.equal(of("group"), [
    "ci | group docker starts containers with the host's root directory in them | nothing more",
  ]);
});

test("keys of root, and of whoever has root otherwise", async () => {
  const { of } = await inventory(openNode);
  const keys = of("key");
  assert.is(keys.length, 2);
  assert.match(
    keys[0] ?? "",
    /^key SHA256:[A-Za-z0-9+/]{43} \(laptop\) \| logs in as root, who is root \| SSH \(PermitRootLogin/,
  );
  assert.match(
    keys[1] ?? "",
    /\(deploy\) \| logs in as alice, who has root by sudo, for the command \/bin\/true \| SSH, then the user's own password$/,
  );
});

test("files that root runs and others write: by directory, by mode, by owner; other users' programs are none", async () => {
  const { of } = await inventory(openNode);
  assert.equal(of("file"), [
    "group staff: bob | /opt can be written by group 50: root runs or obeys /opt/agent (unit agent.service) | that root runs it again",
    "everybody | /srv/job.sh can be written by everybody: root runs or obeys /srv/job.sh (cron) | that root runs it again",
    "bob | /etc/kubernetes/manifests belongs to user 1001: root runs or obeys /etc/kubernetes/manifests (the kubelet) | that root runs it again",
  ]);
});

test("control sockets that can be reached: not behind a closed directory", async () => {
  const { of } = await inventory(openNode);
  assert.equal(of("socket"), [
    "group docker: ci | may talk to /run/docker.sock, which starts what it is told as root | nothing more",
    "everybody | may talk to /run/containerd/containerd.sock, which starts what it is told as root | nothing more",
  ]);
});

test("processes: root's without a package, scripts of interpreters, those that kept powers; not those of containers", async () => {
  const { of, remarks } = await inventory(openNode);
  assert.equal(of("process"), [
    "agent (11) | runs as root, and /opt/agent (deleted) came with no package | a fault in it",
    "python3 (12) | runs as root, and /srv/tool.py came with no package | a fault in it",
    "sshd (13) | runs as nobody and kept sys_ptrace | a fault in it",
  ]);
  assert.ok(remarks.some((remark) => remark.startsWith("1 processes in containers run as root there")));
});

test("what could not be seen is told, not taken for nothing", async () => {
  const { unknown } = await inventory({
    ...openNode,
    "/etc/shadow": { text: "", error: "denied" },
    "/proc/11/status": { text: "", error: "denied" },
    "/etc/kubernetes": { kind: "directory", error: "denied" },
  });
  for (const reason of ["/etc/shadow", "/proc/11/status", "/etc/kubernetes/manifests"])
    assert.ok(
      unknown.some((text) => text.includes(reason)),
      `${reason} in ${unknown.join("; ")}`,
    );
});

test("a node without anything has nobody", async () => {
  const { ways, unknown } = await inventory({});
  assert.equal([ways, unknown], [[], ["users: no such file: /etc/passwd"]]);
});

test.run();
