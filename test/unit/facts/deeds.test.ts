// What logs tell stays told when they are rotated, whichever way logrotate(8) is set up to do it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { deedsSince } from "../../../src/facts/deeds.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

const now = Date.UTC(2026, 10, 22, 6, 30);
const hour = 3_600_000;
const stamp = (atMs: number) => new Date(atMs).toISOString().replace(/\.\d+Z/, "+00:00");
const sudo = (atMs: number, command: string) =>
  `${stamp(atMs)} n sudo:       op : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=${command}\n`;
const local = (atMs: number) => {
  const at = new Date(atMs);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
};
const upgrade = (atMs: number) => `${local(atMs)} upgrade tools:amd64 1 2\n`;

async function told(files: MemoryFiles) {
  const deeds = await deedsSince(memoryHost(files, { live: true, now }), now - hour);
  return { commands: deeds.commands.map(({ command }) => command), packages: deeds.packages.length };
}

const before = sudo(now - 2 * hour, "/usr/bin/long-ago") + sudo(now - 60_000, "/usr/bin/tee /etc/a");
const after = sudo(now - 1000, "/usr/bin/tee /etc/b");
const both = { commands: ["/usr/bin/tee /etc/a", "/usr/bin/tee /etc/b"], packages: 1 };

test("moved away, and begun anew", async () => {
  const dpkg = { "/var/log/dpkg.log.1": upgrade(now - 60_000), "/var/log/dpkg.log": "" };
  assert.equal(await told({ ...dpkg, "/var/log/auth.log.1": before, "/var/log/auth.log": after }), both);
  assert.equal(
    await told({ ...dpkg, "/var/log/auth.log.1": before + after }),
    both,
    "not begun anew before there is something to say",
  );
});

test("copied and cut (copytruncate): what was there is in the copy", async () => {
  const files = { "/var/log/auth.log.1": before + after, "/var/log/auth.log": "" };
  assert.equal((await told(files)).commands, both.commands);
});

test("named by date (dateext): the last one, not what is compressed or only looks like it", async () => {
  const files = {
    "/var/log/auth.log-20261108": sudo(now - 100 * hour, "/usr/bin/older"),
    "/var/log/auth.log-20261122": before,
    "/var/log/auth.log-20261101.gz": "\u001f\u008b",
    "/var/log/auth.log-copy": sudo(now - 1000, "/usr/bin/no"),
    "/var/log/auth.log": after,
    "/var/log/dpkg.log-20261122": upgrade(now - 60_000),
  };
  assert.equal(await told(files), both);
  const hourly = { "/var/log/secure-2026112206": before, "/var/log/secure": after };
  assert.equal((await told(hourly)).commands, both.commands);
});

test("no log tells nothing", async () => {
  assert.equal(await told({}), { commands: [], packages: 0 });
});

test.run();
