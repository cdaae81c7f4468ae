import { test } from "uvu";
import * as assert from "uvu/assert";
import { type AlgorithmKind, algorithms } from "../../../../src/facts/sshd/algorithm-table.js";
import { listInForce } from "../../../../src/facts/sshd/algorithms.js";
import type { SshdBuild } from "../../../../src/facts/sshd/build.js";

function build(version: number, vendor: SshdBuild["vendor"] = "debian", text = ""): SshdBuild {
  return { version, vendor, text, gssapi: true, known: true, from: "" };
}

const list = (kind: AlgorithmKind, setting: string | undefined, version = 902) =>
  listInForce(kind, setting, build(version))?.join(",");

test("signs in front of a list", () => {
  const macs = algorithms("mac", build(902)).defaults;
  assert.is(list("mac", "+hmac-md5"), [...macs, "hmac-md5"].join(","));
  assert.is(list("mac", "^hmac-md5"), ["hmac-md5", ...macs].join(","));
  assert.is(
    list("mac", "^hmac-sha1"),
    ["hmac-sha1", ...macs.filter((name) => name !== "hmac-sha1")].join(","),
  );
  assert.is(list("mac", "-umac-*,no-such"), macs.filter((name) => !name.startsWith("umac-")).join(","));
  assert.is(list("mac", "hmac-sha1,hmac-sha2-256,hmac-sha1"), "hmac-sha1,hmac-sha2-256");
});

test("removing everything is setting nothing", () => {
  assert.is(list("mac", "-*"), list("mac", undefined));
});

test("patterns stand for what the version knows, in its order", () => {
  assert.is(
    list("key", "ssh-*"),
    "ssh-ed25519,ssh-ed25519-cert-v01@openssh.com,ssh-dss,ssh-dss-cert-v01@openssh.com,ssh-rsa,ssh-rsa-cert-v01@openssh.com",
  );
  assert.is(list("key", "ssh-d*", 1000), undefined);
});

test("up to 7.9 an explicit list stays as it is", () => {
  assert.is(list("key", "ssh-rsa,ssh-rsa", 706), "ssh-rsa,ssh-rsa");
});

test("signatures of authorities are never certificates", () => {
  assert.not.match(list("signature", "+ssh-rsa") ?? "", /cert/);
  assert.match(list("signature", "+ssh-rsa") ?? "", /,ssh-rsa$/);
});

test("every default is known to its version", () => {
  for (const version of [
    704, 706, 709, 800, 802, 804, 805, 807, 808, 809, 900, 902, 906, 909, 1000, 1002, 1006,
  ])
    for (const kind of ["cipher", "mac", "kex", "key", "signature"] as const) {
      const { defaults, supported } = algorithms(kind, build(version));
      assert.equal(
        defaults.filter((name) => !supported.includes(name)),
        [],
        `${kind} of ${version}`,
      );
      assert.is(new Set(supported).size, supported.length, `${kind} of ${version} twice`);
    }
});

test("the registered name of NTRU came to Debian 12 by an update", () => {
  const offered = (text: string) => algorithms("kex", build(902, "debian", text)).defaults[0];
  assert.is(offered("1:9.2p1-2+deb12u3"), "sntrup761x25519-sha512@openssh.com");
  assert.is(offered("1:9.2p1-2+deb12u10"), "sntrup761x25519-sha512");
  assert.is(algorithms("kex", build(902, "other")).defaults[0], "sntrup761x25519-sha512@openssh.com");
});

test("RHEL 7 offers what upstream had left", () => {
  assert.match(algorithms("cipher", build(704, "redhat")).defaults.join(","), /aes128-cbc.*3des-cbc$/);
  assert.match(algorithms("kex", build(704, "redhat")).defaults.join(","), /diffie-hellman-group1-sha1$/);
});

test.run();
