import { test } from "uvu";
import { audit } from "../../../../src/checks/apiserver/audit.js";
import { tls } from "../../../../src/checks/apiserver/tls.js";
import { encryptionConfig } from "../../../support/control-plane.js";
import { testFlagChecks } from "../../../support/flag-checks.js";

const policy = (rules: string) => ({ "/etc/kubernetes/audit-policy.yaml": `kind: Policy\nrules:\n${rules}` });
const encryption = "/etc/kubernetes/encryption.yaml";
const keys = (provider: string, bytes: number) =>
  `${provider}: {keys: [{name: a, secret: ${Buffer.alloc(bytes, 1).toString("base64")}}]}`;
const provider = (...providers: string[]) => ({
  [encryption]: {
    text: `kind: EncryptionConfiguration\nresources:\n- resources: [configmaps, secrets]\n  providers:\n${providers.map((one) => `  - ${one}\n`).join("")}`,
    mode: 0o600,
  },
});
const number = (name: string, low: string) => ({
  passes: [{ flags: { [name]: "100000" } }],
  fails: [
    { flags: { [name]: undefined }, says: "is not set" },
    { flags: { [name]: low }, says: `is ${low}, less than` },
    // Go reads a number that begins with 0 in base 8.
    { flags: { [name]: `0${low}`.replace(/[89]/g, "7") }, says: "less than" },
  ],
  errors: [{ flags: { [name]: "many" }, says: "does not start" }],
});

testFlagChecks("kube-apiserver", audit, {
  "audit-log-path": {
    passes: [
      { flags: { "audit-log-path": undefined, "audit-webhook-config-file": "/etc/kubernetes/hook.yaml" } },
    ],
    fails: [{ flags: { "audit-log-path": undefined } }],
  },
  "audit-log-maxage": number("audit-log-maxage", "29"),
  "audit-log-maxbackup": number("audit-log-maxbackup", "9"),
  "audit-log-maxsize": number("audit-log-maxsize", "99"),
  "audit-policy-file": {
    passes: [{ files: policy("- level: None\n  users: [system:kube-proxy]\n- level: Metadata\n") }],
    fails: [
      { flags: { "audit-policy-file": undefined }, says: "nothing is recorded" },
      { files: policy(""), says: "has no rule" },
      { files: policy("- level: None\n"), says: "records nothing" },
      { files: policy("- level: None\n- level: Metadata\n"), says: "hides everything after it" },
      { files: policy("- level: Metadata\n  verbs: [create]\n"), says: "no rule for the rest" },
      { files: policy("- level: RequestResponse\n"), says: "content of secrets" },
      {
        files: policy(
          "- level: Request\n  resources: [{group: '', resources: [secrets]}]\n- level: Metadata\n",
        ),
        says: "audit-policy.yaml:3 writes the content",
      },
      { files: policy("- level: Everything\n"), says: "does not exist" },
    ],
    errors: [
      { flags: { "audit-policy-file": "/etc/kubernetes/none.yaml" }, says: "no such file" },
      { flags: { "audit-policy-file": "/inside/policy.yaml" }, says: "inside the container" },
      { files: { "/etc/kubernetes/audit-policy.yaml": "kind: ConfigMap\n" }, says: "kind is ConfigMap" },
    ],
  },
});

testFlagChecks("kube-apiserver", tls, {
  "tls-cert": {
    fails: [{ flags: { "tls-cert-file": undefined } }],
  },
  "tls-key": {
    fails: [{ flags: { "tls-private-key-file": undefined } }],
  },
  "tls-min-version": {
    passes: [{ flags: { "tls-min-version": "VersionTLS13" } }],
    fails: [{ flags: { "tls-min-version": "VersionTLS11" } }],
    errors: [{ flags: { "tls-min-version": "TLS12" }, says: "is no version of TLS" }],
  },
  "tls-cipher-suites": {
    passes: [
      { flags: { "tls-cipher-suites": undefined, "tls-min-version": "VersionTLS13" } },
      { flags: { "tls-cipher-suites": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" } },
    ],
    fails: [
      { flags: { "tls-cipher-suites": undefined }, says: "is not set" },
      {
        flags: { "tls-cipher-suites": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA" },
        says: "allows TLS_RSA_WITH_AES_128_CBC_SHA",
      },
    ],
  },
  "etcd-certfile": {
    passes: [
      {
        flags: {
          "etcd-certfile": undefined,
          "etcd-keyfile": undefined,
          "etcd-servers": "unix:///run/kine.sock",
        },
      },
    ],
    fails: [{ flags: { "etcd-certfile": undefined } }],
  },
  "etcd-keyfile": {
    passes: [{ flags: { "etcd-servers": "unix:///run/kine.sock", "etcd-keyfile": undefined } }],
    fails: [{ flags: { "etcd-keyfile": "" } }, { flags: { "etcd-keyfile": undefined } }],
  },
  "etcd-cafile": { fails: [{ flags: { "etcd-cafile": undefined } }] },
  "encryption-provider-config": {
    passes: [
      { files: provider(keys("aescbc", 32), "identity: {}") },
      { files: provider("kms: {apiVersion: v2, name: k, endpoint: unix:///x}", "identity: {}") },
      { files: { [encryption]: { text: encryptionConfig.replace("[secrets]", "['*.*']"), mode: 0o600 } } },
    ],
    fails: [
      { flags: { "encryption-provider-config": undefined }, says: "in the clear" },
      { files: provider("identity: {}", keys("aescbc", 32)), says: "identity first" },
      { files: provider(keys("secretbox", 16)), says: "has a key that secretbox does not take" },
      { files: provider("kms: {name: k, endpoint: unix:///x}"), says: "version 1 of the kms protocol" },
      {
        files: { [encryption]: { text: encryptionConfig.replace("[secrets]", "[configmaps]"), mode: 0o600 } },
        says: "does not name secrets",
      },
      { files: { [encryption]: { text: encryptionConfig, mode: 0o644 } }, says: "has mode 0644" },
      { files: provider(), says: "has no provider" },
    ],
    errors: [
      { flags: { "encryption-provider-config": "/etc/kubernetes/none.yaml" } },
      { files: { [encryption]: "kind: [" } },
    ],
  },
});

test.run();
