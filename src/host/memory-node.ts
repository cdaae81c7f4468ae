// One file of a host made of values: what it is and what stat(2) says of it. Not where it lies (memory.ts).
import type { FileKind, FileStat } from "./host.js";

export interface MemoryNode {
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly kind?: FileKind;
  /** The target of a symbolic link. */
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtimeMs?: number;
  readonly nlink?: number;
  readonly dev?: number;
  readonly ino?: number;
  /** Access lists and extended attributes, in one word: carried along, never looked at. */
  readonly extended?: string;
  /** What happens to who reads it. */
  readonly error?: "denied" | "failed";
}

export function kindOfNode(node: MemoryNode): FileKind {
  return node.kind ?? (node.link === undefined ? "file" : "symlink");
}

export function bytesOf(node: MemoryNode): Buffer {
  return node.bytes === undefined ? Buffer.from(node.text ?? "") : Buffer.from(node.bytes);
}

/** What stat(2) would say of a node; what it does not tell is as of a new file of root. */
export function statOf(path: string, node: MemoryNode): FileStat {
  const kind = kindOfNode(node);
  return {
    realPath: path,
    kind,
    mode: node.mode ?? (kind === "directory" ? 0o755 : kind === "symlink" ? 0o777 : 0o644),
    uid: node.uid ?? 0,
    gid: node.gid ?? 0,
    size: kind === "file" ? bytesOf(node).length : 0,
    nlink: node.nlink ?? 1,
    dev: node.dev ?? 1,
    ino: node.ino ?? 1,
    mtimeMs: node.mtimeMs ?? 0,
    ctimeMs: node.mtimeMs ?? 0,
  };
}
