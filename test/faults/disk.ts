// A file system as a crash sees it: which changes were made in which order, and which of them are on the disk.
export interface Node {
  readonly id: number;
  readonly kind: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly extended: string;
  readonly bytes: Buffer;
  readonly target: string;
}

/** One change of one object: of a file or directory itself, or of the names in a directory. */
export type Change =
  | { readonly kind: "bytes"; readonly object: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "size"; readonly object: number; readonly size: number }
  | {
      readonly kind: "attributes";
      readonly object: number;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly extended: string;
    }
  /** Names set to nodes, or taken away: all of one call at once. */
  | {
      readonly kind: "names";
      readonly object: number;
      readonly names: readonly { readonly name: string; readonly node: number | undefined }[];
    }
  /** Everything of the object before this is on the disk. */
  | { readonly kind: "sync"; readonly object: number };

export interface Disk {
  readonly nodes: ReadonlyMap<number, Node>;
  /** Names by directory. */
  readonly names: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly top: number;
}

function changed(node: Node, change: Change, torn: number): Node {
  if (change.kind === "size")
    return {
      ...node,
      bytes: Buffer.concat([node.bytes, Buffer.alloc(change.size)]).subarray(0, change.size),
    };
  if (change.kind === "attributes") {
    const { mode, uid, gid, extended } = change;
    return { ...node, mode, uid, gid, extended };
  }
  if (change.kind !== "bytes") return node;
  const part = change.bytes.subarray(0, Math.floor(change.bytes.length * torn));
  const end = Math.max(node.bytes.length, change.offset + part.length);
  const bytes = Buffer.alloc(part.length === 0 ? node.bytes.length : end);
  node.bytes.copy(bytes);
  part.copy(bytes, change.offset);
  return { ...node, bytes };
}

/** The disk after some changes; `torn` says how much of a write has arrived. */
export function replay(
  disk: Disk,
  changes: readonly Change[],
  torn: (change: Change) => number = () => 1,
): Disk {
  const nodes = new Map(disk.nodes);
  const names = new Map([...disk.names].map(([id, entries]) => [id, new Map(entries)]));
  for (const change of changes) {
    if (change.kind === "names") {
      const entries = names.get(change.object) ?? new Map<string, number>();
      for (const { name, node } of change.names)
        if (node === undefined) entries.delete(name);
        else entries.set(name, node);
      names.set(change.object, entries);
      continue;
    }
    const node = nodes.get(change.object);
    if (node !== undefined) nodes.set(change.object, changed(node, change, torn(change)));
  }
  return { nodes, names, top: disk.top };
}

/** What a crash leaves: all that is on the disk for sure, and of the rest what chance has brought there. */
export function crash(disk: Disk, done: readonly Change[], next: () => number): Disk {
  const synced = new Map<number, number>();
  for (const [index, change] of done.entries()) if (change.kind === "sync") synced.set(change.object, index);
  const likely = [0, 0.5, 1][Math.floor(next() * 3)] ?? 0.5;
  const sure = (change: Change) => done.indexOf(change) < (synced.get(change.object) ?? -1);
  const arrived = done.filter((change) => change.kind !== "sync" && (sure(change) || next() < likely));
  const whole = new Set(arrived.filter(sure));
  return replay(disk, arrived, (change) => (whole.has(change) || next() < 0.7 ? 1 : next()));
}

/** Every path below the top, with its node. */
export function paths(disk: Disk): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  const visit = (id: number, path: string) => {
    const node = disk.nodes.get(id);
    if (node === undefined) return;
    found.set(path === "" ? "/" : path, node);
    for (const [name, child] of disk.names.get(id) ?? []) visit(child, `${path}/${name}`);
  };
  visit(disk.top, "");
  return found;
}
