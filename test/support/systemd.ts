// Trees of unit files for us and for systemd: the same files on disk and in memory, tests skipped where systemd is not.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import { asker } from "../../src/engine/gather.js";
import { type Units, units } from "../../src/facts/units.js";
import { type MemoryFiles, memoryHost } from "../../src/host/memory.js";

export const program = "/usr/lib/systemd/systemd";
const available = existsSync(program) && process.getuid?.() === 0;

export function oracle(name: string, run: (folder: string) => Promise<void>): void {
  test(name, async () => {
    if (!available) {
      console.log(`SKIPPED ${name}: needs root and ${program}`);
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), "nodeward-units-"));
    try {
      await run(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

export function put(folder: string, files: MemoryFiles): void {
  for (const [path, node] of Object.entries(files)) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    if (typeof node === "string") writeFileSync(at, node);
    else if (node.link !== undefined) symlinkSync(node.link, at);
  }
}

export async function unitsOf(files: MemoryFiles): Promise<Units> {
  const fact = await asker(memoryHost(files))(units);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}
