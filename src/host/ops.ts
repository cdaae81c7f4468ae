// The few system calls the rooted host makes, in two manners: at once where the file system is local, with a time
// limit where it can hang. Knows descriptors, not paths of the node.
import * as fs from "node:fs";
import { promisify } from "node:util";
import { listLimit, timeLimitMs } from "./limits.js";
import { patience } from "./patience.js";
import type { Later } from "./settle.js";

/** `target` is always a path through /proc/self/fd or an absolute path of the machine itself. */
export interface Ops {
  open(target: string, flags: number): Later<number>;
  fstat(fd: number): Later<fs.Stats>;
  lstat(target: string): Later<fs.Stats>;
  read(fd: number, buffer: Uint8Array, offset: number, length: number): Later<number>;
  close(fd: number): Later<void>;
  readlink(target: string): Later<Buffer>;
  entries(target: string): Later<readonly RawEntry[]>;
}

export interface RawEntry {
  readonly name: Buffer;
  readonly dirent: Pick<fs.Dirent, "isFile" | "isDirectory" | "isSymbolicLink" | "isFIFO" | "isSocket"> &
    Pick<fs.Dirent, "isBlockDevice" | "isCharacterDevice">;
}

/** Thrown inside the host only, and turned into a `failed` value there. */
export class TooMany extends Error {}
export class TimedOut extends Error {}

function collect(found: RawEntry[], dirent: fs.Dirent): void {
  if (found.length >= listLimit) throw new TooMany(`more than ${listLimit} entries`);
  // With the encoding "buffer" the name is a Buffer; @types/node 20 still says string.
  const name: unknown = dirent.name;
  found.push({ name: Buffer.isBuffer(name) ? name : Buffer.from(String(name)), dirent });
}

const direct: Ops = {
  open: (target, flags) => fs.openSync(target, flags),
  fstat: (fd) => fs.fstatSync(fd),
  lstat: (target) => fs.lstatSync(target),
  read: (fd, buffer, offset, length) => fs.readSync(fd, buffer, offset, length, null),
  close: (fd) => fs.closeSync(fd),
  readlink: (target) => fs.readlinkSync(target, { encoding: "buffer" }),
  entries: (target) => {
    const dir = fs.opendirSync(target, { encoding: bufferEncoding, bufferSize: 256 });
    try {
      const found: RawEntry[] = [];
      for (let one = dir.readSync(); one !== null; one = dir.readSync()) collect(found, one);
      return found;
    } finally {
      dir.closeSync();
    }
  },
};

// fs.opendir takes "buffer" (nodejs.org/api/fs.html#fsopendirpath-options-callback); its type names text encodings only.
const bufferEncoding = "buffer" as BufferEncoding;

const open = promisify(fs.open);
const fstat: (fd: number) => Promise<fs.Stats> = promisify(fs.fstat);
const close = promisify(fs.close);

async function limited<T>(work: Promise<T>): Promise<T> {
  let calledOff = () => {};
  const limit = new Promise<never>((_, reject) => {
    calledOff = patience(timeLimitMs, () => reject(new TimedOut(`no answer within ${timeLimitMs / 1000} s`)));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    calledOff();
  }
}

function readOnce(fd: number, buffer: Uint8Array, offset: number, length: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, offset, length, null, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

async function entriesOnce(target: string): Promise<readonly RawEntry[]> {
  const dir = await fs.promises.opendir(target, { encoding: bufferEncoding, bufferSize: 256 });
  const found: RawEntry[] = [];
  for await (const one of dir) collect(found, one);
  return found;
}

const guarded: Ops = {
  open: (target, flags) => limited(open(target, flags)),
  fstat: (fd) => limited(fstat(fd)),
  lstat: (target) => limited(fs.promises.lstat(target)),
  read: (fd, buffer, offset, length) => limited(readOnce(fd, buffer, offset, length)),
  close: (fd) => limited(close(fd)),
  readlink: (target) => limited(fs.promises.readlink(target, { encoding: "buffer" })),
  entries: (target) => limited(entriesOnce(target)),
};

/** Opening and looking never waits there, reading can. */
const guardedReads: Ops = { ...direct, read: guarded.read };

/** Does reading wait, so that something else can come between? */
export function readsLater(ops: Ops): boolean {
  return ops !== direct;
}

export function isGuarded(ops: Ops): boolean {
  return ops === guarded;
}

// Types that wait for another machine or a user-space process, and so can wait for ever.
const canHang =
  /^(?:nfs4?|cifs|smb3|smbfs|ceph|fuse|fuse\..*|fuseblk|9p|virtiofs|afs|glusterfs|lustre|gfs2|ocfs2|autofs|beegfs|orangefs|pvfs2|davfs)$/;

// The kernel takes the memory lock of the process for these; a process stuck in the kernel can hold it (proc(5)).
const needsMemoryLock = /^\/proc\/\d+\/(?:cmdline|environ|maps|smaps)$/;

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Chooses the manner for a path inside `root`, from this process's mount table (proc_pid_mountinfo(5)). */
export function chooser(root: string, mountinfo: string): (path: string) => Ops {
  const prefix = root === "/" ? "" : root;
  const hanging = mountinfo
    .split("\n")
    .map((line) => line.split(" "))
    .filter((fields) => canHang.test(fields[fields.indexOf("-") + 1] ?? ""))
    .map((fields) => unescapeOctal(fields[4] ?? "/"))
    .flatMap((point) => {
      if (point === root || point === "/" || `${root}/`.startsWith(`${point}/`)) return [""];
      return point.startsWith(`${prefix}/`) ? [point.slice(prefix.length)] : [];
    });
  return (path) => {
    if (needsMemoryLock.test(path)) return guardedReads;
    return hanging.some((point) => path === point || path.startsWith(`${point}/`)) ? guarded : direct;
  };
}
