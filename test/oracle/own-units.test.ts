// The units that nodeward brings, as systemd-analyze judges them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const analyze = "/usr/bin/systemd-analyze";
const folder = fileURLToPath(new URL("../../packaging/systemd", import.meta.url));
/** Services that only read the node, and tell: tenths of the exposure level that they may have. */
const exposures: readonly (readonly [string, number])[] = [
  ["nodeward-drift.service", 30],
  // Another process than its main one speaks to systemd (NotifyAccess=all, 0.2): the unit says why.
  ["nodeward-daemon.service", 32],
];

function withUnits(use: (folder: string) => void): void {
  if (!existsSync(analyze)) {
    console.log(`SKIPPED the units: ${analyze} missing`);
    return;
  }
  const copies = mkdtempSync(join(tmpdir(), "nodeward-units-"));
  try {
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), "utf8");
      // Where nothing is installed there is no such program.
      writeFileSync(join(copies, name), text.replaceAll("/usr/bin/nodeward ", "/bin/true "));
    }
    use(copies);
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

test("systemd-analyze verify has nothing to say", () =>
  withUnits((copies) => {
    for (const name of readdirSync(copies)) {
      const { status, stderr } = spawnSync(analyze, ["verify", "--man=no", join(copies, name)], {
        encoding: "utf8",
      });
      assert.equal([status, stderr.split("\n").filter((line) => line.includes("nodeward"))], [0, []], name);
    }
  }));

test("who only reads the node is exposed little", () =>
  withUnits((copies) => {
    for (const [name, threshold] of exposures) {
      const words = [
        "security",
        "--offline=true",
        `--threshold=${threshold}`,
        "--no-pager",
        join(copies, name),
      ];
      const { status, stdout, stderr } = spawnSync(analyze, words, { encoding: "utf8" });
      assert.is(status, 0, `${stdout.trimEnd().split("\n").at(-1)}${stderr}`);
    }
  }));

test.run();
