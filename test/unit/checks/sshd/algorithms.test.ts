import { test } from "uvu";
import type { Check } from "../../../../src/checks/define.js";
import { algorithms } from "../../../../src/checks/sshd/algorithms.js";
import { testCheck } from "../../../support/check.js";
import { main, node } from "../../../support/sshd-node.js";

function check(name: string): Check {
  const found = algorithms.find(({ id }) => id === `sshd.${name}`);
  if (found === undefined) throw new Error(name);
  return found;
}

const notApplicable = [{ name: "no sshd", files: { "/etc/hostname": "x" } }];
const unknown = (text: string) => ({ [main]: text });

testCheck(check("ciphers"), {
  passes: [
    { name: "the default of 9.2", files: node("") },
    { name: "the default of 10", files: node("", {}, "1:10.0p1-7", "13") },
    { name: "the default less one", files: node("Ciphers -aes128-*\n") },
    { name: "nothing weak for the benchmarks", files: node(""), params: { policy: "cis" } },
    { name: "what the site allows", files: node("Ciphers +aes256-cbc\n"), params: { also: ["aes256-cbc"] } },
    { name: "a plain list, though nothing tells the version", files: unknown("Ciphers aes256-ctr\n") },
  ],
  fails: [
    {
      name: "a CBC mode added",
      files: node("Ciphers +aes256-cbc # old client\n"),
      at: [`${main}:1`],
      says: /offers aes256-cbc, outside of the policy "strong"/,
      fixed: {
        [main]:
          "Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr # old client\n",
      },
    },
    { name: "weak for the benchmarks", files: node("Ciphers ^3des-cbc\n"), params: { policy: "cis" } },
    { name: "128 bits", files: node(""), params: { policy: "post-quantum" } },
    {
      name: "RHEL 7 by default",
      files: { ...unknown(""), "/etc/os-release": 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n' },
      says: /3des-cbc/,
    },
  ],
  errors: [
    { name: "an unknown name stops sshd", files: node("Ciphers aes256-ctr,rot13\n") },
    { name: "so does a pattern that adds", files: node("Ciphers aes*\n") },
    { name: "nothing tells the version, nor sets them", files: unknown("Port 22\n"), says: /version/ },
    { name: "nothing tells the version a list is added to", files: unknown("Ciphers -aes128-ctr\n") },
  ],
  notApplicable,
});

testCheck(check("macs"), {
  passes: [
    { name: "strong ones", files: node("MACs hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com\n") },
    { name: "strong for the benchmarks", files: node("MACs -umac-64*\n"), params: { policy: "cis" } },
  ],
  fails: [
    { name: "the default", files: node(""), says: /hmac-sha1/ },
    { name: "all removed is the default", files: node("MACs -*\n"), at: [`${main}:1`] },
    { name: "the default, for the benchmarks", files: node(""), params: { policy: "cis" }, says: /umac-64/ },
  ],
  errors: [{ name: "an unknown name stops sshd", files: node("MACs hmac-crc32\n") }],
  notApplicable,
});

testCheck(check("kex-algorithms"), {
  passes: [
    {
      name: "a hybrid and a curve",
      files: node("KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256\n"),
    },
    {
      name: "8.4 has no hybrid to ask for",
      files: node("KexAlgorithms curve25519-sha256\n", {}, "1:8.4p1-5"),
    },
    {
      name: "hybrids only",
      files: node("KexAlgorithms mlkem768x25519-sha256\n", {}, "1:10.0p1-7", "13"),
      params: { policy: "post-quantum" },
    },
    {
      name: "the benchmarks ask for no hybrid",
      files: node("KexAlgorithms ecdh-sha2-nistp256\n"),
      params: { policy: "cis" },
    },
  ],
  fails: [
    {
      name: "the default of 9.2",
      files: node(""),
      fixed: {
        [main]:
          "KexAlgorithms sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512,diffie-hellman-group-exchange-sha256\n",
      },
    },
    {
      name: "no hybrid though there is one",
      files: node("KexAlgorithms curve25519-sha256\n"),
      says: /no key exchange that outlasts quantum computers/,
    },
    { name: "SHA-1", files: node("KexAlgorithms +diffie-hellman-group14-sha1\n"), params: { policy: "cis" } },
  ],
  errors: [{ name: "an unknown name stops sshd", files: node("KexAlgorithms mlkem768x25519-sha256\n") }],
  notApplicable,
});

for (const [name, keyword] of [
  ["host-key-algorithms", "HostKeyAlgorithms"],
  ["pubkey-accepted-algorithms", "PubkeyAcceptedAlgorithms"],
] as const)
  testCheck(check(name), {
    passes: [
      { name: "the default of 9.2", files: node("") },
      { name: "the default of 10.6", files: node("", {}, "1:10.6p1-1", "13") },
    ],
    fails: [
      {
        name: "SHA-1 added",
        files: node(`${keyword} ssh-ed25519,ssh-rsa\n`),
        at: [`${main}:1`],
        says: /offers ssh-rsa/,
        fixed: { [main]: `${keyword} ssh-ed25519\n` },
      },
      { name: "DSA", files: node(`${keyword} +ssh-dss\n`), says: /ssh-dss/ },
      { name: "the default of 8.4", files: node("", {}, "1:8.4p1-5"), says: /ssh-rsa/ },
    ],
    errors: [{ name: "10.0 has no DSA", files: node(`${keyword} ssh-dss\n`, {}, "1:10.0p1-7", "13") }],
    notApplicable,
  });

testCheck(check("pubkey-accepted-algorithms"), {
  passes: [],
  fails: [
    {
      name: "by the older name, for some",
      files: node(
        "PubkeyAcceptedKeyTypes ssh-ed25519\nMatch User old\nPubkeyAcceptedKeyTypes ssh-rsa,ssh-ed25519\n",
      ),
      at: [`${main}:1`, `${main}:3`],
      fixed: {
        [main]: "PubkeyAcceptedKeyTypes ssh-ed25519\nMatch User old\nPubkeyAcceptedKeyTypes ssh-ed25519\n",
      },
    },
  ],
});

test.run();
