// Starts the driver under strace: to list its system calls, or with one of them failing or deadly.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { changing } from "./changing.js";
import { marker } from "./marker.js";

export type Action = "apply" | "recover";

export interface Call {
  readonly call: string;
  /** The how manieth of its thread, from 1. */
  readonly nth: number;
}

/** What strace(1) makes of a call: `signal=SIGKILL`, `error=ENOSPC`; `on` from the nth call on. */
export interface Fault extends Call {
  readonly what: string;
  readonly on: boolean;
}

export interface Driver {
  readonly file: string;
  readonly folder: string;
  remove(): void;
}

/** One small file that starts fast. */
export async function buildDriver(): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-faults-"));
  const file = join(folder, "driver.cjs");
  await build({
    entryPoints: [fileURLToPath(new URL("driver.ts", import.meta.url))],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    minify: true,
    // Only who reads shipped data asks where the program lies.
    define: { "import.meta.url": '"file:///"' },
  });
  return { file, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Ended {
  /** The last line it printed, or nothing. */
  readonly report: string;
  readonly code: number | null;
}

/** A fault in the innards of the runtime can leave it waiting for ever; its end by force is one more kill. */
const patience = 20_000;

function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      // A group of its own: strace, the driver, and what it has started.
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, patience);
    let out = "";
    child.stdout.on("data", (bytes: Buffer) => {
      out += bytes.toString();
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ report: out.trim().split("\n").at(-1) ?? "", code });
    });
  });
}

/** Without any fault. */
export function runPlain(driver: Driver, action: Action, root: string, kind: string): Promise<Ended> {
  return run(process.execPath, [driver.file, action, root, kind]);
}

export function runWith(
  driver: Driver,
  action: Action,
  root: string,
  kind: string,
  fault: Fault,
): Promise<Ended> {
  const when = `when=${fault.nth}${fault.on ? "+" : ""}`;
  return run("strace", [
    "-f",
    "-o",
    "/dev/null",
    "-e",
    `trace=${fault.call}`,
    "-e",
    `inject=${fault.call}:${fault.what}:${when}`,
    process.execPath,
    driver.file,
    action,
    root,
    kind,
  ]);
}

/** Calls that only look; the others change files, or start a program. */
const looking = [
  "openat",
  "statx",
  "newfstatat",
  "fstat",
  "access",
  "faccessat",
  "faccessat2",
  "readlink",
  "getdents64",
  "statfs",
  "read",
  "pread64",
  "close",
];

// Descriptors of the runtime itself, such as the pipes to a program it has started.
const onPipe = /^\d+ +\w+\(\d+<(?:pipe|socket|UNIX|anon_inode|\/dev\/null)/;

/** The calls of the driver's main thread from the marker on, and those of the programs it starts. */
export async function trace(
  driver: Driver,
  action: Action,
  root: string,
  kind: string,
): Promise<readonly Call[]> {
  const log = join(driver.folder, "trace");
  const calls = `trace=?${[...looking, ...changing].join(",?")}`;
  await run("strace", [
    "-f",
    "-y",
    "-o",
    log,
    "-e",
    calls,
    process.execPath,
    driver.file,
    action,
    root,
    kind,
  ]);
  const counts = new Map<string, number>();
  const found: Call[] = [];
  const programs = new Set<string>();
  let main: string | undefined;
  let begun = false;
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const [, pid = "", call = ""] = /^(\d+) +([a-z]\w*)\(/.exec(line) ?? [];
    if (call === "") continue;
    main ??= pid;
    const key = `${pid} ${call}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    if (pid === main && line.includes(marker)) begun = true;
    else if (begun && pid === main && !onPipe.test(line)) found.push({ call, nth });
    // Calls that only programs make have numbers of their own.
    else if (
      begun &&
      ["fsetxattr", "utimensat", "renameat2"].includes(call) &&
      !programs.has(`${call} ${nth}`)
    ) {
      programs.add(`${call} ${nth}`);
      found.push({ call, nth });
    }
  }
  return found;
}
