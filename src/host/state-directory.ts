// The state directory on the real file system, held by descriptor: 0700, files 0600, every write on the disk before it
// counts. Knows no journal and no object.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { attempt, done, hasCode, Rule, refused, wordsOf } from "./attempt.js";
import { carryAll } from "./carry.js";
import { LivePlace } from "./live-place.js";
import { lockFile } from "./lock.js";
import type { Done, Place, StateBytes, StateFiles } from "./node-writer.js";
import { readAll, writeAll } from "./seen.js";
import { splitPath } from "./split-path.js";
import { temporaryName } from "./temporary.js";

const create = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** A pipe would have to be waited for (open(2)). */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Files whose attributes are kept by one start of cp(1). */
const keptAtOnce = 100;
/** Nothing that is kept here comes near it. */
const readLimit = 256 * 1024 * 1024;

function syncFolder(path: string): void {
  const fd = openSync(path, folderFlags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export class StateDirectory implements StateFiles {
  constructor(
    readonly path: string,
    private readonly directory: number,
  ) {}

  private at(name: string): string {
    return `/proc/self/fd/${this.directory}/${name === "" ? "." : name}`;
  }

  private try(name: string, work: () => void): Done {
    return attempt(`${this.path}/${name}`, () => {
      work();
      return done;
    });
  }

  read(name: string): StateBytes {
    return attempt<StateBytes>(`${this.path}/${name}`, () => {
      try {
        const fd = openSync(this.at(name), readFlags);
        try {
          const stats = fstatSync(fd);
          if (!stats.isFile()) throw new Rule("is not a regular file");
          if (stats.size > readLimit) throw new Rule("is larger than anything that is kept here");
          return { state: "ok", bytes: readAll(fd, stats.size) };
        } finally {
          closeSync(fd);
        }
      } catch (error) {
        if (hasCode(error, "ENOENT")) return { state: "absent" };
        throw error;
      }
    });
  }

  /** For the attributes that a file of it keeps; the caller closes it. */
  openKept(name: string): number {
    return openSync(this.at(name), constants.O_RDONLY | constants.O_NOFOLLOW);
  }

  list(folder: string): readonly string[] {
    try {
      return readdirSync(this.at(folder)).sort();
    } catch {
      return [];
    }
  }

  private makeFolder(folder: string): void {
    const parts = folder.split("/").filter((part) => part !== "");
    for (const length of parts.keys()) {
      const here = parts.slice(0, length + 1).join("/");
      try {
        mkdirSync(this.at(here), 0o700);
        syncFolder(this.at(parts.slice(0, length).join("/")));
      } catch (error) {
        if (!hasCode(error, "EEXIST")) throw error;
      }
    }
  }

  put(name: string, bytes: Uint8Array): Done {
    const { directory, name: base } = splitPath(name);
    return this.putAll(directory, [{ name: base, bytes }]);
  }

  putAll(folder: string, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Done {
    if (files.length === 0) return done;
    return this.try(join(folder, files[0]?.name ?? ""), () => {
      this.makeFolder(folder);
      for (const { name, bytes } of files) this.place(folder === "" ? "" : `${folder}/`, name, bytes);
      syncFolder(this.at(folder));
    });
  }

  private place(prefix: string, name: string, bytes: Uint8Array): void {
    const temporary = this.at(`${prefix}${temporaryName(name)}`);
    const fd = openSync(temporary, create, 0o600);
    try {
      try {
        writeAll(fd, bytes);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, this.at(`${prefix}${name}`));
    } catch (error) {
      unlinkSync(temporary);
      throw error;
    }
  }

  extend(name: string, offset: number, bytes: Uint8Array): Done {
    return this.try(name, () => {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
      const fd = openSync(this.at(name), flags, 0o600);
      try {
        const { size } = fstatSync(fd);
        if (size < offset) throw new Rule("is shorter than it was");
        try {
          if (size > offset) ftruncateSync(fd, offset);
          writeAll(fd, bytes, offset);
          fsyncSync(fd);
        } catch (error) {
          ftruncateSync(fd, offset);
          throw error;
        }
      } finally {
        closeSync(fd);
      }
      if (offset === 0) syncFolder(this.at(splitPath(name).directory));
    });
  }

  rename(from: string, to: string): Done {
    return this.try(from, () => {
      renameSync(this.at(from), this.at(to));
      syncFolder(this.at(splitPath(to).directory));
    });
  }

  remove(name: string): Done {
    return this.try(name, () => {
      try {
        if (lstatSync(this.at(name)).isDirectory()) rmdirSync(this.at(name));
        else unlinkSync(this.at(name));
      } catch (error) {
        if (!hasCode(error, "ENOENT")) throw error;
      }
    });
  }

  keep(places: readonly { readonly place: Place; readonly name: string }[]): Done {
    for (let start = 0; start < places.length; start += keptAtOnce) {
      const kept = this.keepSome(places.slice(start, start + keptAtOnce));
      if (kept.state !== "ok") return kept;
    }
    return done;
  }

  private keepSome(places: readonly { readonly place: Place; readonly name: string }[]): Done {
    const folder = splitPath(places[0]?.name ?? "").directory;
    return this.try(folder, () => {
      const from = places.map(({ place }) => {
        const fd = place instanceof LivePlace ? place.seen.fd : undefined;
        if (fd === undefined) throw new Rule(`${place.realPath} has no attributes to keep`);
        return fd;
      });
      this.makeFolder(`${folder}/new`);
      const into = openSync(this.at(`${folder}/new`), folderFlags);
      try {
        for (const name of readdirSync(this.at(`${folder}/new`)))
          unlinkSync(this.at(`${folder}/new/${name}`));
        for (const [index, made] of carryAll(from, into).entries()) {
          const fd = openSync(`/proc/self/fd/${into}/${made}`, constants.O_RDONLY | constants.O_NOFOLLOW);
          try {
            fsyncSync(fd);
          } finally {
            closeSync(fd);
          }
          renameSync(`/proc/self/fd/${into}/${made}`, this.at(places[index]?.name ?? ""));
        }
      } finally {
        closeSync(into);
      }
      syncFolder(this.at(folder));
    });
  }

  lock(holder: string, name = "lock") {
    return lockFile(this.at(name), `${this.path}/${name}`, holder);
  }
}

/** Opens the state directory below `above`, a held directory, and makes it where it is missing. */
export function openState(above: number, name: string, path: string): StateDirectory {
  try {
    mkdirSync(`/proc/self/fd/${above}/${name}`, 0o700);
    fsyncSync(above);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  const fd = openSync(`/proc/self/fd/${above}/${name}`, folderFlags);
  try {
    if ((fstatSync(fd).mode & 0o777) !== 0o700) fchmodSync(fd, 0o700);
    return new StateDirectory(path, fd);
  } catch (error) {
    closeSync(fd);
    throw new Rule(refused(path, wordsOf(error)).reason);
  }
}
