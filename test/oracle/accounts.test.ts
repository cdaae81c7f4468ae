// Do we find the users that getent finds, and the faults that pwck and grpck name? In a mount namespace of its own, over
// files under the temporary folder: the machine's accounts are not touched.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import duplicates from "../../src/checks/accounts/duplicates.js";
import { known } from "../../src/core/fact.js";
import { accountsOf } from "../../src/facts/accounts.js";
import { parseGroup, parsePasswd, parseShadow } from "../../src/formats/passwd.js";

const programs = ["/usr/bin/getent", "/usr/sbin/pwck", "/usr/sbin/grpck", "/usr/bin/unshare"];
const missing = programs.filter((program) => !existsSync(program));
const canUnshare = missing.length === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
if (!canUnshare)
  console.log(`SKIPPED accounts: needs root, mount namespaces and ${missing.join(", ") || "unshare"}`);

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

/** Runs a script where `files` stand in the place of those in /etc; answers its standard output. */
function inside(files: Readonly<Record<string, string>>, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-accounts-"));
  try {
    mkdirSync(join(folder, "etc"));
    const mounts = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, "etc", name), text, { mode: 0o600 });
      return `mount --bind ${folder}/etc/${name} /etc/${name}`;
    });
    return execFileSync("unshare", ["-m", "sh", "-c", [...mounts, `cd ${folder}/etc`, script].join("\n")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const nsswitch = "passwd: files\ngroup: files\nshadow: files\n";

if (canUnshare) {
  test("the same users with the same numbers as getent, odd lines included", () => {
    const next = random(3);
    const pick = <T>(...from: readonly T[]): T | undefined => from[next(from.length)];
    const lines = Array.from({ length: 400 }, (_, n) =>
      [
        `${pick("", "", " ", "\t", "#", "# ", "+", "-")}u${n}`,
        pick("x", "*", "", "!"),
        pick(
          "0",
          "00",
          "+5",
          " 7",
          "8 ",
          "0x1",
          "4294967295",
          "4294967296",
          "-1",
          "-0",
          "99999999999999999999",
          "",
          "z",
          `${n}`,
        ),
        pick("0", "1", "", "+0", "y", "007"),
        "gecos",
        `/home/u${n}`,
        "/bin/sh",
      ]
        .slice(0, pick(7, 7, 7, 7, 4, 3, 5))
        .join(":"),
    );
    const text = `${["root:x:0:0::/root:/bin/sh", ...lines].join("\n")}\n`;
    const theirs = inside({ passwd: text, "nsswitch.conf": nsswitch }, "getent passwd 2>/dev/null || true")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split(":"))
      .map(([name, , uid, gid, , home, shell]) => [name, uid, gid, home, shell].join(":"));
    // glibc leaves out users whose number it cannot read. Lines of NIS are kept here whatever is in them.
    const ours = parsePasswd("/etc/passwd", text)
      .filter(({ uid, gid }) => uid !== undefined && gid !== undefined)
      .map(({ name, uid, gid, home, shell }) => [name, uid, gid, home, shell].join(":"));
    const comparable = (lines: readonly string[]) =>
      [...new Set(lines)].filter((line) => !/^[+-]/.test(line)).sort();
    assert.equal(comparable(ours), comparable(theirs));
    assert.ok(ours.length > 50);
  });

  test("duplicates: the names that pwck and grpck name", () => {
    const passwd = "root:x:0:0::/root:/bin/sh\na:x:5:0::/:/bin/sh\na:x:6:0::/:/bin/sh\nb:x:7:0::/:/bin/sh\n";
    const shadow = "root:*:1::::::\na:*:1::::::\nb:*:1::::::\nb:*:1::::::\n";
    const group = "root:x:0:\ng:x:5:\ng:x:6:\n";
    const gshadow = "root:*::\ng:*::\n";
    const theirs = inside(
      { passwd, shadow, group, gshadow, "nsswitch.conf": nsswitch },
      "pwck -r passwd shadow; grpck -r group gshadow; true",
    );
    const named = [
      ...theirs.matchAll(
        /duplicate (password|shadow password|group) entry\n[^']*'?(?:delete line ')?(\w+):/g,
      ),
    ];
    const accounts = accountsOf(
      parsePasswd("/etc/passwd", passwd),
      parseGroup("/etc/group", group),
      known(parseShadow("/etc/shadow", shadow)),
    );
    const verdict = duplicates.evaluate({ accounts }, {});
    const ours = "problems" in verdict ? verdict.problems.map(({ message }) => message) : [];
    assert.is(ours.length, 3, ours.join("; "));
    assert.ok([...theirs.matchAll(/duplicate/g)].length >= 3, theirs);
    for (const [, kind, name] of named)
      assert.ok(
        ours.some((message) => message.startsWith(`${kind === "group" ? "group" : "user"} ${name} stands`)),
        `${kind} ${name}`,
      );
  });
}

test.run();
