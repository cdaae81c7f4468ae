// Boots an image once and saves the machine, memory and disk, as it then is: a minute of emulated boot becomes seconds. A
// saved boot serves a day: an older one would wake to timers that are all due.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { locked } from "./cache.js";
import { command, hardware } from "./emulator.js";
import type { Built } from "./image.js";
import { Machine, type SavedBoot } from "./machine.js";
import type { Node } from "./node.js";
import { runProgram, until } from "./process.js";

const prefix = "booted-";
const keptMs = 20 * 3_600_000;

async function nameOf(): Promise<string> {
  const version = await runProgram(["qemu-system-x86_64", "--version"]);
  const parts = JSON.stringify([version.stdout, hardware]);
  return `${prefix}${createHash("sha256").update(parts).digest("hex").slice(0, 12)}`;
}

async function save(machine: Machine, folder: string): Promise<void> {
  await machine.prepare();
  await machine.powerOn();
  await machine.run(["sh", "-c", "sync; echo 3 >/proc/sys/vm/drop_caches"], {});
  await command(machine.folder, "stop");
  await command(machine.folder, "migrate-set-parameters", { "max-bandwidth": 2 ** 40 });
  await command(machine.folder, "migrate", { uri: `exec:cat >${join(folder, "memory")}` });
  await until("saving the machine", 180_000, async () => {
    const state = JSON.stringify(await command(machine.folder, "query-migrate"));
    if (state.includes('"failed"')) throw new Error(state);
    return state.includes('"completed"') || undefined;
  });
  await machine.powerOff();
  copyFileSync(machine.disk, join(folder, "disk.qcow2"));
}

/** The boot to go on from: saved today, or now. */
export async function savedBoot(built: Built): Promise<SavedBoot> {
  const home = dirname(built.root);
  const folder = join(home, await nameOf());
  const saved = { disk: join(folder, "disk.qcow2"), memory: join(folder, "memory") };
  const fresh = () => existsSync(folder) && Date.now() - statSync(folder).mtimeMs < keptMs;
  if (fresh()) return saved;
  return await locked(join(home, "booted.lock"), async () => {
    if (fresh()) return saved;
    const started = Date.now();
    for (const name of readdirSync(home))
      if (name.startsWith(prefix)) rmSync(join(home, name), { recursive: true });
    const unfinished = join(home, "booting");
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    const machine = new Machine(built, []);
    try {
      await save(machine, unfinished);
    } finally {
      await machine.remove();
    }
    renameSync(unfinished, folder);
    console.log(`saved a boot in ${Math.round((Date.now() - started) / 1000)} s`);
    return saved;
  });
}

/**
 * An emulated machine with this image on a disk of its own, not yet running; `ports` are reachable from outside. It goes on
 * from the saved boot, or boots for the first time.
 */
export async function machineOf(built: Built, ports: readonly number[], anew = false): Promise<Node> {
  const machine = new Machine(built, ports, anew ? undefined : await savedBoot(built));
  await machine.prepare();
  return machine;
}
