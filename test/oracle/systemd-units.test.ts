// Does systemd take the shipped units, and how much does it say the drift service is exposed? And does installing put
// everything in place, and take it away again?
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const top = fileURLToPath(new URL("../..", import.meta.url));
const units = join(top, "packaging/systemd");

if (spawnSync("systemd-analyze", ["--version"]).status !== 0) {
  console.log("SKIPPED systemd's view of the units: needs systemd-analyze");
  test("skipped", () => {});
} else {
  test("systemd-analyze verify finds nothing wrong in any unit, with the program in place", () => {
    const root = mkdtempSync(join(tmpdir(), "nodeward-units-"));
    try {
      mkdirSync(join(root, "usr/bin"), { recursive: true });
      mkdirSync(join(root, "etc/systemd/system"), { recursive: true });
      // The targets that the units name.
      execFileSync("cp", ["-r", "--parents", "/usr/lib/systemd/system", root]);
      mkdirSync(join(root, "bin"));
      for (const place of ["usr/bin/nodeward", "bin/kill"]) copyFileSync("/bin/true", join(root, place));
      const names = readdirSync(units);
      for (const name of names) copyFileSync(join(units, name), join(root, "etc/systemd/system", name));
      const found = spawnSync("systemd-analyze", ["verify", `--root=${root}`, "--man=no", ...names], {
        encoding: "utf8",
      });
      const ours = found.stderr.split("\n").filter((line) => line.includes("nodeward"));
      assert.equal(ours, [], found.stderr);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test("the drift service is sandboxed as far as it still sees the node", () => {
    const words = ["security", "--offline=yes", "--threshold=33", join(units, "nodeward-drift.service")];
    const judged = spawnSync("systemd-analyze", words, { encoding: "utf8" });
    assert.is(judged.status, 0, judged.stdout.trim().split("\n").at(-1));
  });
}

test("install-node puts a tree in place that runs, keeps a site file that is there, and uninstall-node takes it away", () => {
  const root = mkdtempSync(join(tmpdir(), "nodeward-install-"));
  const script = (action: string) =>
    spawnSync(process.execPath, ["--import", "tsx", join(top, "packaging/install-node.ts"), action], {
      cwd: top,
      encoding: "utf8",
      env: { ...process.env, DESTDIR: root },
    });
  try {
    execFileSync(process.execPath, ["--import", "tsx", join(top, "packaging/build.ts")], { cwd: top });
    const installed = script("install");
    assert.is(installed.status, 0, installed.stderr);
    assert.is(statSync(join(root, "usr/lib/nodeward/nodeward.js")).mode & 0o777, 0o755);
    assert.ok(lstatSync(join(root, "usr/bin/nodeward")).isSymbolicLink());
    const version = execFileSync(process.execPath, [join(root, "usr/bin/nodeward"), "--version"], {
      encoding: "utf8",
    });
    assert.match(version, /^\d+\.\d+\.\d+\n$/);
    for (const name of readdirSync(units))
      assert.ok(existsSync(join(root, "usr/lib/systemd/system", name)), name);
    execFileSync("sh", ["-c", `echo 'checks: {}' > "$0"`, join(root, "etc/nodeward/nodeward.yaml")]);
    assert.is(script("install").status, 0);
    assert.is(statSync(join(root, "etc/nodeward/nodeward.yaml")).size, "checks: {}\n".length);
    assert.is(script("uninstall").status, 0);
    const left = execFileSync(
      "find",
      [root, "(", "-type", "f", "-o", "-type", "l", ")", "-printf", "/%P\n"],
      { encoding: "utf8" },
    );
    assert.is(left, "/etc/nodeward/nodeward.yaml\n");
    assert.is(script("instal").status, 2);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test.run();
