import { test } from "uvu";
import dataDir from "../../../../src/checks/etcd/data-dir.js";
import { flags } from "../../../../src/checks/etcd/flags.js";
import { selfSigned } from "../../../support/certificates.js";
import { testCheck } from "../../../support/check.js";
import { controlPlaneNode } from "../../../support/control-plane.js";
import { testFlagChecks } from "../../../support/flag-checks.js";

const pki = "/etc/kubernetes/pki";
const config = "/etc/kubernetes/etcd.yaml";
const configText = (auth: boolean) =>
  `client-transport-security:\n  cert-file: /x\n  key-file: /y\n  client-cert-auth: ${auth}\nlisten-client-urls: https://192.0.2.1:2379\n`;

testFlagChecks("etcd", flags, {
  "cert-file": {
    fails: [{ flags: { "cert-file": undefined }, says: "--cert-file is not set" }],
  },
  "key-file": { fails: [{ flags: { "key-file": undefined }, says: "--key-file is not set" }] },
  "client-cert-auth": {
    passes: [
      {
        flags: { "config-file": config, "client-cert-auth": "false" },
        files: { [config]: configText(true) },
      },
    ],
    fails: [
      { flags: { "client-cert-auth": undefined } },
      { flags: { "client-cert-auth": "false" } },
      {
        flags: { "config-file": config },
        files: { [config]: configText(false) },
        says: "--client-cert-auth is false",
      },
    ],
    errors: [{ flags: { "config-file": "/etc/kubernetes/none.yaml" }, says: "no such file" }],
  },
  "auto-tls": { fails: [{ flags: { "auto-tls": "true" } }] },
  "peer-cert-file": { fails: [{ flags: { "peer-cert-file": undefined } }] },
  "peer-key-file": { fails: [{ flags: { "peer-key-file": undefined } }] },
  "peer-client-cert-auth": { fails: [{ flags: { "peer-client-cert-auth": undefined } }] },
  "peer-auto-tls": { fails: [{ flags: { "peer-auto-tls": "true" } }] },
  "unique-ca": {
    fails: [
      { flags: { "trusted-ca-file": undefined } },
      { flags: { "trusted-ca-file": `${pki}/ca.crt` }, says: "authority of the API server's clients too" },
      { files: { [`${pki}/etcd/ca.crt`]: selfSigned({ subject: "/CN=kubernetes" }).certificate } },
    ],
    errors: [{ flags: { "trusted-ca-file": `${pki}/none.crt` }, says: "no such file" }],
  },
  "listen-addresses": {
    passes: [
      {
        flags: { "listen-client-urls": "http://127.0.0.1:2379", "listen-peer-urls": "http://localhost:2380" },
      },
    ],
    fails: [
      {
        flags: { "listen-client-urls": "https://127.0.0.1:2379,http://0.0.0.0:2379" },
        says: "http://0.0.0.0:2379",
      },
      { flags: { "listen-metrics-urls": "http://127.0.0.1.example.org:2381" } },
    ],
  },
});

const node = (directory: object) =>
  controlPlaneNode({}, { "/var/lib/etcd": { kind: "directory" as const, ...directory } });

testCheck(dataDir, {
  passes: [
    { name: "root's", files: node({ mode: 0o700 }) },
    { name: "etcd's own account", files: node({ mode: 0o700, uid: 998, gid: 998 }) },
  ],
  fails: [
    {
      name: "others read it",
      files: node({ mode: 0o755 }),
      at: ["/var/lib/etcd"],
      fixed: { "/var/lib/etcd": "0700" },
    },
    { name: "somebody owns it", files: node({ mode: 0o700, uid: 1000 }), says: "belongs to alice" },
  ],
  errors: [
    {
      name: "it lies in the container",
      files: controlPlaneNode({ etcd: { "data-dir": "/data" } }),
      says: "inside the container",
    },
  ],
  notApplicable: [
    { name: "no etcd here", files: { ...node({}), "/etc/kubernetes/manifests/etcd.yaml": "" } },
  ],
});

test.run();
