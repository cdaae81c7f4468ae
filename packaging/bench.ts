// Measures the built program: medians of 20 runs, peak memory (in runs of their own), the walk over the files, and ratios
// against the peers that are installed.
// Prints; asserts nothing. Usage: npm run bench [-- RUNS]
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asker } from "../src/engine/gather.js";
import { fileTree } from "../src/facts/file-tree.js";
import { openHost } from "../src/host/rooted.js";

const top = fileURLToPath(new URL("..", import.meta.url));
const program = join(top, "dist", "nodeward.js");
const runs = Number(process.argv[2] ?? 20);

interface Measure {
  readonly ms: number;
  readonly peakMiB: number;
}

/** Peak resident memory so far (VmHWM, proc_pid_status(5)); it only grows, so the last look is the peak. */
function peakOf(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Milliseconds until it has ended; `look` is called every 3 ms meanwhile, which takes its time. */
function once(command: string, args: readonly string[], look?: (pid: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: "ignore" });
    const looking = look && setInterval(() => child.pid !== undefined && look(child.pid), 3);
    child.on("error", reject);
    child.on("close", () => {
      const ms = performance.now() - started;
      clearInterval(looking);
      resolve(ms);
    });
  });
}

/** MiB, the highest of three runs. */
async function peak(command: string, args: readonly string[]): Promise<number> {
  let found = 0;
  const look = (pid: number) => {
    found = Math.max(found, peakOf(pid));
  };
  for (let run = 0; run < 3; run++) await once(command, args, look);
  return found;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function measure(
  label: string,
  command: string,
  args: readonly string[],
  count = runs,
): Promise<Measure> {
  // The first runs fill the kernel's caches: those after them are timed.
  const peakMiB = await peak(command, args);
  const times: number[] = [];
  for (let run = 0; run < count; run++) times.push(await once(command, args));
  const result = { ms: median(times), peakMiB };
  console.log(
    `${label.padEnd(44)} ${result.ms.toFixed(0).padStart(7)} ms ${result.peakMiB.toFixed(0).padStart(6)} MiB`,
  );
  return result;
}

/** The walk alone, in this process: every file of the node's own file systems, looked at once. */
async function walk(): Promise<{ readonly seen: number; readonly ms: number } | string> {
  const opened = openHost("/", {
    now: () => Date.now(),
    killGroup: (group) => process.kill(-group, "SIGKILL"),
  });
  if (opened.state !== "ok") return opened.reason;
  const { host } = opened;
  const tree = await asker(host)(fileTree);
  await host.close();
  if (tree.state !== "known") return tree.reason;
  return { seen: tree.value.seen, ms: tree.value.milliseconds };
}

async function measureWalk(count: number): Promise<void> {
  const rates: number[] = [];
  let files = 0;
  // The first run fills the kernel's cache of names: the others are what is measured.
  for (let run = 0; run <= count; run++) {
    const found = await walk();
    if (typeof found === "string") return console.log(`${"the walk over the files".padEnd(44)} ${found}`);
    files = found.seen;
    if (run > 0) rates.push((found.ms / Math.max(1, found.seen)) * 100_000);
  }
  const label = `the walk, per 100,000 files (of ${files})`;
  console.log(`${label.padEnd(44)} ${median(rates).toFixed(0).padStart(7)} ms`);
}

console.log(`median of ${runs} runs, highest peak of resident memory; node ${process.version}\n`);
await measure("node -e 0 (the floor)", process.execPath, ["-e", "0"]);
await measure("nodeward --help", process.execPath, [program, "--help"]);
await measure("nodeward audit --only sshd kubelet", process.execPath, [
  program,
  "audit",
  "--only",
  "sshd",
  "kubelet",
]);
const whole = await measure("nodeward audit --skip tag:files.walk", process.execPath, [
  program,
  "audit",
  "--skip",
  "tag:files.walk",
]);
// What hashing is to it: drift keeps what it hashed, and then the next runs come near to this.
await measure("the same, nothing hashed", process.execPath, [
  program,
  "audit",
  "--skip",
  "tag:files.walk",
  "kubernetes.binaries",
]);
await measure("nodeward audit (with the walk)", process.execPath, [program, "audit"], Math.min(runs, 5));

await measureWalk(Math.min(runs, 5));

const peers: readonly (readonly [string, string, readonly string[]])[] = [
  ["lynis", "/usr/sbin/lynis", ["audit", "system", "--quick", "--quiet", "--no-colors"]],
  ["debian-cis", "/opt/debian-cis/bin/hardening.sh", ["--audit-all"]],
];
for (const [name, path, args] of peers) {
  if (!existsSync(path)) {
    console.log(`${name.padEnd(44)} not installed`);
    continue;
  }
  const peer = await measure(name, path, args, 3);
  console.log(`${`  nodeward takes 1/${(peer.ms / whole.ms).toFixed(0)} of its time`.padEnd(44)}`);
}
