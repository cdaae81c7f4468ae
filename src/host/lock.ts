// One writer at a time: flock(2) on a file, which Node has no call for. flock(1) locks our own open file; the lock is
// ours until the descriptor is closed, by a kill too, and no child gets it.
import { spawnSync } from "node:child_process";
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { attempt, refused } from "./attempt.js";
import type { Locked } from "./node-writer.js";

const program = "/usr/bin/flock";
/** flock(1): the exit code when the lock is somebody else's. */
const taken = 1;

/** How the name of a holder begins that only looks and keeps what it saw: it lets go within seconds, and is waited for. */
export const briefHolder = "a look of ";
const briefSeconds = 60;

function holderOf(fd: number): string {
  const buffer = Buffer.alloc(512);
  return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, 0)).split("\n", 1)[0] ?? "";
}

function flock(fd: number, ...how: readonly string[]) {
  return spawnSync(program, [...how, "3"], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["ignore", "ignore", "ignore", fd],
    timeout: (briefSeconds + 10) * 1000,
    killSignal: "SIGKILL",
  });
}

/** `holder` says who we are to whoever comes second. */
export function lockFile(path: string, shown: string, holder: string): Locked {
  return attempt<Locked>(shown, () => {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    let result = flock(fd, "--nonblock");
    if (result.status === taken && holderOf(fd).startsWith(briefHolder))
      result = flock(fd, "--wait", String(briefSeconds));
    if (result.status === 0) {
      const line = Buffer.from(`${holder}\n`);
      ftruncateSync(fd, 0);
      writeSync(fd, line, 0, line.length, 0);
      fsyncSync(fd);
      return { state: "ok", release: () => void attempt(shown, () => closeSync(fd)) };
    }
    const by = holderOf(fd);
    closeSync(fd);
    if (result.status === taken) return { state: "held", by: by === "" ? "another run" : by };
    return refused(
      shown,
      `${program} could not lock it (${result.error?.message ?? result.signal ?? result.status})`,
    );
  });
}
