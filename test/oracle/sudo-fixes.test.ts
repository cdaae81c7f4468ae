// Does visudo accept what our repairs of sudoers leave behind?
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../src/checks/index.js";
import type { MemoryFiles } from "../../src/host/memory.js";
import { applied, statusOf, verdictOf } from "../support/check.js";
import { file, withSudoers } from "../support/sudo-node.js";

const including = "root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d";
const weak: readonly MemoryFiles[] = [
  { "/etc/sudoers": file(including), "/etc/sudoers.d/README": file("") },
  { "/etc/sudoers": file("root ALL=(ALL:ALL) ALL \\\n") },
  { "/etc/sudoers": file(including), "/etc/sudoers.d/nodeward": file("Defaults insults") },
  {
    "/etc/sudoers": file(
      'Defaults !use_pty, !logfile,timestamp_timeout=-1 , secure_path = ".:/usr/bin:" # c\nDefaults:bob !authenticate , !secure_path\nDefaults exempt_group=ops\r\n@includedir /etc/sudoers.d\n',
    ),
    "/etc/sudoers.d/a": file(
      "alice ALL=(ALL) NOPASSWD :ALL, (bob) \\\n  /bin/ls : h = NOPASSWD: NOEXEC: /bin/x\n",
    ),
  },
];

const fixable = checks.filter(({ domain, fixable: can }) => domain === "sudo" && can);
const installed = spawnSync("visudo", ["--version"]).status === 0;

/** What visudo says against the whole set, read from a folder of its own. */
function refused(files: MemoryFiles): string {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-visudo-"));
  try {
    mkdirSync(join(folder, "d"));
    for (const [path, node] of Object.entries(files)) {
      const text = typeof node === "string" ? node : node.text;
      if (!path.startsWith("/etc/sudoers") || text === undefined) continue;
      const copy = path === "/etc/sudoers" ? join(folder, "main") : join(folder, "d", basename(path));
      writeFileSync(copy, text.replace("/etc/sudoers.d", join(folder, "d")));
    }
    const ran = spawnSync("visudo", ["-c", "-f", join(folder, "main")], { encoding: "utf8" });
    return ran.status === 0 ? "" : ran.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const check of fixable)
  test(`${check.id} leaves files that visudo accepts`, async () => {
    if (!installed) return console.log("SKIPPED no visudo on this machine");
    let repaired = 0;
    for (const files of weak) {
      const node = withSudoers(files);
      const verdict = await verdictOf(check, { files: node });
      const steps = "problems" in verdict ? verdict.problems.flatMap(({ fix }) => fix ?? []) : [];
      if (steps.length === 0) continue;
      const after = applied(node, steps);
      assert.is(refused(after), "");
      assert.is(statusOf(await verdictOf(check, { files: after })), "pass");
      repaired++;
    }
    assert.ok(repaired > 0);
  });

test.run();
