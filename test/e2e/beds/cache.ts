// What tests build once and keep between runs: folders named by what they are made of. Knows no images.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { runProgram, until } from "./process.js";

/** Survives between runs where the machine keeps it; everything in it can be built anew. */
const cacheFolder = process.env.NODEWARD_CACHE ?? join(homedir(), ".cache", "nodeward-test");
const keptMs = 14 * 24 * 3_600_000;

/** One builder at a time, also among processes; a lock whose holder has died is nobody's. */
export async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  await until(`another build of ${file}`, 30 * 60_000, async () => {
    try {
      writeFileSync(file, `${process.pid}`, { flag: "wx" });
      return true;
    } catch {
      const holder = (await runProgram(["cat", file])).stdout;
      if (holder !== "" && !existsSync(`/proc/${holder}`)) rmSync(file, { force: true });
      return undefined;
    }
  });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes away what no run has used for two weeks. */
function sweep(): void {
  for (const name of readdirSync(cacheFolder)) {
    const age = Date.now() - statSync(join(cacheFolder, name)).mtimeMs;
    if (age > keptMs) rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
}

/** The folder of that name, from the cache or built now. */
export async function kept(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  const used = () => {
    utimesSync(folder, new Date(), new Date());
    return folder;
  };
  if (existsSync(folder)) return used();
  mkdirSync(cacheFolder, { recursive: true });
  const what = name.slice(0, name.lastIndexOf("-"));
  return await locked(join(cacheFolder, `${what}.lock`), async () => {
    if (existsSync(folder)) return used();
    sweep();
    const started = Date.now();
    const unfinished = join(cacheFolder, `building-${what}`);
    rmSync(unfinished, { recursive: true, force: true });
    await build(unfinished);
    renameSync(unfinished, folder);
    console.log(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
    return used();
  });
}
