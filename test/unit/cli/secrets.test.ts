// `nodeward secrets`: the most open first, who reads each by name, nothing of what is inside.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { accountNode } from "../../support/account-files.js";
import { runIn } from "../../support/context.js";

const files = accountNode({
  group: ["root:x:0:", "ops:x:2000:alice,bob", "shadow:x:42:"],
  more: {
    "/etc/ssh/ssh_host_rsa_key": { text: "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n", mode: 0o600 },
    "/etc/krb5.keytab": { text: "x", mode: 0o644 },
    "/run/docker.sock": { kind: "socket", mode: 0o660, gid: 2000 },
    "/home/alice/.kube/config": {
      text: "kind: Config\nusers:\n- name: a\n  user: {token: c2VjcmV0}\n",
      mode: 0o600,
      uid: 1000,
      gid: 1000,
    },
  },
});

test("a table, the most open first", async () => {
  const { code, out, err } = await runIn(["secrets", "--no-color"], { files, terminal: 100 });
  assert.is(code, 0, err);
  assert.match(out, /^WHERE +WHAT +MODE +READ BY\n-+/);
  const rows = out.split("\n").filter((line) => line.startsWith("/"));
  assert.match(rows[0] ?? "", /^\/etc\/krb5\.keytab +Kerberos keys +0644 +everybody$/);
  assert.match(out, /\/run\/docker\.sock .*0660 +root, group ops: alice,/);
  assert.match(out, /kubeconfig with token +0600 +root, alice/);
  assert.match(out, /^6 places with secrets: 1 read by everybody, 1 by a group with members$/m);
  assert.not.match(out, /c2VjcmV0/);
});

test("JSON with who reads each", async () => {
  const { out } = await runIn(["secrets", "--format", "json"], { files });
  const document: { readonly secrets: readonly { readonly path: string; readonly readBy: object }[] } =
    JSON.parse(out);
  assert.equal(document.secrets.find(({ path }) => path === "/run/docker.sock")?.readBy, {
    everybody: false,
    group: { name: "ops", members: ["alice", "bob"] },
    owner: "root",
  });
  assert.not.match(out, /c2VjcmV0/);
});

test("what may not be looked at is said, and exit 3", async () => {
  const { code, out } = await runIn(["secrets"], {
    files: { ...files, "/etc/ssl/private": { kind: "directory", error: "denied" } },
  });
  assert.is(code, 3);
  assert.match(out, /not seen: permission denied: \/etc\/ssl\/private/);
});

test("a node without any", async () => {
  const { code, out } = await runIn(["secrets", "--quiet"], { files: {} });
  assert.equal([code, out], [0, "0 places with secrets: 0 read by everybody, 0 by a group with members\n"]);
});

test.run();
