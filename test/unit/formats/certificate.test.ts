// Certificates, keys and kubeconfigs: what they say comes out, what they hold does not.
import { execFileSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { keyMatches, parsePem } from "../../../src/formats/certificate.js";
import { parseKubeconfig } from "../../../src/formats/kubeconfig.js";
import { selfSigned } from "../../support/certificates.js";

function openssl(certificate: string, ...args: readonly string[]): string {
  return execFileSync("openssl", ["x509", "-noout", ...args], { input: certificate, encoding: "utf8" });
}

test("says of a certificate what openssl says", () => {
  for (const options of [
    {},
    { newkey: ["rsa:2048"], digest: "sha512", subject: "/O=system:masters/CN=kubernetes-admin" },
    { newkey: ["rsa:1024"], digest: "sha1" },
    { newkey: ["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"], digest: "sha384" },
    { newkey: ["ed25519"] },
    { extensions: ["subjectAltName=DNS:kubernetes,IP:10.96.0.1", "extendedKeyUsage=serverAuth,clientAuth"] },
  ]) {
    const { certificate } = selfSigned(options);
    const [found] = parsePem(certificate).certificates;
    if (found === undefined) throw new Error("not read");
    const text = openssl(certificate, "-text", "-certopt", "no_sigdump");
    assert.match(text, `Signature Algorithm: ${found.signature}`.replace("Ed25519", "ED25519"));
    assert.is(found.notAfter, Date.parse(openssl(certificate, "-enddate").replace("notAfter=", "").trim()));
    assert.is(
      found.fingerprint,
      openssl(certificate, "-fingerprint", "-sha256")
        .replace(/.*=/, "")
        .replaceAll(":", "")
        .trim()
        .toLowerCase(),
    );
    const bits = /\((\d+) bit\)/.exec(text)?.[1];
    if (bits !== undefined) assert.is(found.keyBits, Number(bits));
    assert.is(found.isCa, text.includes("CA:TRUE"));
    assert.is(found.selfSigned, true);
  }
  const [named] = parsePem(
    selfSigned({ extensions: ["subjectAltName=DNS:kubernetes,IP:10.96.0.1", "extendedKeyUsage=serverAuth"] })
      .certificate,
  ).certificates;
  assert.equal(named?.names, ["DNS:kubernetes", "IP Address:10.96.0.1"]);
  assert.equal(named?.usages, ["serverAuth"]);
});

test("a key belongs to its certificate and to no other", () => {
  const [one, other] = [selfSigned(), selfSigned({ subject: "/CN=other" })];
  assert.is(keyMatches(one.certificate, one.key), true);
  assert.is(keyMatches(one.certificate, other.key), false);
  assert.is(keyMatches(one.certificate, "nothing"), undefined);
});

test("a bundle keeps order and lines; text between blocks is skipped", () => {
  const [one, other] = [selfSigned(), selfSigned({ subject: "/CN=other" })];
  const found = parsePem(
    `# first\n${one.certificate}\nhello\r\n${other.certificate.replaceAll("\n", "\r\n")}${one.key}`,
  );
  assert.equal(
    found.certificates.map(({ subject, line }) => [subject, line]),
    [
      ["CN=test", 2],
      ["CN=other", 3 + one.certificate.split("\n").length],
    ],
  );
  assert.equal(
    found.keys.map(({ state, type, bits }) => [state, type, bits]),
    [["ok", "ec", 256]],
  );
});

test("what says it is a certificate and is none is told", () => {
  const cut = selfSigned().certificate.slice(0, 200);
  for (const text of [
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    cut,
    "-----BEGIN CERTIFICATE-----",
  ])
    assert.is(parsePem(text).broken.length, 1, text);
  assert.is(
    parsePem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").keys[0]?.state,
    "broken",
  );
  assert.is(
    parsePem("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----").keys[0]
      ?.state,
    "encrypted",
  );
  assert.equal(parsePem("\0\u00ff garbage"), {
    certificates: [],
    keys: [],
    requests: 0,
    blocks: 0,
    cut: false,
    broken: [],
  });
});

const config = (user: string) => `apiVersion: v1
kind: Config
current-context: default
clusters:
- name: c
  cluster: {server: "https://10.0.0.1:6443", certificate-authority: /etc/kubernetes/pki/ca.crt}
contexts:
- {name: default, context: {cluster: c, user: u}}
users:
- name: u
  user: ${user}
`;

test("a kubeconfig tells the kind of each credential and none of its content", () => {
  const { certificate, key } = selfSigned();
  const [cert64, key64] = [certificate, key].map((text) => Buffer.from(text).toString("base64"));
  const kinds = (user: string) => {
    const result = parseKubeconfig("/x", config(user), keyMatches);
    return result.state === "ok"
      ? result.kubeconfig.users.map(({ credentials, matches }) => [...credentials, matches].join(" "))
      : result.message;
  };
  assert.equal(kinds(`{client-certificate-data: ${cert64}, client-key-data: ${key64}}`), [
    "certificate-data true",
  ]);
  assert.equal(
    kinds("{client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem, client-key: /k}"),
    ["certificate-file "],
  );
  assert.equal(kinds("{token: hunter2hunter2, username: admin, password: hunter2}"), ["token password "]);
  assert.equal(kinds("{exec: {command: aws}}"), ["exec "]);
  const whole = parseKubeconfig(
    "/x",
    config(`{token: hunter2hunter2, client-key-data: ${key64}}`),
    keyMatches,
  );
  assert.not.match(JSON.stringify(whole), /hunter2|PRIVATE KEY/);
  assert.is(whole.state === "ok" && whole.kubeconfig.clusters[0]?.source.line, 5);
});

test("what is no kubeconfig says so", () => {
  for (const text of ["", "- a", "kind: Pod\n", "kind: [", "\0"])
    assert.is(parseKubeconfig("/x", text).state, "error", text);
});

test.run();
