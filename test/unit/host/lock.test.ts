// The lock: one holder at a time, told who it is; one that only looks is waited for. Against the real flock(1).
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { briefHolder, lockFile } from "../../../src/host/lock.js";

/** Holds the lock for some seconds in another process, which has said that it does when this resolves. */
function heldBy(path: string, holder: string, seconds: number): Promise<void> {
  const script = `printf '%s\\n' "$1" >"$0"; echo held; sleep ${seconds}`;
  const child = spawn("/usr/bin/flock", [path, "/bin/sh", "-c", script, path, holder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return new Promise((resolve) => child.stdout.once("data", () => resolve()));
}

async function withLock(use: (path: string) => Promise<void>): Promise<void> {
  if (!existsSync("/usr/bin/flock")) {
    console.log("SKIPPED the lock: /usr/bin/flock missing");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "nodeward-lock-"));
  try {
    await use(join(folder, "lock"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("who changes the node is told to who comes second, at once", () =>
  withLock(async (path) => {
    await heldBy(path, "nodeward audit --fix", 3);
    assert.equal(lockFile(path, path, "second"), { state: "held", by: "nodeward audit --fix" });
  }));

test("who only looks is waited for", () =>
  withLock(async (path) => {
    await heldBy(path, `${briefHolder}nodeward daemon`, 1);
    const locked = lockFile(path, path, "second");
    assert.is(locked.state, "ok");
    if (locked.state === "ok") locked.release();
  }));

test.run();
