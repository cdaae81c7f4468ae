// Loads test files one after another in this process, runs each file's suites, and reports each as a line of JSON on
// descriptor 3. uvu counts a suite only after `.run()` and finds success in zero tests: a file without a test fails.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import fc from "fast-check";

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
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  output += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
  return true;
};

function number(label: string): number {
  return Number(new RegExp(`^ {2}${label}: +(\\d+)`, "m").exec(output)?.[1] ?? 0);
}

for (const file of process.argv.slice(2)) {
  output = "";
  globalThis.UVU_QUEUE.length = 0;
  globalThis.UVU_QUEUE.push([null]);
  globalThis.UVU_INDEX = 0;
  process.exitCode = 0;
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
  writeSync(3, `${JSON.stringify({ file, passed, failed, skipped, ms, output })}\n`);
}
process.stdout.write = write;
process.exitCode = 0;
