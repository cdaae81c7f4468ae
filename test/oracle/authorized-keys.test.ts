// Do we find the keys of an authorized_keys file as OpenSSH does? Real keys, as `ssh-keygen -l` reads them.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseAuthorizedKeys } from "../../src/formats/authorized-keys.js";

const program = "/usr/bin/ssh-keygen";

if (!existsSync(program)) {
  test("SKIPPED ssh-keygen is not installed", () => console.log("SKIPPED authorized keys: no ssh-keygen"));
} else {
  const dir = mkdtempSync(join(tmpdir(), "nodeward-keys-"));
  test.after(() => rmSync(dir, { recursive: true, force: true }));

  /** Public keys of every kind that this ssh-keygen makes, with a certificate of each. */
  const made = (): readonly string[] => {
    const kinds = [
      "rsa -b 1024",
      "rsa -b 2048",
      "rsa -b 3071",
      "dsa",
      "ecdsa -b 256",
      "ecdsa -b 521",
      "ed25519",
    ];
    return kinds.flatMap((kind, index) => {
      const file = join(dir, `k${index}`);
      const args = ["-q", "-N", "", "-C", `key ${index}`, "-f", file, "-t", ...kind.split(" ")];
      if (spawnSync(program, args).status !== 0) return [];
      execFileSync(program, ["-q", "-s", file, "-I", "x", "-n", "root", `${file}.pub`], { stdio: "ignore" });
      return [`${file}.pub`, `${file}-cert.pub`]
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path, "utf8").trim());
    });
  };

  /** `bits fingerprint KIND` of every key that ssh-keygen finds in the text. Of a key without a comment it prints what lay in memory. */
  const theirs = (text: string): readonly string[] => {
    const file = join(dir, "authorized_keys");
    writeFileSync(file, text);
    const { stdout } = spawnSync(program, ["-l", "-f", file], { encoding: "utf8" });
    return stdout
      .split("\n")
      .filter((line) => /^\d+ /.test(line))
      .map((line) => `${line.split(" ", 2).join(" ")} ${/\(([A-Z0-9-]+)\)$/.exec(line)?.[1]}`);
  };

  const ours = (text: string): readonly string[] =>
    parseAuthorizedKeys(text).keys.map(
      ({ key }) =>
        `${key.bits} ${key.fingerprint} ${key.kind.toUpperCase()}${key.certificate ? "-CERT" : ""}`,
    );

  test("keys, options, comments and broken lines", () => {
    const keys = made();
    assert.ok(keys.length >= 8, "ssh-keygen makes keys");
    const key = fc.constantFrom(...keys);
    const options = fc.constantFrom(
      "",
      "restrict ",
      'command="a \\"b c\\" d",no-pty\t',
      'from="10.0.0.0/8,!10.0.0.1" ',
      'environment="A=b c",permitopen="h:1" ',
      // sshd takes several blanks here, ssh-keygen -l one.
      'cert-authority,principals="a,b" ',
    );
    const line = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(options, key).map(([before, one]) => before + one) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("", "# ssh-rsa AAAA", "   ", "nonsense", "ssh-rsa", "ssh-rsa AAAA x"),
      },
      { weight: 1, arbitrary: key.map((one) => one.slice(0, 60)) },
      { weight: 1, arbitrary: key.map((one) => one.replace(/^\S+/, "ssh-ed25519")) },
      { weight: 1, arbitrary: key.map((one) => `\t ${one}  `) },
    );
    const file = fc.tuple(fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom("\n", "\r\n"));
    fc.assert(
      fc.property(file, ([lines, end]) => {
        const text = lines.join(end) + end;
        assert.equal(ours(text), theirs(text));
      }),
      { numRuns: 300, seed: 20_260_101 },
    );
  });
}

test.run();
