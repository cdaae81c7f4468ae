// The way in that a kubeconfig gives: as client-go reads it, and never a secret in a reason.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nodeOfCertificate, parseKubeconfigLogin } from "../../../src/formats/kubeconfig-login.js";
import { selfSigned } from "../../support/certificates.js";

const file = "/etc/kubernetes/kubelet.conf";
const base64 = (text: string) => Buffer.from(text).toString("base64");

function config(cluster: string, user: string): string {
  return `current-context: c
clusters: [{name: other, cluster: {server: https://other}}, {name: k, cluster: {${cluster}}}]
contexts: [{name: c, context: {cluster: k, user: u}}]
users: [{name: u, user: {${user}}}, {name: __proto__, user: {token: other}}]
`;
}

test("data beats a file, a file's path begins at the kubeconfig's folder, a token's file beats a token", () => {
  const cluster = `server: "https://[::1]:6443/", certificate-authority: ca.crt, tls-server-name: kubernetes`;
  const user = `client-certificate-data: ${base64("C")}, client-certificate: /x, client-key: pki/key, token: t, tokenFile: /t`;
  assert.equal(parseKubeconfigLogin(file, config(cluster, user)), {
    state: "ok",
    login: {
      server: "https://[::1]:6443",
      serverName: "kubernetes",
      authority: { file: "/etc/kubernetes/ca.crt" },
      certificate: { text: "C" },
      key: { file: "/etc/kubernetes/pki/key" },
      token: { file: "/t" },
    },
  });
});

test("JSON, and a token alone", () => {
  const text = JSON.stringify({
    "current-context": "c",
    clusters: [{ name: "k", cluster: { server: "https://k" } }],
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
    users: [{ name: "u", user: { token: "t" } }],
  });
  const read = parseKubeconfigLogin(file, text);
  assert.equal(read.state === "ok" ? read.login.token : read, { text: "t" });
});

test("what cannot be used is told without its secrets", () => {
  const secret = "hunter2-hunter2";
  for (const user of [
    `username: admin, password: ${secret}`,
    `exec: {command: x, env: [{name: A, value: ${secret}}]}`,
    `auth-provider: {name: oidc, config: {id-token: ${secret}}}`,
    `client-key-data: ${secret}`,
  ]) {
    const read = parseKubeconfigLogin(file, config("server: https://k", user));
    assert.is(read.state, "error", user);
    assert.not.match(JSON.stringify(read), secret);
  }
  for (const text of ["", "- a", "a: [", "\u0000", `token: ${secret}\n\t- `, "&a [*a]"])
    assert.is(parseKubeconfigLogin(file, text).state, "error", text);
  for (const server of ["https://u:p@k", "http://k", "k", "https://"])
    assert.is(parseKubeconfigLogin(file, config(`server: "${server}"`, "token: t")).state, "error", server);
});

test("the node that a kubelet's certificate speaks for", () => {
  const of = (subject: string) => nodeOfCertificate(selfSigned({ subject }).certificate);
  assert.is(of("/O=system:nodes/CN=system:node:n1.example"), "n1.example");
  assert.is(of("/O=system:masters/CN=kubernetes-admin"), undefined);
  assert.is(nodeOfCertificate("no certificate"), undefined);
});

test.run();
