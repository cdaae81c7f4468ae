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
  assert.match(out, /^READ BY +MODE +WHAT +WHERE\n-+/);
  assert.match(out.split("\n")[2] ?? "", /^everybody +0644 +Kerberos keys +\/etc\/krb5\.keytab$/);
  assert.match(out, /^root, group ops: alice,? .*0660 .* \/run\/docker\.sock$/m);
  assert.match(out, /^root, alice +0600 +kubeconfig with token +\/home\/alice\/\.kube\/config$/m);
  assert.match(out, /^6 places with secrets: 1 read by everybody, 1 by other accounts$/m);
  assert.match(out, /access lists were not looked at/);
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
    accessList: [],
  });
  assert.not.match(out, /c2VjcmV0/);
});

test("whom an access list lets read", async () => {
  const list = "# file: /etc/krb5.keytab\nuser:bob:r--\ngroup:root:r--\nmask::r--\n\n";
  const { code, out } = await runIn(["secrets", "--no-color"], {
    files: { ...files, "/etc/krb5.keytab": { text: "x", mode: 0o640 } },
    host: { runs: { "access-lists": { state: "ok", code: 0, stdout: list, stderr: "" } } },
    terminal: 120,
  });
  assert.is(code, 0);
  assert.match(out, /^root, user bob \(access list\) +0640 +Kerberos keys/m);
  assert.not.match(out, /not looked at/);
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
  assert.equal([code, out], [0, "0 places with secrets: 0 read by everybody, 0 by other accounts\n"]);
});

test.run();
