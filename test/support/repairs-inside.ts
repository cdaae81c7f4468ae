// Runs the tests of every check in this process and prints, as JSON, each repair that they brought about and how it ended.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

globalThis.UVU_DEFER = 1;
globalThis.UVU_QUEUE = [];
const uvu = await import("uvu");
const { repaired } = await import("./check.js");

const folder = fileURLToPath(new URL("../unit/checks", import.meta.url));
const files = readdirSync(folder, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.name.endsWith(".test.ts"))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
for (const file of files) {
  globalThis.UVU_QUEUE.length = 0;
  globalThis.UVU_QUEUE.push([null]);
  globalThis.UVU_INDEX = 0;
  await import(pathToFileURL(file).href);
  await uvu.exec();
}
process.stdout.write = write;
process.exitCode = 0;
process.stdout.write(JSON.stringify(repaired));
