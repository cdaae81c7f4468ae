// One program from its start to its end: bounded in time and output, killed with all that it started. Knows no program and no
// table of them.
import { type ChildProcess, spawn } from "node:child_process";

export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeLimitMs: number;
  /** Bytes of each of its two outputs. */
  readonly outputLimit: number;
  readonly encoding: "utf8" | "latin1";
}

export type ProgramEnd =
  | { readonly state: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: "late" }
  | { readonly state: "too-much" }
  /** By a signal, or it could not be started: the name of either. */
  | { readonly state: "killed"; readonly cause: string };

/** What a stream gives, up to the limit. */
class Kept {
  private readonly parts: Buffer[] = [];
  private total = 0;

  constructor(
    private readonly limit: number,
    private readonly over: () => void,
  ) {}

  take(part: Buffer): void {
    this.total += part.length;
    if (this.total > this.limit) this.over();
    else this.parts.push(part);
  }

  text(encoding: Program["encoding"]): string {
    return Buffer.concat(this.parts).toString(encoding);
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "an unknown cause";
}

/** Starts it in a group of its own, so that what it starts can be ended with it, in `/` and without input. */
function started({ path, args, env }: Program): ChildProcess {
  return spawn(path, args, { cwd: "/", env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
}

/** Never throws: a program that cannot be started is one that ended at once. */
export function runProgram(program: Program, killGroup: (group: number) => void): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = started(program);
    } catch (error) {
      resolve({ state: "killed", cause: causeOf(error) });
      return;
    }
    let early: ProgramEnd | undefined;
    const end = (state: "late" | "too-much") => {
      if (early !== undefined) return;
      early = { state };
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const timer = setTimeout(() => end("late"), program.timeLimitMs);
    const outputs = [child.stdout, child.stderr].map((stream) => {
      const kept = new Kept(program.outputLimit, () => end("too-much"));
      stream?.on("data", (part: Buffer) => kept.take(part));
      return kept;
    });
    // Without descriptors left there is no close after it.
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve({ state: "killed", cause: causeOf(error) });
    });
    // Not when it exits: what it wrote before may still be on its way.
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      const [stdout = "", stderr = ""] = outputs.map((kept) => kept.text(program.encoding));
      resolve(
        early ??
          (code === null
            ? { state: "killed", cause: signal ?? "an unknown cause" }
            : { state: "ended", code, stdout, stderr }),
      );
    });
  });
}
