// Programs of the test machine: started without a shell, with a time limit, never left behind. Not what runs in a bed.
import { type ChildProcess, spawn } from "node:child_process";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True where the time limit ended it. */
  readonly timedOut: boolean;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Long enough for a slow program in an emulated machine on a busy host. */
export const usualLimitMs = 600_000;

/** The words that make the kernel end a program when this process ends, however it ends (prctl(2) PR_SET_PDEATHSIG). */
export const tied: readonly string[] = ["setpriv", "--pdeathsig", "KILL", "--"];

/** Runs a program to its end. A code it did not choose itself is 128 and the signal, as a shell tells it; here always 137. */
export function runProgram(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = [...tied, ...argv];
    const child = spawn(program ?? "", args, {
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, options.timeoutMs ?? usualLimitMs);
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (bytes: Buffer) => chunks[name].push(bytes));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(chunks.stdout).toString();
      const stderr = Buffer.concat(chunks.stderr).toString();
      resolve({ code: code ?? 137, stdout, stderr, timedOut });
    });
  });
}

/** Waits until `ready` answers something, looking every `everyMs`; throws with `what` when the time is up. */
export async function until<T>(
  what: string,
  limitMs: number,
  ready: () => Promise<T | undefined> | T | undefined,
  everyMs = 50,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await ready();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await pause(everyMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ends a program and waits until the kernel has taken it away. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
