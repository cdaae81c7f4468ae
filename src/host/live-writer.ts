// The door for changing files on a real file system: the machine's own, or another root directory under --root.
// What may be changed is decided in locate.ts, hold-directory.ts and look-at.ts; how, in live-place.ts.
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statfsSync,
  unlinkSync,
} from "node:fs";
import { isOfAccounts, lockAccounts, nothing } from "./account-lock.js";
import { attempt, attemptLater, done, hasCode, Rule, refused, wordsOf } from "./attempt.js";
import { holdDirectory, type Trusted } from "./hold-directory.js";
import { LivePlace } from "./live-place.js";
import { locate } from "./locate.js";
import { lookAt } from "./look-at.js";
import type {
  Done,
  Located,
  Locked,
  NodeWriter,
  Place,
  Refused,
  StateFiles,
  Swept,
  Use,
} from "./node-writer.js";
import { chooser } from "./ops.js";
import { putInPlace } from "./put-in-place.js";
import { Resolver } from "./resolver.js";
import { splitPath } from "./split-path.js";
import { openState, type StateDirectory } from "./state-directory.js";
import { isTemporaryOf } from "./temporary.js";

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Where the journal and the originals lie, in every root. */
export const statePath = "/var/lib/nodeward";
const spare = 16 * 1024 * 1024;
const spareInodes = 256;

class LiveWriter implements NodeWriter {
  private opened: StateDirectory | undefined;

  constructor(
    readonly root: string,
    private readonly rootFd: number,
    private readonly trusted: Trusted,
  ) {}

  locate(path: string, use: Use): Promise<Located> {
    return attemptLater<Located>(path, async () => {
      const mountinfo = readFileSync("/proc/self/mountinfo", "utf8");
      const opsFor = chooser(this.root, mountinfo);
      const fresh = (passed: ConstructorParameters<typeof Resolver>[2]) =>
        new Resolver(openSync(`/proc/self/fd/${this.rootFd}/.`, folderFlags), opsFor, passed);
      const found = await locate(fresh, this.trusted, path, use);
      return found.state === "ok" && use !== "attributes" && this.isMountPoint(mountinfo, found.realPath)
        ? refused(path, "is mounted from elsewhere, and cannot be replaced as a file (mount --bind)")
        : found;
    });
  }

