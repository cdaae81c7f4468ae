// Text from the node made safe: terminal control, secrets, names that were nearly right.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nearest } from "../../../src/core/nearest.js";
import { listing, printable } from "../../../src/core/printable.js";
import { redact } from "../../../src/core/redact.js";

test("control characters, bidirectional marks and lone surrogates are shown, not obeyed", () => {
  assert.is(printable("a\u001b[31mb\r\nc\u0000"), "a\\x1b[31mb\\x0d\\x0ac\\x00");
  assert.is(printable("x\u202ey\u2028z\u200b"), "x\\u202ey\\u2028z\\u200b");
  assert.is(printable("\u009b31m"), "\\x9b31m");
  assert.is(printable("a\ud800b"), "a\ufffdb");
  assert.is(printable("Ärger\tü 日本"), "Ärger ü 日本");
});

test("long text is cut and says by how much", () => {
  assert.is(printable("x".repeat(500), 10), `${"x".repeat(10)}… (490 more characters)`);
  assert.is(listing(["a", "b", "c"], 2), "a, b and 1 more");
});

test("what looks like a secret does not pass", () => {
  const secrets = [
    "root:$y$j9T$abcdefgh$0123456789:19000",
    "root:$6$saltsalt$hashhashhash:1:",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn",
    "token: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
    "Authorization: Bearer abcdefghijklmnop",
    "bootstrap abcdef.0123456789abcdef",
    "client-key-data: LS0tLS1CRUdJTg==",
    "password=hunter2hunter2",
    "https://user:hunter2hunter2@registry.example/v2",
  ];
  for (const text of secrets) {
    assert.match(redact(text), /\[(?:password hash|private key|token|bootstrap token|redacted)\]/, text);
    assert.not.match(redact(text), /hunter2|MIIEow|b3Blbn|c2ln|hashhash|LS0tLS1|0123456789abcdef$/, text);
  }
});

test("settings whose names sound secret stay readable", () => {
  for (const text of [
    "PasswordAuthentication yes",
    "password required pam_unix.so",
    "--token-auth-file=/etc/tokens.csv",
    "PermitRootLogin=prohibit-password",
    "secret: /etc/kubernetes/pki/sa.key",
    "kubelet --kubeconfig=/etc/kubernetes/kubelet.conf",
    "/etc/passwd:30 takes accounts from NIS",
    "user id 0 stands 2 times in /etc/passwd: root, toor",
  ])
    assert.is(redact(text), text);
});

test("the nearest name is a plausible slip or nothing", () => {
  const names = ["sshd.permit-root-login", "sshd.banner", "kmod.sctp"];
  assert.is(nearest("sshd.permit-rot-login", names), "sshd.permit-root-login");
  assert.is(nearest("SSHD.BANNER", names), "sshd.banner");
  assert.is(nearest("kmod.scpt", names), "kmod.sctp");
  assert.is(nearest("firewall", names), undefined);
  assert.is(nearest("x".repeat(100_000), names), undefined);
});

test.run();
