// What everyone may ask of the machine, as types. No way to change it: that is host/writer.ts.
import type { ProbeName } from "./probes.js";

/** Why a path could not be used. `absent` covers dangling links; `reason` always names the path. */
export type Missing =
  | { readonly state: "absent"; readonly path: string; readonly reason: string }
  | { readonly state: "denied"; readonly path: string; readonly reason: string }
  | { readonly state: "failed"; readonly path: string; readonly reason: string };

export type FileKind = "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character";

export interface FileStat {
  /** The path with every symbolic link resolved, inside the root. */
  readonly realPath: string;
  readonly kind: FileKind;
  /** Permission bits, set-id and sticky included (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly nlink: number;
  readonly dev: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export interface ReadOk extends FileStat {
  readonly state: "ok";
  readonly path: string;
  /** The whole content. Not valid UTF-8: one character a byte (latin1), so that no byte is lost. */
  readonly text: string;
  readonly encoding: "utf8" | "latin1";
  /** SHA-256 of the bytes, hexadecimal; computed when first asked for. */
  readonly sha256: string;
}
export type Read = ReadOk | Missing;

export interface ReadOptions {
  /** Bytes; a larger file is `failed`, never cut. */
  readonly limit?: number;
}

export interface Entry {
  readonly name: string;
  readonly kind: FileKind | "unknown";
}
export type Listing =
  | {
      readonly state: "ok";
      readonly path: string;
      readonly realPath: string;
      /** In byte order of their names. */
      readonly entries: readonly Entry[];
      /** Names that are not valid UTF-8, escaped: they cannot be asked for by path. */
      readonly undecodable: readonly string[];
    }
  | Missing;

export type StatResult = ({ readonly state: "ok"; readonly path: string } & FileStat) | Missing;
export type LinkResult = { readonly state: "ok"; readonly path: string; readonly target: string } | Missing;

/** Where every symbolic link of one directory points, without following any. */
export type LinksResult =
  | {
      readonly state: "ok";
      readonly path: string;
      /** Name of the link -> its target. */
      readonly targets: ReadonlyMap<string, string>;
      /** Links that could not be read (gone meanwhile do not count), and why the first of them. */
      readonly unread: number;
      readonly reason: string;
    }
  | Missing;

/** md5 only compares with what dpkg recorded; it proves no origin. */
export type DigestAlgorithm = "sha256" | "sha512" | "md5";
export interface DigestOptions {
  /** The digest that an earlier run took of the very same file will do, where there is one (known-digests.ts). */
  readonly recorded?: boolean;
}
export type DigestResult = { readonly state: "ok"; readonly path: string; readonly hex: string } | Missing;

export type RunResult =
  | { readonly state: "ok"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** The program is not installed, or none may be started (--root). */
  | { readonly state: "absent"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string };

/** A request without credentials to this node itself: loopback or an address of its own. */
export interface HttpProbe {
  readonly scheme: "http" | "https";
  readonly address: string;
  readonly port: number;
  readonly path: string;
}
export type HttpResult =
  | {
      readonly state: "answered";
      readonly status: number;
      readonly body: string;
      readonly tls: TlsSeen | null;
    }
  /** Nothing listens there: the connection was refused. */
  | { readonly state: "refused"; readonly reason: string }
  /** Not tried: no socket is opened under --root, or the address is not this node's. */
  | { readonly state: "absent"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string };

export interface TlsSeen {
  readonly protocol: string;
  readonly cipher: string;
  readonly subject: string;
  readonly issuer: string;
  /** RFC 3339. */
  readonly validTo: string;
}

/** A file or directory that a walk came by. */
export interface WalkSeen {
  readonly kind: "file" | "directory";
  /** Permission bits, set-id and sticky included (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface WalkEntry extends WalkSeen {
  /** A name that is not valid UTF-8 is escaped. */
  readonly path: string;
  /** False where it is: the path cannot be asked for. */
  readonly exact: boolean;
}

export interface WalkStart {
  readonly path: string;
  /** Parts of one file system have device numbers of their own (btrfs): they are entered. */
  readonly crossDevices: boolean;
}

export interface WalkRequest {
  readonly starts: readonly WalkStart[];
  /** Absolute paths that are neither looked at nor entered. */
  readonly prune: ReadonlySet<string>;
  /** The groups an entry belongs to; none for what is of no interest. */
  sort(seen: WalkSeen): readonly string[];
  readonly limits: WalkLimits;
}

export interface WalkLimits {
  readonly entries: number;
  readonly milliseconds: number;
  readonly depth: number;
  /** Entries kept of one group; all are counted. */
  readonly keep: number;
}

export interface WalkGroup {
  readonly count: number;
  readonly entries: readonly WalkEntry[];
}

export interface WalkResult {
  /** Files, directories and links passed. */
  readonly seen: number;
  readonly milliseconds: number;
  readonly groups: ReadonlyMap<string, WalkGroup>;
  /** The first of what could not be looked at. */
  readonly unread: readonly Missing[];
  readonly unreadCount: number;
  /** Directories of other file systems that were met and not entered, beside those to be pruned. */
  readonly crossed: readonly string[];
  /** The limits that ended it, in words: what lies behind them was not seen. */
  readonly cut: readonly string[];
}

export interface Host {
  /** True on the running machine; false under --root, where no program is started and no socket opened. */
  readonly live: boolean;
  readonly root: string;
  /** Milliseconds since the epoch when the host was opened: one clock for every judgement of a run. */
  readonly now: number;
  read(path: string, options?: ReadOptions): Promise<Read>;
  /**
   * Hands a file too large to keep to `take`, part by part. A part is only valid until `take` returns; nothing is
   * remembered. The limit is that of a digest unless told.
   */
  scan(path: string, take: (part: Uint8Array) => void, options?: ReadOptions): Promise<StatResult>;
  list(dir: string): Promise<Listing>;
  stat(path: string): Promise<StatResult>;
  /** As stat, but of a symbolic link itself. */
  lstat(path: string): Promise<StatResult>;
  readlink(path: string): Promise<LinkResult>;
  /** As readlink for each link of a directory, for directories with thousands of them (/proc/PID/fd). */
  readlinks(dir: string): Promise<LinksResult>;
  digest(path: string, algorithm: DigestAlgorithm, options?: DigestOptions): Promise<DigestResult>;
  /** Looks at every file below some directories, on their file systems only and never through a symbolic link. */
  walk(request: WalkRequest): Promise<WalkResult>;
  run(probe: ProbeName, ...args: readonly string[]): Promise<RunResult>;
  http(probe: HttpProbe): Promise<HttpResult>;
  /** Gives back descriptors; the host is not used afterwards. */
  close(): Promise<void>;
}
