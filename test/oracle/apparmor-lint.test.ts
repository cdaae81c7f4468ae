// The AppArmor profiles that nodeward ships, and lint's errors, against apparmor_parser: what one refuses the other does.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lintPolicy } from "../../src/confine/apparmor-lint.js";
import { parsePolicyRules } from "../../src/formats/apparmor-rules.js";
import { stdoutOf } from "../support/stdout-of.js";

const parser = "/usr/sbin/apparmor_parser";
const folder = fileURLToPath(new URL("../../apparmor", import.meta.url));

function oracle(name: string, run: () => void): void {
  test(name, () => {
    if (existsSync(parser)) run();
    else console.log(`SKIPPED ${name}: no ${parser}`);
  });
}

function takes(path: string): boolean {
  return spawnSync(parser, ["-Q", "-K", "--", path]).status === 0;
}

oracle("every shipped profile is taken, and is one profile of its file's name", () => {
  for (const name of readdirSync(folder).filter((one) => !one.endsWith(".md"))) {
    assert.ok(takes(join(folder, name)), name);
    const names = stdoutOf(parser, ["-N", join(folder, name)]);
    assert.is(names.trim(), name);
  }
});

/** Rules of a profile that is otherwise sound. */
const rules = [
  "/srv/** rw,",
  "capability chown,",
  "capability sys_adm,",
  "network inet stream,",
  "network inet9,",
  "network alg seqpacket,",
  "signal (receive) peer=unconfined,",
  "@{nosuch}/x r,",
  "@{PROC}/x r,",
  "/a rw,\n  deny /a w,",
  "/usr/bin/x px -> y,",
  "userns,",
  "all,",
  "}",
];

oracle("lint's errors are what the parser refuses", () => {
  const version = /version (\d\S*)/.exec(stdoutOf(parser, ["--version"]))?.[1];
  const place = mkdtempSync(join(tmpdir(), "nodeward-lint-"));
  try {
    for (const rule of rules) {
      const text = `abi <abi/3.0>,\nprofile x /x {\n  ${rule}\n}\n`;
      const path = join(place, "x");
      writeFileSync(path, text);
      const found = lintPolicy(
        { text, rules: parsePolicyRules(text) },
        { parser: version, containers: false, others: [] },
      );
      const isWrong = found.some(({ level }) => level === "error");
      assert.is(isWrong, !takes(path), `${rule}: ${JSON.stringify(found)}`);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

test.run();
