import { test } from "uvu";
import * as assert from "uvu/assert";
import { files } from "../../../../src/checks/controlplane/files.js";
import { selfSigned } from "../../../support/certificates.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";
import { controlPlaneNode, manifest, manifestPath } from "../../../support/control-plane.js";

const kubeconfig = "kind: Config\nclusters: []\nusers: []\n";
const key = selfSigned({ subject: "/CN=kubernetes" }).key;
const certificate = selfSigned({ subject: "/CN=kubernetes" }).certificate;

/** File of each row, its content, and a mode too many. */
const rows: Readonly<Record<string, readonly [path: string, text: string, loose: number, good: number]>> = {
  "apiserver-manifest": [manifestPath("kube-apiserver"), manifest("kube-apiserver"), 0o644, 0o600],
  "controller-manager-manifest": [
    manifestPath("kube-controller-manager"),
    manifest("kube-controller-manager"),
    0o640,
    0o600,
  ],
  "scheduler-manifest": [manifestPath("kube-scheduler"), manifest("kube-scheduler"), 0o604, 0o600],
  "etcd-manifest": [manifestPath("etcd"), manifest("etcd"), 0o660, 0o600],
  "admin-conf": ["/etc/kubernetes/admin.conf", kubeconfig, 0o644, 0o600],
  "super-admin-conf": ["/etc/kubernetes/super-admin.conf", kubeconfig, 0o640, 0o600],
  "scheduler-conf": ["/etc/kubernetes/scheduler.conf", kubeconfig, 0o644, 0o600],
  "controller-manager-conf": ["/etc/kubernetes/controller-manager.conf", kubeconfig, 0o644, 0o600],
  "pki-certificates": ["/etc/kubernetes/pki/ca.crt", certificate, 0o666, 0o644],
  "pki-keys": ["/etc/kubernetes/pki/ca.key", key, 0o644, 0o600],
  "pki-directory": ["/etc/kubernetes/pki", "", 0o775, 0o755],
  "etcd-pki": ["/etc/kubernetes/pki/etcd/server.key", key, 0o640, 0o600],
};

assert.equal(files.map(({ id }) => id.replace("controlplane.files.", "")).sort(), Object.keys(rows).sort());
for (const check of files) {
  const [path, text, loose, good] = rows[check.id.replace("controlplane.files.", "")] ?? ["", "", 0, 0];
  const isFolder = check.id.endsWith("-directory");
  const node = (file: object) =>
    controlPlaneNode({}, { [path]: isFolder ? { kind: "directory" as const, ...file } : { text, ...file } });
  testCheck(check, {
    passes: [
      { name: "as asked", files: node({ mode: good }) },
      { name: "tighter", files: node({ mode: 0o400 }) },
    ],
    fails: [
      {
        name: "more than asked",
        files: node({ mode: loose }),
        at: [path],
        fixed: { [path]: `0${(loose & good).toString(8)}` },
      },
      { name: "somebody's", files: node({ mode: good, uid: 1000, gid: 1000 }), says: "belongs to alice" },
    ],
    // A folder's mode can be seen without reading it.
    errors: [{ name: "not to be read", files: node({ error: "denied" as const }) }],
    notApplicable: [{ name: "no control plane", files: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } }],
  });
}

/** Where distributions and guides keep the authority's key. */
const places = [
  "/etc/kubernetes/pki/ca.key",
  "/etc/kubernetes/ssl/ca.key",
  "/srv/kubernetes/ca.key",
  "/var/lib/kubernetes/ca-key.pem",
  "/var/lib/rancher/k3s/server/tls/server-ca.key",
  "/var/lib/rancher/rke2/server/tls/server-ca.key",
  "/var/snap/microk8s/current/certs/ca.key",
];

test("an authority's key is found where each distribution keeps it", async () => {
  const check = files.find(({ id }) => id === "controlplane.files.pki-keys");
  assert.ok(check);
  for (const path of places) {
    const verdict = await verdictOf(check, {
      files: controlPlaneNode({}, { [path]: { text: key, mode: 0o644 } }),
    });
    assert.is(statusOf(verdict), "fail", path);
  }
});

test.run();
