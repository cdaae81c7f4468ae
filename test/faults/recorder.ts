// A folder of a real file system as objects with names, and every change of it in order. Is told of changes.
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Change, Node } from "./disk.js";

export class Recorder {
  readonly nodes = new Map<number, Node>();
  readonly names = new Map<number, Map<string, number>>();
  readonly changes: Change[] = [];
  private readonly byInode = new Map<number, number>();
  private readonly byDescriptor = new Map<number, number>();

  constructor(private readonly root: string) {}

  /** Looks at what is there, before anything is recorded. */
  scan(path: string, extended: (path: string) => string): number {
    const stats = fs.lstatSync(path);
    const id = this.add(stats, {
      extended: extended(path),
      bytes: stats.isFile() ? fs.readFileSync(path) : Buffer.alloc(0),
      target: stats.isSymbolicLink() ? fs.readlinkSync(path) : "",
    });
    if (stats.isDirectory())
      for (const name of fs.readdirSync(path))
        this.entries(id).set(name, this.scan(join(path, name), extended));
    return id;
  }

  private entries(directory: number): Map<string, number> {
    const found = this.names.get(directory) ?? new Map<string, number>();
    this.names.set(directory, found);
    return found;
  }

  private add(stats: fs.Stats, rest: Pick<Node, "extended" | "bytes" | "target">): number {
    const id = this.nodes.size + 1;
    const kind = stats.isDirectory() ? "directory" : stats.isSymbolicLink() ? "symlink" : "file";
    const { uid, gid } = stats;
    this.nodes.set(id, { id, kind, mode: stats.mode & 0o7777, uid, gid, ...rest });
    this.byInode.set(stats.ino, id);
    return id;
  }

  /** The directory and the name that a path stands for; through a descriptor as a rule. */
  place(path: string): { readonly directory: number; readonly name: string } | undefined {
    const parent = fs.realpathSync(dirname(path));
    if (parent !== this.root && !parent.startsWith(`${this.root}/`)) return undefined;
    const directory = this.byInode.get(fs.statSync(parent).ino);
    return directory === undefined ? undefined : { directory, name: basename(path) };
  }

  opened(fd: number, path: string, isNew: boolean): void {
    const stats = fs.fstatSync(fd);
    const known = isNew ? undefined : this.byInode.get(stats.ino);
    const at = isNew ? this.place(path) : undefined;
    if (known !== undefined) this.byDescriptor.set(fd, known);
    else if (at === undefined) this.byDescriptor.delete(fd);
    else {
      this.byDescriptor.set(fd, this.made(stats, at));
    }
  }

  made(
    stats: fs.Stats,
    { directory, name }: { readonly directory: number; readonly name: string },
    target = "",
  ): number {
    const id = this.add(stats, { extended: "", bytes: Buffer.alloc(0), target });
    this.named(directory, [{ name, node: id }]);
    return id;
  }

  named(
    object: number,
    names: readonly { readonly name: string; readonly node: number | undefined }[],
  ): void {
    this.changes.push({ kind: "names", object, names });
    for (const { name, node } of names)
      if (node === undefined) this.entries(object).delete(name);
      else this.entries(object).set(name, node);
  }

  nodeAt({ directory, name }: { readonly directory: number; readonly name: string }): number | undefined {
    return this.entries(directory).get(name);
  }

  of(fd: number, then: (object: number) => Change): void {
    const object = this.byDescriptor.get(fd);
    if (object !== undefined) this.changes.push(then(object));
  }

  /** Owner and mode as they are now. */
  attributes(object: number | undefined, stats: fs.Stats, extendedOf?: number): void {
    if (object === undefined) return;
    const { uid, gid } = stats;
    const extended =
      this.extended.get(extendedOf ?? object) ?? this.nodes.get(extendedOf ?? object)?.extended;
    this.extended.set(object, extended ?? "");
    this.changes.push({
      kind: "attributes",
      object,
      mode: stats.mode & 0o7777,
      uid,
      gid,
      extended: extended ?? "",
    });
  }

  private readonly extended = new Map<number, string>();

  objectOf(fd: number): number | undefined {
    return this.byDescriptor.get(fd);
  }
}
