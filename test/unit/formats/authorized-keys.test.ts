import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { keySource, parseAuthorizedKeys } from "../../../src/formats/authorized-keys.js";
import { parsePublicKey } from "../../../src/formats/ssh-public-key.js";
import { keyText } from "../../support/ssh-key-text.js";

const ed = keyText("ssh-ed25519");

function one(text: string) {
  const { keys, broken } = parseAuthorizedKeys(text);
  const [key] = keys;
  return { key, broken: broken.map(({ line }) => line), count: keys.length };
}

for (const [type, bits, kind, certificate, hardware] of [
  ["ssh-rsa", 1024, "rsa", false, false],
  ["ssh-rsa", 2047, "rsa", false, false],
  ["ssh-rsa", 4096, "rsa", false, false],
  ["ssh-rsa-cert-v01@openssh.com", 2048, "rsa", true, false],
  ["ssh-dss", 1024, "dsa", false, false],
  ["ecdsa-sha2-nistp256", 256, "ecdsa", false, false],
  ["ecdsa-sha2-nistp521", 521, "ecdsa", false, false],
  ["ssh-ed25519", 256, "ed25519", false, false],
  ["ssh-ed25519-cert-v01@openssh.com", 256, "ed25519", true, false],
  ["sk-ssh-ed25519@openssh.com", 256, "ed25519", false, true],
  ["sk-ecdsa-sha2-nistp256@openssh.com", 256, "ecdsa", false, true],
] as const)
  test(`${type} of ${bits} bits`, () => {
    const { key } = one(`${keyText(type, bits)} someone@host\n`);
    const { fingerprint = "", ...rest } = key?.key ?? {};
    assert.equal(rest, { type, kind, bits, certificate, hardware });
    assert.match(fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/);
    assert.is(key?.comment, "someone@host");
  });

test("a certificate has the fingerprint of the key in it", () => {
  const fingerprint = (type: string) => one(keyText(type)).key?.key.fingerprint;
  for (const type of ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp384"])
    assert.is(fingerprint(`${type}-cert-v01@openssh.com`), fingerprint(type), type);
  assert.is(fingerprint("sk-ssh-ed25519-cert-v01@openssh.com"), fingerprint("sk-ssh-ed25519@openssh.com"));
});

test("options with values, flags, quotes in quotes, blanks in quotes", () => {
  const { key } = one(`restrict,command="echo \\"a b\\", c",from="10.0.0.0/8,*.x" ${ed} c d`);
  assert.equal(key?.options, [
    { name: "restrict", value: undefined },
    { name: "command", value: 'echo "a b", c' },
    { name: "from", value: "10.0.0.0/8,*.x" },
  ]);
  assert.is(key?.unusable, undefined);
  assert.is(key?.comment, "c d");
});

for (const [options, why] of [
  ["no-such-option", /unknown option/],
  ['command="open', undefined],
  ["restrict,", /stray/],
  ["restrict;pty", /stray/],
  ["command=bare", /unknown option/],
] as const)
  test(`options ${options}`, () => {
    const { key, broken } = one(`${options} ${ed}`);
    if (why === undefined) assert.equal([key, broken], [undefined, [1]]);
    else assert.match(key?.unusable ?? "", why);
  });

test("lines: comments, blanks, CRLF, what is no key", () => {
  const { key, broken, count } = one(
    `# x\n\n \t${ed}\r\nssh-ed25519 AAAA\nssh-rsa ${ed.split(" ")[1]}\nnonsense\n`,
  );
  assert.is(key?.line, 3);
  assert.is(count, 1);
  assert.equal(broken, [4, 5, 6]);
});

test("evidence says what the key is and leaves its letters out", () => {
  const text = `from="10.0.0.1" ${ed} me\n`;
  const { key } = one(text);
  if (key === undefined) throw new Error("no key");
  assert.is(keySource("/k", key).text, 'from="10.0.0.1" ssh-ed25519 (256 bits) me');
});

test("cut and hostile keys are no keys", () => {
  for (const text of [
    "",
    "AAAA",
    "AAAAB3NzaC1yc2E=",
    "////",
    "A".repeat(400_000),
    "AAAAB3NzaC1yc2EAAAADAQAB",
  ])
    assert.is(parsePublicKey(text), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      parsePublicKey(Buffer.from(bytes).toString("base64"));
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("any text is read without failing, and every line once at most", () => {
  const unit = fc.constantFrom(
    "ssh-rsa",
    " ",
    "\t",
    '"',
    "\\",
    ",",
    "=",
    "\n",
    "\r",
    "#",
    "A",
    "command",
    "\0",
    ed,
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (parts) => {
      const { keys, broken } = parseAuthorizedKeys(parts.join(""));
      const lines = [...keys, ...broken].map(({ line }) => line);
      assert.is(new Set(lines).size, lines.length);
    }),
    { numRuns: 400, seed: 5 },
  );
});

test("a line of quotes takes no longer than its length", () => {
  const started = performance.now();
  parseAuthorizedKeys(`command="${'\\"'.repeat(200_000)} ${ed}`);
  parseAuthorizedKeys(`${"restrict,".repeat(40_000)} ${ed}`);
  parseAuthorizedKeys(`${"a ".repeat(200_000)}`);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
