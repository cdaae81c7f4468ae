// Does our repair of Debian's PAM stack lock out who guesses, let in who knows, and refuse nobody else? Asked of Linux-PAM
// itself through pamtester, in a mount namespace over files under the temporary folder: the machine's stacks stay as they are.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../src/checks/accounts/pam-faillock.js";
import type { MemoryFiles } from "../../src/host/memory.js";
import { applied, verdictOf } from "../support/check.js";
import { commonAuth, debianPam } from "../support/pam-files.js";

const pamtester = "/usr/bin/pamtester";
const canRun =
  existsSync(pamtester) &&
  existsSync("/etc/debian_version") &&
  spawnSync("unshare", ["-m", "true"]).status === 0;
if (!canRun) console.log(`SKIPPED faillock: needs Debian, root, mount namespaces and ${pamtester}`);

const hash = canRun ? execFileSync("openssl", ["passwd", "-6", "right"], { encoding: "utf8" }).trim() : "";
/** pam_unix waits two seconds after a wrong password; the test does not. */
const stackFiles = {
  ...debianPam,
  "/etc/pam.d/common-auth": commonAuth.replace("nullok", "nullok nodelay"),
};

interface Attempt {
  readonly password: string;
  readonly isIn: boolean;
}

function attempt(files: Readonly<Record<string, string>>, passwords: readonly string[]): readonly Attempt[] {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-pam-"));
  try {
    mkdirSync(join(folder, "pam.d"));
    mkdirSync(join(folder, "faillock"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "pam.d", name), text);
    writeFileSync(join(folder, "passwd"), "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n");
    writeFileSync(join(folder, "shadow"), `root:*:20000::::::\nalice:${hash}:20000::::::\n`);
    writeFileSync(join(folder, "faillock.conf"), `dir = ${folder}/faillock\ndeny = 3\nunlock_time = 900\n`);
    const script = [
      `mount --bind ${folder}/pam.d /etc/pam.d`,
      `mount --bind ${folder}/passwd /etc/passwd`,
      `mount --bind ${folder}/shadow /etc/shadow`,
      `mount --bind ${folder}/faillock.conf /etc/security/faillock.conf`,
      ...passwords.map(
        (password) =>
          `printf '%s\\n' ${password} | ${pamtester} login alice authenticate acct_mgmt >/dev/null 2>&1; echo $?`,
      ),
    ].join("\n");
    const { stdout } = spawnSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
    const codes = stdout.trim().split("\n");
    return passwords.map((password, index) => ({ password, isIn: codes[index] === "0" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function stacks(files: MemoryFiles): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, node]) => {
      const text = typeof node === "string" ? node : node.text;
      return path.startsWith("/etc/pam.d/") ? [[path.slice("/etc/pam.d/".length), text ?? ""]] : [];
    }),
  );
}

if (canRun) {
  const tries = ["wrong", "right", "wrong", "wrong", "right", "wrong", "wrong", "wrong", "right"];

  test("as Debian installs it, guessing goes on for ever", () => {
    const seen = attempt(stacks(stackFiles), tries);
    assert.equal(
      seen.map(({ isIn }) => isIn),
      tries.map((password) => password === "right"),
    );
  });

  test("after the repair three wrong guesses lock, and a right one before takes the count back", async () => {
    const verdict = await verdictOf(check, { files: stackFiles });
    const steps = "problems" in verdict ? (verdict.problems[0]?.fix ?? []) : [];
    assert.is(steps.length, 2);
    const seen = attempt(stacks(applied(stackFiles, steps)), tries);
    assert.equal(
      seen.map(({ isIn }) => isIn),
      [false, true, false, false, true, false, false, false, false],
    );
  });
}

test.run();
