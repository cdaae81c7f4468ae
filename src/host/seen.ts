// What is found under a name, and the few calls on descriptors that looking and writing share. Follows no path.
import { type BigIntStats, fstatSync, readlinkSync, readSync, writeSync } from "node:fs";
import type { Image } from "../core/plan.js";
import { Rule } from "./attempt.js";

/** What was found under the name when the place was opened. */
export interface Seen {
  readonly image: Image;
  readonly stamp: string;
  readonly stats: BigIntStats | undefined;
  /** The file or directory itself. */
  readonly fd: number | undefined;
  readonly bytes: Buffer | undefined;
}

/** What the kernel says of a file, so that any change in between shows. */
export function stampOf(stats: BigIntStats | undefined): string {
  if (stats === undefined) return "absent";
  const { dev, ino, mode, uid, gid } = stats;
  const own = `${dev}:${ino}:${mode}:${uid}:${gid}`;
  // What is in a directory may change meanwhile.
  return stats.isDirectory() ? own : `${own}:${stats.size}:${stats.nlink}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

export function readAll(fd: number, size: number): Buffer {
  const bytes = Buffer.alloc(size + 1);
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(fd, bytes, done, bytes.length - done, done);
    if (count === 0) break;
    done += count;
  }
  if (done > size) throw new Rule("it grew while it was read");
  return bytes.subarray(0, done);
}

export function writeAll(fd: number, bytes: Uint8Array, offset = 0): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
}

/** Are the bytes of the file that was seen other ones by now, under whatever name? The clock of mtime is too coarse to tell. */
export function hasOtherBytes({ fd, bytes }: Seen): boolean {
  if (fd === undefined || bytes === undefined) return false;
  const { size } = fstatSync(fd);
  return size !== bytes.length || !readAll(fd, size).equals(bytes);
}

/** Was something changed of what was seen, `now` being the same file? Names and links to it do not count. */
export function isWritten(seen: Seen, now: BigIntStats): boolean {
  const { stats } = seen;
  if (stats === undefined) return true;
  const own = ({ mode, uid, gid, size, mtimeNs }: BigIntStats) => `${mode}:${uid}:${gid}:${size}:${mtimeNs}`;
  return own(stats) !== own(now) || hasOtherBytes(seen);
}

/** Nothing under the name. */
export const nothing: Seen = {
  image: { state: "absent" },
  stamp: "absent",
  stats: undefined,
  fd: undefined,
  bytes: undefined,
};

/** A link as it stands. */
export function seenLink(stats: BigIntStats, target: string): Seen {
  const image: Image = {
    state: "symlink",
    target,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
  };
  return { image, stamp: stampOf(stats), stats, fd: undefined, bytes: undefined };
}

export function linkTarget(path: string): string {
  const target = readlinkSync(path, { encoding: "buffer" });
  const text = target.toString();
  if (!Buffer.from(text).equals(target)) throw new Rule("the target of the link is not valid UTF-8");
  return text;
}
