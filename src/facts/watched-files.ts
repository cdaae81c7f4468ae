// The watched files as they are now: hash, mode, owner. What has not changed since the last look is not read again.
import type { Host, StatResult } from "../host/host.js";
import { globbed } from "./path-glob.js";
import { type WatchedGlob, watchedGlobs } from "./watched-paths.js";

/** What the last look knew of a file, to tell without reading that it is the same. */
export interface KnownFile {
  readonly stamp: string;
  readonly sha256: string;
}

export type WatchedFile =
  | {
      readonly state: "ok";
      readonly path: string;
      readonly kind: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      /** The target of a symbolic link: the link itself is watched, and what it leads to where that is watched too. */
      readonly target?: string;
      /** Empty where only the attributes are watched, and for what is no regular file. */
      readonly sha256: string;
      /** Size, inode, mtime and ctime: the same stamp, the same bytes. */
      readonly stamp: string;
      readonly ctimeMs: number;
      /** The text where it was read now, and is small. */
      readonly text?: string;
    }
  | { readonly state: "unread"; readonly path: string; readonly reason: string };

export interface WatchedFiles {
  readonly files: readonly WatchedFile[];
  /** Folders that could not be listed: files may be missing. */
  readonly unread: readonly string[];
}

const depthLimit = 8;
const fileLimit = 20_000;
/** Larger files are hashed without being kept, and are shown by their hash alone. */
const textLimit = 128 * 1024;

async function below(host: Host, folder: string, unread: string[], depth = 0): Promise<readonly string[]> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return [];
  if (listing.state !== "ok") {
    unread.push(listing.reason);
    return [];
  }
  for (const name of listing.undecodable) unread.push(`${folder}/${name}: the name is not valid UTF-8`);
  const parts = await Promise.all(
    listing.entries.map(async ({ name, kind }) => {
      const path = `${folder}/${name}`;
      if (kind !== "directory") return [path];
      if (depth >= depthLimit) {
        unread.push(`${path}: more than ${depthLimit} folders deep`);
        return [];
      }
      return await below(host, path, unread, depth + 1);
    }),
  );
  return parts.flat();
}

async function pathsOf(host: Host, { glob }: WatchedGlob, unread: string[]): Promise<readonly string[]> {
  if (glob.endsWith("/**")) return await below(host, glob.slice(0, -3), unread);
  // Dot files too: a drop-in that a program passes over today it may read tomorrow under another name.
  const found = await globbed(host, glob, true);
  unread.push(...found.unread);
  return found.paths;
}

type Stat = Extract<StatResult, { state: "ok" }>;

function stampOf({ size, ino, mtimeMs, ctimeMs }: Stat): string {
  return `${size}:${ino}:${mtimeMs}:${ctimeMs}`;
}

type Content = { readonly sha256: string; readonly text?: string } | { readonly reason: string };

async function contentOf(host: Host, path: string, size: number): Promise<Content> {
  if (size > textLimit) {
    const digest = await host.digest(path, "sha256");
    return digest.state === "ok" ? { sha256: digest.hex } : { reason: digest.reason };
  }
  const read = await host.read(path);
  return read.state === "ok" ? { sha256: read.sha256, text: read.text } : { reason: read.reason };
}

async function look(
  host: Host,
  path: string,
  what: WatchedGlob["what"],
  before: KnownFile | undefined,
): Promise<WatchedFile | undefined> {
  const stat = await host.lstat(path);
  if (stat.state === "absent") return undefined;
  if (stat.state !== "ok") return { state: "unread", path, reason: stat.reason };
  const { kind, mode, uid, gid, ctimeMs } = stat;
  const file = {
    state: "ok" as const,
    path,
    kind,
    mode,
    uid,
    gid,
    ctimeMs,
    sha256: "",
    stamp: stampOf(stat),
  };
  if (kind === "symlink") {
    const link = await host.readlink(path);
    return link.state === "ok"
      ? { ...file, target: link.target }
      : { state: "unread", path, reason: link.reason };
  }
  if (kind !== "file" || what === "attributes") return file;
  if (before?.stamp === file.stamp) return { ...file, sha256: before.sha256 };
  const content = await contentOf(host, path, stat.size);
  return "reason" in content ? { state: "unread", path, reason: content.reason } : { ...file, ...content };
}

/** Looks at every watched file, and at `more` (paths that only the node's configuration tells, such as authorized_keys). */
export async function watchFiles(
  host: Host,
  known: ReadonlyMap<string, KnownFile>,
  more: readonly string[] = [],
): Promise<WatchedFiles> {
  const unread: string[] = [];
  const wanted = new Map<string, WatchedGlob["what"]>();
  const found = await Promise.all(
    watchedGlobs.map(async (one) => ({ what: one.what, paths: await pathsOf(host, one, unread) })),
  );
  for (const { what, paths } of found)
    for (const path of paths) if (wanted.get(path) !== "content") wanted.set(path, what);
  for (const path of more) wanted.set(path, "content");
  if (wanted.size > fileLimit) unread.push(`more than ${fileLimit} watched files: the rest is not looked at`);
  const files = await Promise.all(
    [...wanted].slice(0, fileLimit).map(([path, what]) => look(host, path, what, known.get(path))),
  );
  return { files: files.filter((file) => file !== undefined), unread };
}
