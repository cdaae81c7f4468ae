// One writer at a time: flock(2) on a file, which Node has no call for. flock(1) locks our own open file; the lock is
// ours until the descriptor is closed, by a kill too, and no child gets it.
import { spawnSync } from "node:child_process";
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { attempt, refused } from "./attempt.js";
import type { Locked } from "./node-writer.js";

const program = "/usr/bin/flock";
/** flock(1): the exit code when the lock is somebody else's. */
const taken = 1;

/** `holder` says who we are to whoever comes second. */
export function lockFile(path: string, shown: string, holder: string): Locked {
  return attempt<Locked>(shown, () => {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const result = spawnSync(program, ["--nonblock", "3"], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "ignore", "ignore", fd],
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    if (result.status === 0) {
      const line = Buffer.from(`${holder}\n`);
      ftruncateSync(fd, 0);
      writeSync(fd, line, 0, line.length, 0);
      fsyncSync(fd);
      return { state: "ok", release: () => void attempt(shown, () => closeSync(fd)) };
    }
    const by = readFileSync(fd, "utf8").split("\n", 1)[0] ?? "";
    closeSync(fd);
    if (result.status === taken) return { state: "held", by: by === "" ? "another run" : by };
    return refused(
      shown,
      `${program} could not lock it (${result.error?.message ?? result.signal ?? result.status})`,
    );
  });
}
