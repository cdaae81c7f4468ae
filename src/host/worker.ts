// Another process of this very program that does one piece of work and ends, so that what it needs of memory goes with it.
// Not for the programs of the node: those are rows of probes.ts and actions.ts.
import { spawn } from "node:child_process";

export interface WorkerEnd {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not even be started. */
  readonly reason?: string;
}

export interface Worker {
  readonly ended: Promise<WorkerEnd>;
  /** Ends it and what it started. */
  kill(): void;
}

/** What one may say in all. */
const saidLimit = 64 * 1024 * 1024;

export type StartWorker = (
  words: readonly string[],
  input: string,
  /** Each line of its standard output; its standard error is ours. */
  line: (text: string) => void,
) => Worker;

/** In a process group of its own: a kill takes what it started, too. */
export function startWorker(killGroup: (group: number) => void): StartWorker {
  return ([program = "", ...args], input, line) => {
    const child = spawn(program, args, {
      cwd: "/",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const kill = () => {
      if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid);
    };
    let rest = "";
    let total = 0;
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      total += part.length;
      if (total > saidLimit) kill();
      const parts = (rest + part).split("\n");
      rest = parts.pop() ?? "";
      for (const text of parts) line(text);
    });
    // It may have ended before it read all: then its end says why.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const ended = new Promise<WorkerEnd>((resolve) => {
      child.once("error", ({ message }) => resolve({ code: null, signal: null, reason: message }));
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    return { ended, kill };
  };
}
