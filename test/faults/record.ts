// Listens to the system calls that this process makes below a folder, and writes them down as changes of a disk.
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import type { Change, Disk } from "./disk.js";
import { Recorder } from "./recorder.js";

export interface Recording {
  readonly before: Disk;
  readonly changes: readonly Change[];
}

type Calls = Pick<
  typeof fs,
  | "openSync"
  | "writeSync"
  | "fsyncSync"
  | "ftruncateSync"
  | "fchmodSync"
  | "fchownSync"
  | "lchownSync"
  | "renameSync"
  | "linkSync"
  | "unlinkSync"
  | "rmdirSync"
  | "symlinkSync"
  | "mkdirSync"
>;

/** The calls on descriptors. */
function onDescriptors(recorder: Recorder, real: Calls): Partial<Calls> {
  return {
    openSync: (path, flags, mode) => {
      const isNew =
        typeof flags === "number" && (flags & fs.constants.O_CREAT) !== 0 && !fs.existsSync(String(path));
      const fd = real.openSync(path, flags, mode);
      recorder.opened(fd, String(path), isNew);
      return fd;
    },
    writeSync: ((fd: number, bytes: Buffer, from: number, length: number, position: number) => {
      const count = real.writeSync(fd, bytes, from, length, position);
      const part = Buffer.from(bytes.subarray(from, from + count));
      recorder.of(fd, (object) => ({ kind: "bytes", object, offset: position, bytes: part }));
      return count;
    }) as typeof fs.writeSync,
    fsyncSync: (fd) => {
      real.fsyncSync(fd);
      recorder.of(fd, (object) => ({ kind: "sync", object }));
    },
    ftruncateSync: (fd, size) => {
      real.ftruncateSync(fd, size);
      recorder.of(fd, (object) => ({ kind: "size", object, size: Number(size ?? 0) }));
    },
    fchmodSync: (fd, mode) => {
      real.fchmodSync(fd, mode);
      recorder.attributes(recorder.objectOf(fd), fs.fstatSync(fd));
    },
    fchownSync: (fd, uid, gid) => {
      real.fchownSync(fd, uid, gid);
      recorder.attributes(recorder.objectOf(fd), fs.fstatSync(fd));
    },
  };
}

/** The calls on names. */
function onNames(recorder: Recorder, real: Calls): Partial<Calls> {
  const gone = (path: fs.PathLike) => {
    const at = recorder.place(String(path));
    if (at !== undefined) recorder.named(at.directory, [{ name: at.name, node: undefined }]);
  };
  return {
    lchownSync: (path, uid, gid) => {
      real.lchownSync(path, uid, gid);
      const at = recorder.place(String(path));
      if (at !== undefined) recorder.attributes(recorder.nodeAt(at), fs.lstatSync(path));
    },
    renameSync: (from, to) => {
      const [source, target] = [recorder.place(String(from)), recorder.place(String(to))];
      real.renameSync(from, to);
      if (source === undefined || target === undefined) return;
      const node = recorder.nodeAt(source);
      const [taken, given] = [
        { name: source.name, node: undefined },
        { name: target.name, node },
      ];
      if (source.directory === target.directory) recorder.named(source.directory, [taken, given]);
      else {
        recorder.named(target.directory, [given]);
        recorder.named(source.directory, [taken]);
      }
    },
    linkSync: (from, to) => {
      real.linkSync(from, to);
      const [source, target] = [recorder.place(String(from)), recorder.place(String(to))];
      if (source !== undefined && target !== undefined)
        recorder.named(target.directory, [{ name: target.name, node: recorder.nodeAt(source) }]);
    },
    unlinkSync: (path) => {
      real.unlinkSync(path);
      gone(path);
    },
    rmdirSync: ((path: fs.PathLike) => {
      real.rmdirSync(path);
      gone(path);
    }) as typeof fs.rmdirSync,
    symlinkSync: (target, path) => {
      real.symlinkSync(target, path);
      const at = recorder.place(String(path));
      if (at !== undefined) recorder.made(fs.lstatSync(path), at, String(target));
    },
    mkdirSync: ((path: fs.PathLike, options?: fs.MakeDirectoryOptions) => {
      real.mkdirSync(path, options);
      const at = recorder.place(String(path));
      if (at !== undefined) recorder.made(fs.statSync(path), at);
      return undefined;
    }) as typeof fs.mkdirSync,
  };
}

/** cp(1), the one program that changes files for us: owner, mode and the rest from one descriptor to another. */
function copied(recorder: Recorder, args: readonly string[], descriptors: readonly number[]): void {
  const [first = -1, ...rest] = descriptors;
  if (!args.some((arg) => arg.startsWith("--target-directory"))) {
    const to = rest[0] ?? -1;
    recorder.attributes(recorder.objectOf(to), fs.fstatSync(to), recorder.objectOf(first));
    return;
  }
  const folder = fs.readlinkSync(`/proc/self/fd/${first}`);
  for (const [index, from] of rest.entries()) {
    const path = join(folder, String(index + 4));
    const at = recorder.place(path);
    if (at === undefined) continue;
    const object = recorder.made(fs.statSync(path), at);
    recorder.attributes(object, fs.statSync(path), recorder.objectOf(from));
  }
}

/** An interpreter that exchanges pairs of names: words of five, with the descriptor as the program knows it. */
function exchanged(recorder: Recorder, words: readonly string[], descriptors: readonly number[]): void {
  for (let at = 0; at < words.length; at += 5) {
    const [fd, fresh = "", name = ""] = words.slice(at, at + 3);
    const folder = fs.readlinkSync(`/proc/self/fd/${descriptors[Number(fd) - 3]}`);
    const [one, other] = [recorder.place(join(folder, fresh)), recorder.place(join(folder, name))];
    if (one === undefined || other === undefined) continue;
    recorder.named(one.directory, [
      { name: fresh, node: recorder.nodeAt(other) },
      { name, node: recorder.nodeAt(one) },
    ]);
  }
}

function onPrograms(recorder: Recorder, real: typeof childProcess.spawnSync): typeof childProcess.spawnSync {
  const spawnSync = (program: string, args: readonly string[], options: childProcess.SpawnSyncOptions) => {
    const result = real(program, [...args], options);
    const stdio = Array.isArray(options.stdio) ? options.stdio : [];
    const descriptors = stdio.slice(3).filter((one): one is number => typeof one === "number");
    if (program.endsWith("/cp") && result.status === 0) copied(recorder, args, descriptors);
    if (program.endsWith("/perl") && args.length > 3 && result.status === 0)
      exchanged(recorder, args.slice(3), descriptors);
    return result;
  };
  return spawnSync as typeof childProcess.spawnSync;
}

/** Runs `work` and writes down every change below `root`. `extended` names what a path has beside owner and mode. */
export async function record(
  root: string,
  extended: (path: string) => string,
  work: () => Promise<void>,
): Promise<Recording> {
  const recorder = new Recorder(root);
  const top = recorder.scan(root, extended);
  const names = new Map([...recorder.names].map(([id, entries]) => [id, new Map(entries)]));
  const real = { ...fs };
  const { spawnSync } = childProcess;
  const heard = { ...onDescriptors(recorder, real), ...onNames(recorder, real) };
  Object.assign(fs, heard);
  childProcess.spawnSync = onPrograms(recorder, spawnSync);
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const name of Object.keys(heard)) Object.assign(fs, { [name]: Reflect.get(real, name) });
    childProcess.spawnSync = spawnSync;
    syncBuiltinESMExports();
  }
  return { before: { nodes: recorder.nodes, names, top }, changes: recorder.changes };
}
