// One name in a held directory of the real file system: looked at, staged beside, put in place. Knows no plan.
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import type { Image } from "../core/plan.js";
import { attempt, done, hasCode, Rule, refused, wordsOf } from "./attempt.js";
import { carryKept, dress, type OpenKept, verify } from "./dress.js";
import type { Attributes, Done, NewFile, Place, Refused } from "./node-writer.js";
import { putInPlace, type Staged, takeAway, type Waiting } from "./put-in-place.js";
import { hasOtherBytes, readAll, type Seen, stampOf, writeAll } from "./seen.js";
import { temporaryName } from "./temporary.js";

const create = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export class LivePlace implements Place, Staged {
  readonly image: Image;
  private temporary: string | undefined;
  private isReplaced = false;

  constructor(
    readonly realPath: string,
    private readonly name: string,
    readonly directory: number,
    readonly seen: Seen,
    private readonly openKept: OpenKept,
    private readonly shownDirectory: string,
  ) {
    this.image = seen.image;
  }

  private at(name: string): string {
    return `/proc/self/fd/${this.directory}/${name}`;
  }

  try(work: () => void): Done {
    return attempt(this.realPath, () => {
      work();
      return done;
    });
  }

  get staged(): string | undefined {
    return this.temporary === undefined ? undefined : `${this.shownDirectory}/${this.temporary}`;
  }

  read(): { readonly state: "ok"; readonly bytes: Buffer } | Refused {
    const { bytes } = this.seen;
    return bytes === undefined
      ? refused(this.realPath, "was not opened for its content")
      : { state: "ok", bytes };
  }

  private check(): void {
    const now = lstatSync(this.at(this.name), { bigint: true, throwIfNoEntry: false });
    if (stampOf(now) !== this.seen.stamp) throw new Rule("was changed by somebody else meanwhile");
  }

  unchanged(): Done {
    return this.try(() => this.check());
  }

  stage(file: NewFile): Done {
    return this.try(() => {
      this.discard();
      const name = temporaryName(this.name);
      const fd = openSync(this.at(name), create, 0o600);
      this.temporary = name;
      try {
        writeAll(fd, file.bytes);
        dress(fd, file, this.seen, this.openKept);
        const stats = fstatSync(fd);
        const same = createHash("sha256").update(readAll(fd, file.bytes.length)).digest("hex");
        if (same !== createHash("sha256").update(file.bytes).digest("hex"))
          throw new Rule("what was written is not what is read again");
        verify(stats, file);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  stageLink(target: string, { uid, gid }: Pick<Attributes, "uid" | "gid">): Done {
    return this.try(() => {
      this.discard();
      const name = temporaryName(this.name);
      symlinkSync(target, this.at(name));
      this.temporary = name;
      lchownSync(this.at(name), uid, gid);
    });
  }

  /** The staged file and what it is to replace; undefined where there is nothing to replace. */
  get waiting(): Waiting | undefined {
    if (this.temporary === undefined || this.image.state === "absent") return undefined;
    const { directory, name, temporary, seen } = this;
    const inode = lstatSync(this.at(temporary), { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
    return { directory, name, temporary, inode, seen };
  }

  mayReplace(): void {
    this.check();
    if (this.image.state === "directory") throw new Rule("is a directory");
  }

  /** The staged file has taken the place of the old one. */
  replaced(): void {
    this.temporary = undefined;
    this.isReplaced = true;
  }

  commit(): Done {
    return putInPlace([this]);
  }

  late(): Buffer | undefined {
    const { fd } = this.seen;
    if (!this.isReplaced || fd === undefined || !hasOtherBytes(this.seen)) return undefined;
    return readAll(fd, fstatSync(fd).size);
  }

  /** A hard link, where the file system has them, never takes the place of what appeared meanwhile (link(2) EEXIST). */
  placeNew(): Done {
    return this.try(() => {
      const { temporary } = this;
      if (temporary === undefined) throw new Rule("nothing was laid beside it");
      this.check();
      try {
        linkSync(this.at(temporary), this.at(this.name));
      } catch (error) {
        if (!hasCode(error, "EPERM", "ENOTSUP")) throw error;
        renameSync(this.at(temporary), this.at(this.name));
        this.temporary = undefined;
      }
      this.discard();
    });
  }

  remove(): Done {
    return this.try(() => {
      this.check();
      if (this.image.state === "absent") return;
      if (this.image.state === "directory") rmdirSync(this.at(this.name));
      else {
        const { directory, name, seen } = this;
        takeAway({ directory, name, seen, temporary: temporaryName(name) });
      }
    });
  }

  makeDirectory(attributes: Attributes): Done {
    return this.try(() => {
      this.check();
      mkdirSync(this.at(this.name), 0o700);
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      const fd = openSync(this.at(this.name), flags);
      try {
        fchownSync(fd, attributes.uid, attributes.gid);
        fchmodSync(fd, attributes.mode);
        verify(fstatSync(fd), attributes);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  setAttributes(attributes: Attributes, kept?: { readonly name: string; readonly back: boolean }): Done {
    return this.try(() => {
      const { fd } = this.seen;
      if (fd === undefined) throw new Rule("is gone");
      this.check();
      const { mode, uid, gid } = fstatSync(fd);
      const newOwner = uid !== attributes.uid || gid !== attributes.gid;
      // In between nobody may do what neither the old nor the new mode allows.
      if (newOwner) fchmodSync(fd, mode & attributes.mode & 0o777);
      if (newOwner) fchownSync(fd, attributes.uid, attributes.gid);
      if (kept !== undefined && (newOwner || kept.back))
        carryKept(this.openKept, kept.name, fd, kept.back ? "as-it-was" : "xattr");
      if ((fstatSync(fd).mode & 0o7777) !== attributes.mode) fchmodSync(fd, attributes.mode);
      verify(fstatSync(fd), attributes);
      const now = lstatSync(this.at(this.name), { bigint: true, throwIfNoEntry: false });
      if (now?.ino !== this.seen.stats?.ino) throw new Rule("was replaced by somebody else meanwhile");
      fsyncSync(fd);
    });
  }

  sync(): Done {
    return this.try(() => fsyncSync(this.directory));
  }

  private discard(): void {
    if (this.temporary === undefined) return;
    const path = this.at(this.temporary);
    this.temporary = undefined;
    try {
      unlinkSync(path);
    } catch (error) {
      // It took the place of another when that was put back.
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  close(): Done {
    const problems: string[] = [];
    const tidy = (work: () => void) => {
      try {
        work();
      } catch (error) {
        problems.push(wordsOf(error));
      }
    };
    const left = this.staged;
    tidy(() => this.discard());
    tidy(() => {
      if (this.seen.fd !== undefined) closeSync(this.seen.fd);
    });
    tidy(() => closeSync(this.directory));
    return problems[0] === undefined
      ? done
      : refused(left ?? this.realPath, `could not be tidied up: ${problems[0]}`);
  }
}
