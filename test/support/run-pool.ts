// Hands test files one by one to processes that run them, and gathers what these report. Finds and shows nothing.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ms: number;
  /** Processor seconds, with those of the programs it started. */
  readonly cpu: number;
  readonly output: string;
}

const script = fileURLToPath(new URL("run-batch.ts", import.meta.url));
const top = fileURLToPath(new URL("../..", import.meta.url));

/** What hangs for longer is ended, and its programs with it. */
const limitMs = 25 * 60_000;

const running = new Set<ChildProcess>();

/** Ends every process, as on an interruption: what they have started is tied to them. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** One process, until nothing is left to hand out; answers the file that it did not come back from. */
function runSome(
  next: () => string | undefined,
  done: (outcome: Outcome) => void,
): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const child = fork(script, [], {
      cwd: top,
      execArgv: ["--import", "tsx"],
      env: { ...process.env, NO_COLOR: "1" },
      silent: true,
    });
    running.add(child);
    let rest = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (bytes: Buffer) => {
        rest = `${rest}${bytes}`.slice(-100_000);
      });
    let file: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const hand = () => {
      clearTimeout(timer);
      file = next();
      timer = setTimeout(() => {
        rest += `\nended by force after ${limitMs / 60_000} minutes`;
        child.kill("SIGKILL");
      }, limitMs);
      child.send(file ?? "end");
    };
    child.on("message", (said: Outcome | "ready") => {
      if (said !== "ready") done(said);
      hand();
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      clearTimeout(timer);
      const none = { passed: 0, failed: 1, skipped: 0, ms: 0, cpu: 0 };
      if (file !== undefined)
        return resolve({ file, ...none, output: `ended with ${code ?? signal}\n${rest}` });
      if (rest !== "") console.log(rest);
      resolve(undefined);
    });
  });
}

/**
 * Runs the files in their order, `width` at a time: whichever process is free takes the next. A file whose process ends
 * before it reported counts as failed, and another process goes on after it.
 */
export async function runFiles(files: readonly string[], width: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let at = 0;
  const next = () => files[at++];
  const keepOn = async () => {
    while (at < files.length) {
      const lost = await runSome(next, (outcome) => outcomes.push(outcome));
      if (lost !== undefined) outcomes.push(lost);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, files.length)) }, keepOn));
  return outcomes;
}
