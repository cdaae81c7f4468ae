// Runs the suites of each test file that it is told, one after another in this process, and reports each to who told it.
// uvu counts a suite only after `.run()` and finds success in zero tests: a file without a test fails.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Outcome } from "./run-pool.js";

declare global {
  var UVU_DEFER: number | undefined;
  var UVU_INDEX: number | undefined;
  var UVU_QUEUE: unknown[][];
}

// The same cases at every run; NODEWARD_SEED=N tries others.
fc.configureGlobal({ seed: Number(process.env.NODEWARD_SEED ?? 20_261) });

globalThis.UVU_DEFER = 1;
globalThis.UVU_QUEUE = [];
const uvu = await import("uvu");

let output = "";
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  output += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
  return true;
};

function number(label: string): number {
  return Number(new RegExp(`^ {2}${label}: +(\\d+)`, "m").exec(output)?.[1] ?? 0);
}

/** Processor seconds of this process and of every program that it has waited for (proc(5), stat; 100 ticks a second). */
function spent(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((total, ticks) => total + Number(ticks), 0) / 100;
}

async function run(file: string): Promise<Outcome> {
  output = "";
  globalThis.UVU_QUEUE.length = 0;
  globalThis.UVU_QUEUE.push([null]);
  globalThis.UVU_INDEX = 0;
  process.exitCode = 0;
  const before = spent();
  const started = performance.now();
  try {
    await import(pathToFileURL(file).href);
    await uvu.exec();
  } catch (error) {
    output += `\n${error instanceof Error ? error.stack : String(error)}\n`;
    process.exitCode = 1;
  }
  const [total, passed, skipped] = [number("Total"), number("Passed"), number("Skipped")];
  if (total + skipped === 0) output += "\nno test was registered: is test.run() missing?\n";
  const failed = Math.max(total - passed, total + skipped === 0 || Number(process.exitCode) !== 0 ? 1 : 0);
  const ms = Math.round(performance.now() - started);
  return { file, passed, failed, skipped, ms, cpu: spent() - before, output };
}

process.on("message", async (file: string) => {
  // What a test has left running does not keep this alive.
  if (file === "end") process.exit();
  const outcome = await run(file);
  process.exitCode = 0;
  process.send?.(outcome);
});
// Nobody listens any more: the run was cut off.
process.on("disconnect", () => process.exit());
process.send?.("ready");
