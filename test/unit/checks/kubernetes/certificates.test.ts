import { test } from "uvu";
import check from "../../../../src/checks/kubernetes/certificates.js";
import { selfSigned } from "../../../support/certificates.js";
import { testCheck } from "../../../support/check.js";

const day = 86_400_000;
// A minute ahead: the certificates are made after this line.
const now = Date.now() + 60_000;
const good = selfSigned();
const other = selfSigned({ subject: "/CN=other" });
const crt = "/etc/kubernetes/pki/apiserver.crt";
const key = "/etc/kubernetes/pki/apiserver.key";
const host = { now };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const kubeconfig = (certificate: string, privateKey: string) =>
  `apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- name: admin\n  user:\n    client-certificate-data: ${base64(certificate)}\n    client-key-data: ${base64(privateKey)}\n`;

testCheck(check, {
  passes: [
    {
      name: "in date, with its key",
      host,
      files: { [crt]: good.certificate, [key]: { text: good.key, mode: 0o600 } },
    },
    {
      name: "a kubeconfig's own",
      host,
      files: { "/etc/kubernetes/admin.conf": { text: kubeconfig(good.certificate, good.key), mode: 0o600 } },
    },
    {
      name: "rotated certificates left behind do not count",
      host,
      files: {
        "/var/lib/kubelet/pki/kubelet-client-2024-01-02-03-04-05.pem": "expired long ago",
        "/var/lib/kubelet/pki/kubelet-client-2026-01-02-03-04-05.pem": {
          text: good.certificate + good.key,
          mode: 0o600,
        },
        "/var/lib/kubelet/pki/kubelet-client-current.pem": { link: "kubelet-client-2026-01-02-03-04-05.pem" },
      },
    },
    {
      name: "a short life is warned of late",
      host: { now: now + 80 * day },
      files: { [crt]: selfSigned({ days: 90 }).certificate },
    },
    {
      name: "fewer days asked",
      params: { days: 3 },
      host: { now: now + 350 * day },
      files: { [crt]: good.certificate },
    },
  ],
  fails: [
    {
      name: "expired, in a folder that is a link",
      host: { now: now + 400 * day },
      files: {
        [crt]: selfSigned({ days: 3000 }).certificate,
        "/etc/kubernetes/pki/etcd": { link: "/data/etcd" },
        "/data/etcd/server.crt": good.certificate,
      },
      says: "/etc/kubernetes/pki/etcd/server.crt:1 (CN=test) expired on",
    },
    {
      name: "expired, where the API server's flag names it",
      host: { now: now + 400 * day },
      files: {
        "/etc/kubernetes/manifests/kube-apiserver.yaml":
          "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver}\nspec:\n  containers:\n  - name: kube-apiserver\n    command: [kube-apiserver, --tls-cert-file=/opt/pki/api.crt]\n",
        "/opt/pki/api.crt": good.certificate,
      },
      says: "/opt/pki/api.crt:1 (CN=test) expired on",
    },
    {
      name: "expired, where the kubelet's setting names it",
      host: { now: now + 400 * day },
      files: {
        "/etc/systemd/system/kubelet.service":
          "[Service]\nExecStart=/usr/bin/kubelet --kubeconfig=/k --tls-cert-file=/opt/k.crt --tls-private-key-file=/opt/k.key\n",
        "/opt/k.crt": good.certificate,
      },
      says: "/opt/k.crt:1 (CN=test) expired on",
    },
    {
      name: "expired, where a kubeconfig names it",
      host: { now: now + 400 * day },
      files: {
        "/etc/kubernetes/admin.conf": {
          text: "apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- name: a\n  user: {client-certificate: own/a.crt, client-key: own/a.key}\n",
          mode: 0o600,
        },
        "/etc/kubernetes/own/a.crt": good.certificate,
      },
      says: "/etc/kubernetes/own/a.crt:1 (CN=test) expired on",
    },
    {
      name: "a weak key without a certificate",
      host,
      files: {
        [crt]: good.certificate,
        "/etc/kubernetes/pki/sa.key": {
          text: selfSigned({ newkey: ["rsa:1024"] }).key,
          mode: 0o600,
        },
      },
      says: "sa.key:1 is a rsa key of 1024 bits",
    },
    {
      name: "expired",
      host: { now: now + 400 * day },
      files: { [crt]: good.certificate },
      at: [`${crt}:1`],
      says: "expired on",
    },
    {
      name: "expiring",
      host: { now: now + 345 * day },
      files: { [crt]: good.certificate },
      at: [`${crt}:1`],
      says: /expires in \d+ days/,
    },
    {
      name: "not yet valid",
      host: { now: now - 10 * day },
      files: { [crt]: good.certificate },
      says: "is not valid before",
    },
    {
      name: "a short key",
      host,
      files: { [crt]: selfSigned({ newkey: ["rsa:1024"] }).certificate },
      says: "rsa key of 1024 bits",
    },
    {
      name: "another's key",
      host,
      files: { [crt]: good.certificate, [key]: { text: other.key, mode: 0o600 } },
      says: "does not belong",
    },
    {
      name: "a key that others read",
      host,
      files: { [crt]: good.certificate, [key]: { text: good.key, mode: 0o644 } },
      at: [key],
      fixed: { [key]: "0600" },
    },
    {
      name: "a kubeconfig's own, expired, at its entry",
      host: { now: now + 400 * day },
      files: { "/etc/kubernetes/admin.conf": kubeconfig(good.certificate, good.key) },
      at: ["/etc/kubernetes/admin.conf:5"],
    },
    {
      name: "says it is a certificate",
      host,
      files: { [crt]: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
      at: [`${crt}:1`],
    },
    {
      name: "k3s keeps its own",
      host: { now: now + 400 * day },
      files: { "/var/lib/rancher/k3s/server/tls/client-admin.crt": good.certificate },
    },
  ],
  errors: [
    {
      name: "an empty file",
      host,
      files: { [crt]: good.certificate, "/etc/kubernetes/pki/ca.crt": "" },
      says: "ca.crt is empty",
    },
    {
      name: "a file that is not PEM",
      host,
      files: { [crt]: good.certificate, "/etc/kubernetes/pki/ca.crt": "\u00000\u0082\u0003" },
      says: "no certificate or key in PEM",
    },
    {
      name: "a kubeconfig whose certificate is none",
      host,
      files: {
        [crt]: good.certificate,
        "/etc/kubernetes/admin.conf": { text: kubeconfig("x", good.key), mode: 0o600 },
      },
      says: "what stands for a certificate is none",
    },
    {
      name: "one that may not be read",
      host,
      files: { [crt]: good.certificate, "/etc/kubernetes/pki/ca.crt": { error: "denied" } },
      says: "permission denied",
    },
    {
      name: "a pipe in its place",
      host,
      files: { [crt]: good.certificate, "/etc/kubernetes/pki/ca.crt": { kind: "fifo" } },
    },
    {
      name: "a link that leads nowhere",
      host,
      files: { [crt]: good.certificate, "/etc/kubernetes/pki/ca.crt": { link: "/none" } },
      says: "leads nowhere",
    },
    {
      name: "a kubeconfig that does not parse",
      host,
      files: { [crt]: good.certificate, "/etc/kubernetes/admin.conf": "kind: [" },
    },
  ],
  notApplicable: [{ name: "no Kubernetes here", files: { "/etc/hostname": "x\n" } }],
});

test.run();
