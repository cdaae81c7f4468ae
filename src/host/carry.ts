// Owner, mode, ACL, extended attributes (SELinux label, file capabilities) and times from one file to another: Node has
// no calls for them, cp(1) has. Between descriptors, so that no name is looked up twice.
import { spawnSync } from "node:child_process";
import { Rule } from "./attempt.js";

const program = "/usr/bin/cp";
const timeLimit = 20_000;
/** Descriptors handed to one cp; far below the limit of open files. */
const atOnce = 100;

/**
 * `for-new-bytes`: all but the times. `as-it-was`: with the times. `xattr`: the extended attributes alone.
 * Named one by one: of `all`, cp forgives extended attributes and labels that it cannot set (cp(1) --preserve).
 */
export type Carried = "for-new-bytes" | "as-it-was" | "xattr";

const preserved: Readonly<Record<Carried, string>> = {
  "for-new-bytes": "mode,ownership,xattr",
  "as-it-was": "mode,ownership,timestamps,xattr",
  xattr: "xattr",
};

function cp(args: readonly string[], descriptors: readonly number[]): void {
  const result = spawnSync(program, ["--attributes-only", ...args], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe", ...descriptors],
    timeout: timeLimit,
    killSignal: "SIGKILL",
    encoding: "utf8",
  });
  if (result.error !== undefined) throw result.error;
  if (result.status === 0 && result.stderr === "") return;
  const said = result.stderr.trim().split("\n", 1)[0] ?? "";
  const end = result.signal === null ? "" : ` (ended by ${result.signal})`;
  throw new Rule(`its owner, mode and extended attributes could not be carried over${end}: ${said}`);
}

export function carry(from: number, to: number, what: Carried): void {
  cp([`--preserve=${preserved[what]}`, "--", "/proc/self/fd/3", "/proc/self/fd/4"], [from, to]);
}

/** Empty files with all attributes of `from`, in the directory `into`, named by the numbers given back. */
export function carryAll(from: readonly number[], into: number): readonly string[] {
  if (from.length > atOnce) throw new Rule("too many files at once");
  const names = from.map((_, index) => String(index + 4));
  cp(
    [
      `--preserve=${preserved["as-it-was"]}`,
      "--target-directory=/proc/self/fd/3",
      "--",
      ...names.map((name) => `/proc/self/fd/${name}`),
    ],
    [into, ...from],
  );
  return names;
}
