import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Host } from "../../../src/host/host.js";
import { memoryHost } from "../../../src/host/memory.js";
import { recordingHost } from "../../../src/host/recording.js";
import { openHost } from "../../../src/host/rooted.js";

async function onDisk(run: (host: Host) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "nodeward-links-"));
  try {
    mkdirSync(join(root, "fd"));
    symlinkSync("socket:[17]", join(root, "fd", "3"));
    symlinkSync("/nowhere", join(root, "fd", "4"));
    writeFileSync(join(root, "fd", "plain"), "");
    symlinkSync("/etc", join(root, "out"));
    const opened = openHost(root, { now: () => 0, killGroup: () => {} });
    if (opened.state !== "ok") throw new Error(opened.reason);
    await run(opened.host);
    await opened.host.close();
  } finally {
    rmSync(root, { recursive: true });
  }
}

const inMemory = memoryHost({
  "/fd/3": { link: "socket:[17]" },
  "/fd/4": { link: "/nowhere" },
  "/fd/plain": "",
  "/out": { link: "/etc" },
});

async function same(host: Host): Promise<void> {
  const links = await host.readlinks("/fd");
  assert.equal(links.state === "ok" ? [...links.targets].sort() : links, [
    ["3", "socket:[17]"],
    ["4", "/nowhere"],
  ]);
  assert.is((await host.readlinks("/absent")).state, "absent");
  assert.is((await host.readlinks("/fd/plain")).state, "failed");
  // A link to /etc is one to the root's own, which has none.
  assert.is((await host.readlinks("/out")).state, "absent");
}

test("the links of a directory on disk, none followed", async () => await onDisk(same));

test("the links of a directory in memory", async () => await same(inMemory));

test("a link that may not be read is counted", async () => {
  const host = memoryHost({ "/fd/3": { link: "x", error: "denied" }, "/fd/4": { link: "y" } });
  const links = await host.readlinks("/fd");
  assert.is(links.state === "ok" ? links.unread : 0, 1);
  assert.is(links.state === "ok" ? links.reason : "", "permission denied: /fd/3");
});

test("a recording host notes the directory", async () => {
  const host = recordingHost(inMemory);
  await host.readlinks("/fd");
  assert.equal(host.trail.paths, ["/fd"]);
});

test.run();
