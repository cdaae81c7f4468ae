// Runs test files and sums their tests. Usage: run-tests.ts FOLDER|FILE… ; a run without a test, or with a file that
// registers none, fails. The dearest files are listed: NODEWARD_TABLE=N lists more or fewer.
import { readdirSync, statSync } from "node:fs";
import { constants, cpus } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { endAll, type Outcome, runFiles } from "./run-pool.js";

const top = fileURLToPath(new URL("../..", import.meta.url));

function testFiles(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function locate(name: string): string {
  const candidates = [join(top, "test", name), join(top, "test", `${name}.test.ts`), join(top, name)];
  const found = candidates.find((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  if (found === undefined) throw new Error(`no tests called ${name}`);
  return found;
}

/** Files that take longest: begun first, so that none of them is alone at the end. */
const long = [
  "unit/main",
  "unit/hostile",
  "unit/remedy/whole-node",
  "oracle/sshd",
  "oracle/live-probes",
  "faults/errors",
  "faults/recovery",
  "e2e/audit-worker",
  "e2e/bootstrap-image",
  "e2e/lockout-guards",
  "e2e/lockout-switch",
  "e2e/beds",
  "e2e/fix-kernel",
  "e2e/apparmor",
];

function longestFirst(files: readonly string[]): readonly string[] {
  const rank = (file: string) => {
    const place = long.findIndex((name) => file.endsWith(`/test/${name}.test.ts`));
    return place < 0 ? long.length : place;
  };
  return [...files].sort((one, other) => rank(one) - rank(other));
}

function show(outcome: Outcome): void {
  const name = relative(top, outcome.file);
  if (outcome.failed > 0) console.log(`FAILED ${name}\n${outcome.output}`);
  for (const line of outcome.output.split("\n"))
    if (line.startsWith("SKIPPED")) console.log(`${name}: ${line}`);
}

/** Whole nodes boot in software on whatever machine this is: one that was too slow is given a second try, and it is said. */
async function triedAgain(first: readonly Outcome[]): Promise<readonly Outcome[]> {
  const again = first.filter(({ file, failed }) => failed > 0 && file.includes("/e2e/"));
  if (again.length === 0) return first;
  for (const outcome of again) {
    console.log(`FAILED ONCE, tried again: ${relative(top, outcome.file)}`);
    console.log(outcome.output);
  }
  const second = await runFiles(
    again.map(({ file }) => file),
    1,
  );
  return [...first.filter((outcome) => !again.includes(outcome)), ...second];
}

function showTable(outcomes: readonly Outcome[]): void {
  const shown = Number(process.env.NODEWARD_TABLE ?? 8);
  const row = (cpu: number, ms: number, what: string) =>
    console.log(`${cpu.toFixed(1).padStart(8)} ${(ms / 1000).toFixed(1).padStart(8)}  ${what}`);
  if (shown > 0) console.log("processor seconds and seconds of the dearest files");
  const dearest = [...outcomes].sort((one, other) => other.cpu - one.cpu).slice(0, shown);
  for (const { file, cpu, ms } of dearest) row(cpu, ms, relative(top, file));
  row(
    outcomes.reduce((total, { cpu }) => total + cpu, 0),
    performance.now(),
    "in all",
  );
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    endAll();
    process.exit(128 + constants.signals[signal]);
  });

const files = longestFirst(process.argv.slice(2).flatMap((name) => testFiles(locate(name))));
const outcomes = await triedAgain(await runFiles(files, cpus().length));
for (const outcome of outcomes) show(outcome);
showTable(outcomes);
const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
const failed = sum((outcome) => outcome.failed);
console.log(`${files.length} test files`);
console.log(
  `${sum((outcome) => outcome.passed)} passed, ${failed} failed, ${sum((outcome) => outcome.skipped)} skipped`,
);
if (failed > 0 || files.length === 0) process.exitCode = 1;
