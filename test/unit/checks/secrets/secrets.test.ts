// Secret material: who owns and reads it, and what lies in homes.
import { test } from "uvu";
import { inHomes } from "../../../../src/checks/secrets/in-homes.js";
import permissions from "../../../../src/checks/secrets/permissions.js";
import worldReadable from "../../../../src/checks/secrets/world-readable.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { accountNode } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const hostKey = "/etc/ssh/ssh_host_ed25519_key";
const group = ["root:x:0:", "alice:x:1000:", "ssl-cert:x:110:postgres", "ops:x:2000:alice,bob"];
const secret = (mode: number, uid = 0, gid = 0) => ({ text: "x", mode, uid, gid });
const own = (text: string) => ({ text, mode: 0o600, uid: 1000, gid: 1000 });
const node = (more: MemoryFiles = {}) =>
  accountNode({
    group,
    more: {
      "/root": { kind: "directory", mode: 0o700 },
      "/home/alice": { kind: "directory", uid: 1000, mode: 0o755 },
      ...more,
    },
  });

testCheck(worldReadable, {
  passes: [
    {
      name: "closed",
      files: node({ [hostKey]: secret(0o600), "/home/alice/.ssh/id_ed25519": secret(0o600, 1000) }),
    },
    { name: "open behind a closed directory", files: node({ "/root/.ssh/id_rsa": secret(0o644) }) },
    {
      name: "public halves, and nothing at all",
      files: node({
        "/home/alice/.ssh/id_rsa.pub": secret(0o644),
        "/etc/krb5.keytab": { text: "", mode: 0o644 },
      }),
    },
    { name: "by agreement", files: node({ [hostKey]: secret(0o644) }), params: { allow: ["/etc/ssh"] } },
    {
      name: "a socket that only its group reaches",
      files: node({ "/run/docker.sock": { kind: "socket", mode: 0o660, gid: 2000 } }),
    },
  ],
  fails: [
    {
      name: "a key and a socket",
      files: node({ [hostKey]: secret(0o644), "/run/docker.sock": { kind: "socket", mode: 0o666 } }),
      at: [hostKey, "/run/docker.sock"],
      says: /everybody can read \/etc\/ssh\/ssh_host_ed25519_key \(host key of sshd\); everybody can connect to \/run\/docker.sock/,
    },
    {
      name: "etcd's data",
      files: node({ "/var/lib/etcd": { kind: "directory", mode: 0o755 } }),
      says: "every Secret of the cluster",
    },
  ],
  errors: [
    {
      name: "may not be looked at",
      files: node({ "/etc/ssl/private": { kind: "directory", error: "denied" } }),
      says: "permission denied: /etc/ssl/private",
    },
  ],
  missing: "pass",
  hides: ["/etc/ssl"],
});

testCheck(permissions, {
  passes: [
    {
      name: "root's, and a person's own",
      files: node({ [hostKey]: secret(0o600), "/home/alice/.ssh/id_ed25519": secret(0o600, 1000, 1000) }),
    },
    { name: "a group that is meant to", files: node({ "/etc/ssl/private/x.key": secret(0o640, 0, 110) }) },
    {
      name: "a group nobody else is in",
      files: node({ "/home/alice/.ssh/id_rsa": secret(0o640, 1000, 1000) }),
    },
    {
      name: "etcd's own",
      files: accountNode({
        passwd: ["root:x:0:0::/root:/bin/sh", "etcd:x:990:990::/:/bin/false"],
        more: { "/var/lib/etcd": { kind: "directory", mode: 0o700, uid: 990 } },
      }),
    },
  ],
  fails: [
    {
      name: "another owner, another group, other writers",
      files: node({
        [hostKey]: secret(0o600, 1000),
        "/etc/krb5.keytab": secret(0o640, 0, 2000),
        "/etc/wireguard/wg0.conf": secret(0o602),
      }),
      at: [hostKey, "/etc/wireguard/wg0.conf", "/etc/krb5.keytab"],
      says: /\(host key of sshd\) belongs to alice; .*wg0.conf \(VPN key\) can be changed by everybody; .*krb5.keytab \(Kerberos keys\) is open to group ops: alice, bob/,
    },
    {
      name: "somebody an access list names",
      files: node({
        "/etc/krb5.keytab": secret(0o640),
        "/home/alice/.ssh/id_rsa": secret(0o640, 1000, 1000),
      }),
      host: {
        live: true,
        runs: {
          "access-lists": {
            state: "ok",
            code: 0,
            stdout:
              "# file: /etc/krb5.keytab\nuser:bob:r--\nuser:carl:rw-\nmask::rw-\n\n# file: /home/alice/.ssh/id_rsa\nuser:alice:r--\nmask::r--\n\n",
            stderr: "",
          },
        },
      },
      says: /^[^;]*krb5.keytab \(Kerberos keys\) is open to user bob by an access list; .* user carl by an access list; .* can be changed by user carl$/,
    },
  ],
  errors: [
    {
      name: "access lists cannot be had",
      files: node({ "/etc/krb5.keytab": secret(0o640) }),
      host: { live: true, runs: { "access-lists": { state: "failed", reason: "late" } } },
    },
    {
      name: "may not be looked at",
      files: node({ "/etc/wireguard": { kind: "directory", error: "denied" } }),
    },
  ],
  missing: "pass",
  hides: ["/etc/ssh"],
});