  /** proc_pid_mountinfo(5): the fifth field, with blanks and backslashes in octal. */
  private isMountPoint(mountinfo: string, realPath: string): boolean {
    const point = `${this.root === "/" ? "" : this.root}${realPath}`.replace(
      /[\t\n \\]/g,
      (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
    );
    return mountinfo.split("\n").some((line) => line.split(" ", 5)[4] === point);
  }

  open(realPath: string, use: Use): Place | Refused {
    return attempt<Place | Refused>(realPath, () => {
      const { directory, name } = splitPath(realPath);
      const fd = holdDirectory(this.rootFd, directory, this.trusted);
      try {
        const seen = lookAt(fd, name, use);
        return new LivePlace(
          realPath,
          name,
          fd,
          seen,
          (kept) => this.stateDirectory().openKept(kept),
          directory,
        );
      } catch (error) {
        closeSync(fd);
        throw error;
      }
    });
  }

  room(realPaths: readonly string[], bytes: number): Done {
    const need = 3 * bytes + spare;
    // The state directory itself: it may be a file system of its own.
    for (const directory of new Set([statePath, ...realPaths.map((path) => splitPath(path).directory)])) {
      const bad = attempt<Done>(directory, () => {
        const fd = this.nearest(directory);
        try {
          const { bavail, bsize, ffree, files } = statfsSync(`/proc/self/fd/${fd}/.`);
          if (bavail * bsize < need)
            return refused(directory, `has ${bavail * bsize} bytes to spare, and ${need} are asked for`);
          if (files > 0 && ffree < spareInodes)
            return refused(directory, `has room for only ${ffree} more files`);
          return done;
        } finally {
          closeSync(fd);
        }
      });
      if (bad.state !== "ok") return bad;
    }
    return done;
  }

  /** The directory, or the nearest one above it that is there. */
  private nearest(directory: string): number {
    try {
      return holdDirectory(this.rootFd, directory, this.trusted);
    } catch (error) {
      if (directory === "" || !hasCode(error, "ENOENT")) throw error;
      return this.nearest(splitPath(directory).directory);
    }
  }

  flagged(realPaths: readonly string[]): readonly Refused[] {
    const prefix = this.root === "/" ? "" : this.root;
    const all = [...new Set(realPaths.flatMap((path) => [path, splitPath(path).directory || "/"]))];
    const found: Refused[] = [];
    for (let start = 0; start < all.length; start += 200) {
      const paths = all.slice(start, start + 200).map((path) => `${prefix}${path}`);
      const result = spawnSync("/usr/bin/lsattr", ["-d", "--", ...paths], {
        cwd: "/",
        env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 10_000,
        encoding: "utf8",
      });
      // Not installed, or a file system without flags: the kernel refuses the change itself.
      for (const line of (result.stdout ?? "").split("\n")) {
        const [, flags = "", path = ""] = /^([-A-Za-z]+) (\/.*)$/.exec(line) ?? [];
        const [flag, option] = flags.includes("i") ? ["immutable", "i"] : ["append-only", "a"];
        if (flags.includes(option))
          found.push(refused(path.slice(prefix.length), `is ${flag}; first: chattr -${option} ${path}`));
      }
    }
    return found;
  }

  lockAccounts(realPaths: readonly string[]): Locked {
    if (!realPaths.some(isOfAccounts)) return nothing;
    return attempt<Locked>("/etc", () => {
      const etc = holdDirectory(this.rootFd, "/etc", this.trusted);
      try {
        return lockAccounts(etc, this.root === "/");
      } finally {
        closeSync(etc);
      }
    });
  }

  commit(places: readonly Place[]): Done {
    return putInPlace(places.filter((place) => place instanceof LivePlace));
  }

  sweep(realPath: string): Swept {
    const { directory, name } = splitPath(realPath);
    const removed: string[] = [];
    const left: Refused[] = [];
    try {
      const fd = holdDirectory(this.rootFd, directory, this.trusted);
      try {
        for (const found of readdirSync(`/proc/self/fd/${fd}/.`)) {
          if (!isTemporaryOf(name, found)) continue;
          const gone = attempt(`${directory}/${found}`, () => unlinkSync(`/proc/self/fd/${fd}/${found}`));
          if (gone === undefined) removed.push(`${directory}/${found}`);
          else left.push(gone);
        }
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (!hasCode(error, "ENOENT")) left.push(refused(realPath, wordsOf(error)));
    }
    return { removed, left };
  }

  private stateDirectory(): StateDirectory {
    if (this.opened !== undefined) return this.opened;
    const { directory, name } = splitPath(statePath);
    const above = this.aboveState(directory);
    try {
      this.opened = openState(above, name, statePath);
      return this.opened;
    } finally {
      closeSync(above);
    }
  }

  private aboveState(directory: string): number {
    try {
      return holdDirectory(this.rootFd, directory, this.trusted);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      const shown = `${this.root === "/" ? "" : this.root}${directory}`;
      throw new Rule(`there is no ${shown} to keep what is changed in; first: mkdir -p -m 755 ${shown}`);
    }
  }

  state(): StateFiles | Refused {
    return attempt<StateFiles | Refused>(statePath, () => this.stateDirectory());
  }
}

export type OpenedWriter = { readonly state: "ok"; readonly writer: NodeWriter } | Refused;

/** Opens the machine ("/") or another root directory for changing. `uid` is the effective user. */
export function openWriter(root: string, uid: number): OpenedWriter {
  return attempt<OpenedWriter>(root, () => {
    const real = realpathSync(root);
    if (/[^/]\/$/.test(real)) throw new Rule("is no directory");
    return { state: "ok", writer: new LiveWriter(real, openSync(real, folderFlags), new Set([0, uid])) };
  });
}
