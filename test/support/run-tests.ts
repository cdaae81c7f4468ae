// Runs test files and sums their tests. Usage: run-tests.ts FOLDER|FILE… ; a run without a test, or with a file that
// registers none, fails.
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

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

interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ms: number;
  readonly output: string;
}

function show(outcome: Outcome): void {
  const name = relative(top, outcome.file);
  if (outcome.failed > 0) console.log(`FAILED ${name}\n${outcome.output}`);
  for (const line of outcome.output.split("\n"))
    if (line.startsWith("SKIPPED")) console.log(`${name}: ${line}`);
}

/** One process for a share of the files; a file it never reported (a crash) counts as failed. */
function runBatch(files: readonly string[]): Promise<readonly Outcome[]> {
  return new Promise((resolve) => {
    const script = join(top, "test", "support", "run-batch.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script, ...files], {
      cwd: top,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let lines = "";
    let rest = "";
    child.stdio[3]?.on("data", (bytes: Buffer) => {
      lines += bytes.toString();
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (bytes: Buffer) => {
        rest += bytes.toString();
      });
    child.on("close", (code) => {
      const done: Outcome[] = lines
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
      const lost = files.filter((file) => !done.some((outcome) => outcome.file === file));
      const crashed = lost.map((file) => ({
        file,
        passed: 0,
        failed: 1,
        skipped: 0,
        ms: 0,
        output: `ended with ${code}\n${rest}`,
      }));
      if (rest !== "" && crashed.length === 0) console.log(rest);
      resolve([...done, ...crashed]);
    });
  });
}

const names = process.argv.slice(2);
const files = names.flatMap((name) => testFiles(locate(name)));
// Real programs, packets and whole nodes are waited for: these have the machine to themselves.
const alone = files.some((file) => file.includes("/oracle/") || file.includes("/e2e/"));
const width = alone ? 1 : Math.max(1, Math.min(files.length, cpus().length));
const shares = Array.from({ length: width }, (_, share) =>
  files.filter((_file, index) => index % width === share),
);
/** Whole nodes boot in software on whatever machine this is: one that was too slow is given a second try, and it is said. */
async function triedAgain(first: readonly Outcome[]): Promise<readonly Outcome[]> {
  const again = first.filter(({ file, failed }) => failed > 0 && file.includes("/e2e/"));
  if (again.length === 0) return first;
  for (const outcome of again) {
    console.log(`FAILED ONCE, tried again: ${relative(top, outcome.file)}`);
    console.log(outcome.output);
  }
  const second = await runBatch(again.map(({ file }) => file));
  return [...first.filter((outcome) => !again.includes(outcome)), ...second];
}

const outcomes = await triedAgain((await Promise.all(shares.map(runBatch))).flat());
for (const outcome of outcomes) show(outcome);
const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
const failed = sum((outcome) => outcome.failed);
console.log(`${files.length} test files`);
console.log(
  `${sum((outcome) => outcome.passed)} passed, ${failed} failed, ${sum((outcome) => outcome.skipped)} skipped`,
);
if (failed > 0 || files.length === 0) process.exitCode = 1;
