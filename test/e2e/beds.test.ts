// Do the beds keep what bed.ts promises? Says nothing about nodeward.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hasCode } from "../../src/host/attempt.js";
import { type Bed, operator, type Start, withBed } from "./bed.js";

/** Groups go while they are listed: those of the bed that is ending, and any service's of this machine. */
function controlGroups(): readonly string[] {
  for (let tries = 0; ; tries++)
    try {
      return readdirSync("/sys/fs/cgroup", { recursive: true, encoding: "utf8" });
    } catch (error) {
      if (!hasCode(error, "ENOENT", "ENODEV") || tries === 20) throw error;
    }
}

/** What a bed could leave on this machine. */
function traces(): readonly string[] {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((line) => /^(?:systemd-nspawn|qemu-system)/.test(line) && line.includes(`-${process.pid}`));
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes("nodeward-"));
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(`nodeward-machine-${process.pid}`));
  const groups = controlGroups().filter((name) => name.includes(`nodeward-bed-${process.pid}`));
  return [...processes, ...mounts, ...folders, ...groups];
}

async function keepsItsPromises(bed: Bed): Promise<void> {
  assert.equal(await bed.run(["cat"], { input: "in\n" }), {
    code: 0,
    stdout: "in\n",
    stderr: "",
    timedOut: false,
  });
  assert.is((await bed.run(["sh", "-c", "echo x >&2; exit 7"])).code, 7);
  assert.is((await bed.run(["sleep", "60"], { timeoutMs: 500 })).timedOut, true);
  await bed.put("/etc/a/b", "text\n", { mode: 0o600, owner: `${operator.name}:root` });
  assert.is(await bed.get("/etc/a/b"), "text\n");
  assert.is((await bed.sh("stat -c '%a %U %G' /etc/a/b")).trim(), `600 ${operator.name} root`);
  assert.is(await bed.get("/etc/a/none"), undefined);
  assert.match((await bed.nodeward(["--version"])).stdout, /^\d+\.\d+\.\d+/);
  assert.is((await bed.nodeward(["--version"], { user: operator.name })).code, 0);

  const inside = await bed.ssh(operator.name, "id -un; echo $SSH_CONNECTION");
  assert.match(inside.stdout, new RegExp(`^${operator.name}\\n(?!127\\.)`));
  assert.is((await bed.ssh("root", "true")).code, 255);
  assert.is((await bed.ssh(operator.name, "true", { password: "wrong" })).code, 255);
  const asRoot = await bed.ssh(operator.name, "sudo -S id -u", { input: `${operator.password}\n` });
  assert.is(asRoot.stdout, "0\n");

  const boot = await bed.get("/proc/sys/kernel/random/boot_id");
  await bed.sh("echo kept >/root/synced; sync");
  await bed.powerCut();
  assert.is(await bed.get("/root/synced"), "kept\n");
  const again = await bed.get("/proc/sys/kernel/random/boot_id");
  assert.is.not(again, boot);
  assert.is((await bed.ssh(operator.name, "true")).code, 0);
  // A restart is a shutdown and a start; fix-kernel.test.ts restarts a machine.
  if (bed.kind === "container") {
    await bed.reboot();
    assert.is.not(await bed.get("/proc/sys/kernel/random/boot_id"), again);
    assert.is((await bed.ssh(operator.name, "true")).code, 0);
  }
  await bed.shutDown();
  assert.is((await bed.onDisk(["cat", "{root}/root/synced"])).stdout, "kept\n");
}

const beds: readonly Start[] = [
  { image: "debian-12", kind: "container" },
  { image: "debian-13", kind: "container" },
  { image: "debian-12", kind: "machine" },
];

for (const bed of beds)
  test(`a ${bed.kind} of ${bed.image}`, async () => {
    await withBed(bed, keepsItsPromises);
    assert.equal(traces(), []);
  });

test.run();
