import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { operator } from "../../../src/facts/operator.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";
import { loginNode, session } from "../../support/guard-node.js";

async function who(files: MemoryFiles, options: MemoryOptions = {}): Promise<unknown> {
  const fact = await asker(memoryHost(files, { live: true, ...options }))(operator);
  if (fact.state !== "known") return fact.state;
  const { user, peer, method, fingerprint } = fact.value;
  return [user, peer?.address, method, fingerprint];
}
const alice = { ...loginNode, ...session("alice", 1000) };

test("behind sudo the session is found above, the method in the log", async () => {
  assert.equal(await who(alice), ["alice", "192.0.2.7", "publickey", undefined]);
});

test("the journal tells before the files do, and names the key", async () => {
  const line = "Accepted publickey for alice from 192.0.2.7 port 40022 ssh2: ED25519 SHA256:abc+/def";
  const stdout = `Accepted password for bob from 192.0.2.7 port 40021 ssh2\n${line}\nAccepted none\n`;
  const runs = { "ssh-accepted": { state: "ok", code: 0, stdout, stderr: "" } } as const;
  assert.equal(await who({ ...alice, "/var/log/auth.log": "" }, { runs }), [
    "alice",
    "192.0.2.7",
    "publickey",
    "SHA256:abc+/def",
  ]);
});

test("of a port that was used before the newest line counts", async () => {
  const old = "n sshd[1]: Accepted password for alice from 192.0.2.7 port 40022 ssh2\n";
  const log = `${old}x\n${old.replace("password", "publickey")}`;
  assert.equal(await who({ ...alice, "/var/log/auth.log": log }), [
    "alice",
    "192.0.2.7",
    "publickey",
    undefined,
  ]);
});

test("without a log the file that sshd leaves with ExposeAuthInfo tells", async () => {
  const files = { ...loginNode, ...session("alice", 1000, { logged: false }) };
  assert.equal(await who(files), ["alice", "192.0.2.7", undefined, undefined]);
  const environ = String(files["/proc/150/environ"]);
  const told = {
    ...files,
    "/proc/150/environ": `${environ}SSH_USER_AUTH=/tmp/sshauth.x\0`,
    "/tmp/sshauth.x": "password\n",
  };
  assert.equal(await who(told), ["alice", "192.0.2.7", "password", undefined]);
});

test("without a login user id the title of sshd's process names the account", async () => {
  const files = { ...alice, "/proc/self/loginuid": "4294967295", "/var/log/auth.log": "" };
  assert.equal(await who(files), ["alice", "192.0.2.7", undefined, undefined]);
});

test("a console login has no peer; a service is nobody's", async () => {
  const console = {
    ...loginNode,
    ...session("alice", 1000),
    "/proc/150/environ": "",
    "/proc/150/status": "PPid:\t1\n",
  };
  assert.equal(await who(console), ["alice", undefined, undefined, undefined]);
  const service = { ...loginNode, "/proc/self/status": "PPid:\t1\n", "/proc/self/loginuid": "4294967295" };
  assert.equal(await who(service), "absent");
});

test("an environment that lies about the form is passed over", async () => {
  const files = { ...alice, "/proc/150/environ": "SSH_CONNECTION=evil x y z\0" };
  assert.equal(await who(files), ["alice", undefined, undefined, undefined]);
});

test("processes in a circle end", async () => {
  const files = { ...alice, "/proc/90/status": "PPid:\t200\n" };
  assert.equal(await who(files), ["alice", "192.0.2.7", "publickey", undefined]);
});

test.run();