function named(id: string) {
  const check = inHomes.find((one) => one.id === id);
  if (check === undefined) throw new Error(id);
  return check;
}

const kube = "/home/alice/.kube/config";
const config = (user: string) =>
  own(`apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- name: admin\n  user:\n${user}`);

testCheck(named("secrets.kubeconfig-in-home"), {
  passes: [
    { name: "one that asks a helper", files: node({ [kube]: config("    exec:\n      command: aws\n") }) },
  ],
  fails: [
    {
      name: "a token, never shown",
      files: node({ [kube]: config("    token: secret-token-value\n") }),
      at: [kube],
      says: /^(?!.*secret-token-value).*kubeconfig with token\) is on this node$/,
    },
  ],
  errors: [{ name: "it cannot be understood", files: node({ [kube]: own("kind: Nothing\n") }) }],
  missing: "pass",
});

const docker = "/root/.docker/config.json";
testCheck(named("secrets.docker-config-credentials"), {
  passes: [
    {
      name: "a helper",
      files: node({ [docker]: '{"auths": {"ghcr.io": {}}, "credHelpers": {"ghcr.io": "pass"}}' }),
    },
  ],
  fails: [
    {
      name: "base64",
      files: node({ [docker]: '{"auths": {"ghcr.io": {"auth": "c2VjcmV0"}}}' }),
      at: [docker],
      says: "passwords of image registries: ghcr.io",
    },
    {
      name: "of a service, and k3s's own",
      files: accountNode({
        passwd: ["root:x:0:0::/root:/bin/sh", "ci:x:990:990::/var/lib/ci:/usr/sbin/nologin"],
        more: {
          "/var/lib/ci/.docker/config.json": '{"auths": {"ci.example": {"auth": "c2VjcmV0"}}}',
          "/etc/rancher/k3s/registries.yaml":
            "mirrors: {}\nconfigs:\n  r.example:\n    auth: {username: a, password: b}\n  open.example: {tls: {}}\n",
        },
      }),
      says: /registries: r\.example\).*ci\.example/,
    },
    {
      name: "the older form",
      files: node({ "/var/lib/kubelet/.dockercfg": '{"r.example": {"auth": "c2VjcmV0"}}' }),
      says: "r.example",
    },
  ],
  errors: [
    { name: "nonsense", files: node({ [docker]: "[1, 2" }), says: "is not a file of registry passwords" },
  ],
  missing: "pass",
});

testCheck(named("secrets.cloud-credentials"), {
  passes: [
    {
      name: "what the node was started with is another check's",
      files: node({ "/var/lib/cloud/instance/user-data.txt": "#cloud-config\n" }),
    },
  ],
  fails: [
    {
      name: "in a home, and of the node",
      files: node({ "/home/alice/.aws/credentials": own("[x]"), "/etc/kubernetes/azure.json": "{}" }),
      says: /\.aws\/credentials \(cloud credentials\).*azure\.json/,
    },
  ],
  errors: [
    {
      name: "a home may not be searched",
      files: node({ "/home/alice": { kind: "directory", error: "denied" } }),
    },
  ],
  missing: "pass",
  hides: ["/var/lib/cloud"],
});

test.run();
