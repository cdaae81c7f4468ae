// System calls that Node has no function for, made on descriptors of ours by an interpreter: perl, which is essential on
// Debian, or python3, which dnf brings. The words are fixed; what is the node's comes as arguments.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { hasCode } from "./attempt.js";

/** The same work in both languages. */
export interface Script {
  readonly perl: string;
  readonly python: string;
}

const programs = [
  { path: "/usr/bin/perl", words: ({ perl }: Script) => ["-e", perl] },
  // Nothing of the environment, of site packages, of the working directory (python3(1)).
  { path: "/usr/bin/python3", words: ({ python }: Script) => ["-I", "-S", "-c", python] },
  { path: "/usr/libexec/platform-python", words: ({ python }: Script) => ["-I", "-S", "-c", python] },
] as const;

/** Runs a program with descriptors from 3 on; undefined where it is not installed. */
export function withDescriptors(
  path: string,
  args: readonly string[],
  descriptors: readonly number[],
  timeoutMs: number,
): SpawnSyncReturns<Buffer> | undefined {
  const ended = spawnSync(path, [...args], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["ignore", "ignore", "ignore", ...descriptors],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  return hasCode(ended.error, "ENOENT") ? undefined : ended;
}

/** Undefined where no interpreter is installed. */
export function interpret(
  script: Script,
  args: readonly string[],
  descriptors: readonly number[],
  timeoutMs: number,
): SpawnSyncReturns<Buffer> | undefined {
  for (const { path, words } of programs) {
    const ended = withDescriptors(path, [...words(script), ...args], descriptors, timeoutMs);
    if (ended !== undefined) return ended;
  }
  return undefined;
}
