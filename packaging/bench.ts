// Measures the built program: medians of 20 runs and peak memory, and ratios against the peers that are installed.
// Prints; asserts nothing. Usage: npm run bench [-- RUNS]
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

function once(command: string, args: readonly string[]): Promise<Measure> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: "ignore" });
    let peakMiB = 0;
    const look = setInterval(() => {
      if (child.pid !== undefined) peakMiB = Math.max(peakMiB, peakOf(child.pid));
    }, 3);
    child.on("error", reject);
    child.on("close", () => {
      clearInterval(look);
      resolve({ ms: performance.now() - started, peakMiB });
    });
  });
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
  await once(command, args);
  const found: Measure[] = [];
  for (let run = 0; run < count; run++) found.push(await once(command, args));
  const result = {
    ms: median(found.map(({ ms }) => ms)),
    peakMiB: Math.max(...found.map(({ peakMiB }) => peakMiB)),
  };
  console.log(
    `${label.padEnd(44)} ${result.ms.toFixed(0).padStart(7)} ms ${result.peakMiB.toFixed(0).padStart(6)} MiB`,
  );
  return result;
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
await measure("nodeward audit (with the walk)", process.execPath, [program, "audit"], Math.min(runs, 5));

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
