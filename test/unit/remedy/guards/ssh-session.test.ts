import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import {
  aliceKey,
  allows,
  answers,
  base,
  group,
  keyless,
  keys,
  loginNode,
  noPasswords,
  onlyWith,
  session,
  stops,
} from "../../../support/guard-node.js";
import { main } from "../../../support/sshd-node.js";

test("who came in by password waits until it has come in by key", async () => {
  await stops(
    { ...loginNode, ...session("alice", 1000, { method: "password" }) },
    /^defer .*alice, who runs this, came in by password \(.*auth.log: .*would not get in so again.*First: log in as alice with its key/,
  );
  const bob = { ...loginNode, ...session("bob", 1001, { method: "password" }) };
  await stops(bob, /^defer .*First: put a key into the authorized_keys of bob/);
});

test("where nothing tells how the session began, a key of the account is enough", async () => {
  await allows({ ...loginNode, ...session("alice", 1000, { logged: false }) });
  await stops(
    { ...loginNode, ...session("bob", 1001, { logged: false }) },
    /^defer .*a way that nothing tells/,
  );
});

test("a key that no file shows is proven by the session that used it", async () => {
  const ca = { ...keyless, [main]: `${base}TrustedUserCAKeys /etc/ssh/ca.pub\n` };
  const off = onlyWith(
    "TrustedUserCAKeys /etc/ssh/ca.pub\nPasswordAuthentication no",
    "sshd.password-authentication",
  );
  await stops(ca, /^refuse/, off);
  await allows({ ...ca, ...session("alice", 1000) }, off);
});

test("the operator is among those who may log in", async () => {
  const mine = { ...loginNode, ...keys("bob", 1001, aliceKey), ...session("bob", 1001) };
  await stops(
    mine,
    /^defer .*bob.*AllowUsers does not name it/,
    onlyWith("AllowUsers alice", "sshd.access-limited"),
  );
  await allows(mine, onlyWith("AllowUsers alice bob", "sshd.access-limited"));
  await stops(
    { ...loginNode, ...session("alice", 1000, { peer: "198.51.100.9" }) },
    /^refuse|^defer/,
    onlyWith("AllowUsers alice@192.0.2.0/24\nPasswordAuthentication no", "sshd.access-limited"),
  );
});

test("what comes before in the plan is taken for made", async () => {
  const give = group("accounts", ["x.key"], {
    files: {
      "/home/alice/.ssh/authorized_keys": {
        state: "file",
        content: aliceKey,
        encoding: "utf8",
        mode: 0o600,
        owner: "alice:alice",
      },
    },
  });
  const folder = {
    ...keyless,
    "/home/alice/.ssh": { kind: "directory", mode: 0o700, uid: 1000, gid: 1000 },
  } satisfies MemoryFiles;
  assert.match(await answers(folder, noPasswords), /^refuse/);
  assert.is(await answers(folder, noPasswords, [give]), "");
});

test.run();
