// The checks on the kubelet's client CA and on the credentials in its kubeconfig.
import { test } from "uvu";
import { clientCaValid, kubeconfigEmbedded } from "../../../../src/checks/kubelet/identity.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { selfSigned } from "../../../support/certificates.js";
import { testCheck } from "../../../support/check.js";
import { config, configured, started } from "../../../support/kubelet.js";

const ca = "/etc/kubernetes/pki/ca.crt";
const field = `authentication: {x509: {clientCAFile: ${ca}}}\n`;
// A minute ahead: the certificates are made after this line.
const now = Date.now() + 60_000;
const host = { now };
const authority = selfSigned({
  subject: "/CN=kubernetes",
  extensions: ["basicConstraints=critical,CA:TRUE"],
});
const leaf = selfSigned({ subject: "/CN=leaf", extensions: ["basicConstraints=critical,CA:FALSE"] });
const withCa = (text: string): MemoryFiles => configured(field, { [ca]: text });
const years = (count: number) => ({ now: now + count * 365 * 86_400_000 });

testCheck(clientCaValid, {
  passes: [
    { name: "a CA in date", files: withCa(authority.certificate), host },
    {
      name: "two, as a CA is replaced",
      files: withCa(`${authority.certificate}\n${authority.certificate}`),
      host,
    },
  ],
  fails: [
    {
      name: "expired",
      files: withCa(authority.certificate),
      host: years(50),
      at: [`${ca}:1`],
      says: /expired on/,
    },
    {
      name: "not valid yet",
      files: withCa(authority.certificate),
      host: years(-5),
      says: /is not valid before/,
    },
    {
      name: "no CA",
      files: withCa(leaf.certificate),
      host,
      at: [`${ca}:1`],
      says: /is not a CA's certificate/,
    },
    { name: "empty", files: withCa(""), host, says: /holds no certificate/ },
    {
      name: "broken",
      files: withCa(
        `${authority.certificate}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      ),
      host,
    },
  ],
  errors: [
    {
      name: "unreadable",
      files: configured(field, { [ca]: { error: "denied" } }),
      host,
      says: /permission denied/,
    },
    {
      name: "not there",
      files: configured("authentication: {x509: {clientCAFile: /no}}\n"),
      host,
      says: /does not exist/,
    },
  ],
  notApplicable: [{ name: "none set", files: configured(""), host, says: /no client CA/ }],
});

const path = "/etc/kubernetes/kubelet.conf";
const kubeconfig = (user: string, cluster = "server: https://10.0.0.1:6443") =>
  `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    ${cluster}\nusers:\n- name: u\n  user:\n    ${user}\ncontexts: []\n`;
const current = "client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem";
const withUser = (user: string, cluster?: string): MemoryFiles =>
  configured("", { [path]: kubeconfig(user, cluster) });
const bootstrap = "/etc/kubernetes/bootstrap-kubelet.conf";
const joining = started(`--config=${config} --kubeconfig=${path} --bootstrap-kubeconfig=${bootstrap}`, {
  ...configured(""),
  [path]: kubeconfig(current),
  [bootstrap]: kubeconfig("token: abc"),
});

testCheck(kubeconfigEmbedded, {
  passes: [
    { name: "a file that is rotated", files: withUser(current) },
    { name: "a program", files: withUser("exec: {command: aws}") },
    { name: "a bootstrap token", files: joining },
  ],
  fails: [
    {
      name: "a key inside",
      files: withUser("client-certificate-data: QUFB"),
      at: [`${path}:8`],
      says: /never rotated/,
    },
    { name: "a token", files: withUser("token: abc"), says: /token that is never renewed/ },
    { name: "a password", files: withUser("password: abc"), says: /holds a password/ },
    {
      name: "http",
      files: withUser(current, "server: http://10.0.0.1:8080"),
      at: [`${path}:4`],
      says: /by https/,
    },
    {
      name: "any server",
      files: withUser(current, "insecure-skip-tls-verify: true"),
      says: /believes any server/,
    },
    {
      name: "no cluster",
      files: configured("", { [path]: "apiVersion: v1\nkind: Config\n" }),
      says: /names no cluster/,
    },
  ],
  errors: [
    { name: "unreadable", files: configured("", { [path]: { error: "denied" } }) },
    { name: "not a kubeconfig", files: configured("", { [path]: "a: [\n" }) },
  ],
  notApplicable: [{ name: "no kubelet", files: { "/etc/hostname": "a\n" } }],
});

test.run();
