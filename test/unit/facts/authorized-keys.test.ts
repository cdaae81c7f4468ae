import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { authorizedKeys, keyFilePath } from "../../../src/facts/authorized-keys.js";
import { sshHostKeys } from "../../../src/facts/ssh-host-keys.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { keyText } from "../../support/ssh-key-text.js";
import { node } from "../../support/sshd-node.js";

const bob = { name: "bob", uid: 1000, home: "/home/bob" };

test("tokens of AuthorizedKeysFile", () => {
  for (const [word, path] of [
    [".ssh/authorized_keys", "/home/bob/.ssh/authorized_keys"],
    ["/etc/keys/%u", "/etc/keys/bob"],
    ["%h/k%%", "/home/bob/k%"],
    ["/k/%U-%u", "/k/1000-bob"],
    ["/k/%x", "/k/%x"],
  ] as const)
    assert.is(keyFilePath(word, bob), path);
});

async function keys(config: string, files: MemoryFiles) {
  const people = {
    "/etc/passwd":
      "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\neve:x:1001:1001::/home/bob:/bin/sh\n",
    "/etc/group": "bob:x:1000:\n",
  };
  const fact = await asker(memoryHost(node(config, { ...people, ...files })))(authorizedKeys);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

test("each account has the files that concern it, each once", async () => {
  const text = `${keyText("ssh-ed25519")} x\n`;
  const { files, commands } = await keys(
    "AuthorizedKeysFile .ssh/a .ssh/a\nMatch User bob\nAuthorizedKeysFile /k/%u\nMatch Address 10.0.0.0/8\nAuthorizedKeysFile /m/%u\n",
    { "/home/bob/.ssh/a": text, "/k/bob": text, "/k/eve": text, "/m/root": text },
  );
  assert.equal(
    files.map(({ user, path }) => `${user.name} ${path}`),
    ["root /m/root", "bob /home/bob/.ssh/a", "bob /k/bob", "eve /home/bob/.ssh/a"],
  );
  assert.equal(commands, []);
});

test("a program that gives keys is named", async () => {
  const config = "AuthorizedKeysCommand /bin/keys %u\nAuthorizedKeysCommandUser nobody\n";
  const { commands } = await keys(config, {});
  assert.equal(
    commands.map(({ line }) => line),
    [1],
  );
});

test("what cannot be read is told apart from what is not there", async () => {
  const { files } = await keys("", {
    "/root/.ssh/authorized_keys": { kind: "fifo" },
    "/home/bob/.ssh": { kind: "directory", error: "denied" },
  });
  assert.match(files[0]?.unread ?? "", /fifo/);
  assert.match(files[1]?.unread ?? "", /permission denied/);
});

test("host keys: those that are configured and those that lie there, each once", async () => {
  const files = node("HostKey /etc/ssh/ssh_host_rsa_key\nHostKey /srv/k\nHostKey none\n", {
    "/etc/ssh/ssh_host_rsa_key": "x",
    "/etc/ssh/ssh_host_rsa_key.pub": "x",
    "/etc/ssh/ssh_host_dsa_key": "x",
    "/srv/k": "x",
  });
  const fact = await asker(memoryHost(files))(sshHostKeys);
  if (fact.state !== "known") throw new Error(fact.reason);
  assert.equal(
    [fact.value.privateKeys, fact.value.publicKeys].map((states) => states.map(({ path }) => path)),
    [["/etc/ssh/ssh_host_rsa_key", "/srv/k", "/etc/ssh/ssh_host_dsa_key"], ["/etc/ssh/ssh_host_rsa_key.pub"]],
  );
});

test.run();
