// A node of values that can be changed: for tests of repairs. What it is after a change is a host again.
import { createHash } from "node:crypto";
import type { Image } from "../core/plan.js";
import { done, refused } from "./attempt.js";
import type { Host } from "./host.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "./memory.js";
import { bytesOf, kindOfNode, type MemoryNode, statOf } from "./memory-node.js";
import { MemoryState } from "./memory-state.js";
import type {
  Attributes,
  Done,
  Located,
  Locked,
  NewFile,
  NodeWriter,
  Place,
  Refused,
  Swept,
  Use,
} from "./node-writer.js";
import { splitPath } from "./split-path.js";
import { isTemporaryOf, temporaryName } from "./temporary.js";

function imageOf(path: string, node: MemoryNode | undefined, use: Use): Image | undefined {
  if (node === undefined) return { state: "absent" };
  const { mode, uid, gid, size } = statOf(path, node);
  const kind = kindOfNode(node);
  if (kind === "symlink") return { state: "symlink", target: node.link ?? "", uid, gid };
  if (kind === "directory") return { state: "directory", mode, uid, gid };
  if (kind !== "file") return undefined;
  const sha256 = use === "attributes" ? "" : createHash("sha256").update(bytesOf(node)).digest("hex");
  return { state: "file", sha256, size, mode, uid, gid };
}

class MemoryPlace implements Place {
  readonly image: Image;
  staged: string | undefined;

  constructor(
    readonly realPath: string,
    private readonly nodes: Map<string, MemoryNode>,
    private readonly files: MemoryState,
    image: Image,
    private readonly node: MemoryNode | undefined,
  ) {
    this.image = image;
  }

  read(): { readonly state: "ok"; readonly bytes: Buffer } | Refused {
    return this.node === undefined || this.image.state !== "file"
      ? refused(this.realPath, "is gone")
      : { state: "ok", bytes: bytesOf(this.node) };
  }

  unchanged(): Done {
    return this.nodes.get(this.realPath) === this.node
      ? done
      : refused(this.realPath, "was changed by somebody else meanwhile");
  }

  private lay(node: MemoryNode): Done {
    const { directory, name } = splitPath(this.realPath);
    this.close();
    this.staged = `${directory}/${temporaryName(name)}`;
    this.nodes.set(this.staged, node);
    return done;
  }

  stage({ bytes, mode, uid, gid, like }: NewFile): Done {
    const kept = typeof like === "object" ? this.files.kept.get(like.kept) : undefined;
    if (typeof like === "object" && kept === undefined)
      return refused(this.realPath, `${like.kept} is missing`);
    const old = like === "place" ? this.node : kept;
    const { text: _text, bytes: _bytes, mtimeMs, ...rest } = old ?? {};
    const times = kept === undefined || mtimeMs === undefined ? {} : { mtimeMs };
    return this.lay({ ...rest, ...times, bytes, mode, uid, gid });
  }

  stageLink(target: string, owner: Pick<Attributes, "uid" | "gid">): Done {
    return this.lay({ link: target, ...owner });
  }

  commit(): Done {
    const node = this.staged === undefined ? undefined : this.nodes.get(this.staged);
    if (node === undefined) return refused(this.realPath, "nothing was laid beside it");
    const same = this.unchanged();
    if (same.state !== "ok") return same;
    this.nodes.set(this.realPath, node);
    return this.close();
  }

  late(): undefined {
    return undefined;
  }

  remove(): Done {
    const same = this.unchanged();
    if (same.state !== "ok") return same;
    if ([...this.nodes.keys()].some((path) => path.startsWith(`${this.realPath}/`)))
      return { ...refused(this.realPath, "the directory is not empty"), code: "ENOTEMPTY" };
    this.nodes.delete(this.realPath);
    return done;
  }

  makeDirectory(attributes: Attributes): Done {
    const { mode, uid, gid } = attributes;
    this.nodes.set(this.realPath, { kind: "directory", mode, uid, gid });
    return done;
  }

  setAttributes({ mode, uid, gid }: Attributes): Done {
    const same = this.unchanged();
    if (same.state !== "ok") return same;
    if (this.node === undefined) return refused(this.realPath, "is gone");
    this.nodes.set(this.realPath, { ...this.node, mode, uid, gid });
    return done;
  }

  sync(): Done {
    return done;
  }

  close(): Done {
    if (this.staged !== undefined) this.nodes.delete(this.staged);
    this.staged = undefined;
    return done;
  }
}

export class MemoryWriter implements NodeWriter {
  readonly nodes: Map<string, MemoryNode>;
  readonly files: MemoryState;

  constructor(
    files: MemoryFiles,
    readonly root = "/",
  ) {
    this.nodes = new Map(
      Object.entries(files).map(([path, value]) => [
        path,
        typeof value === "string" ? { text: value } : value,
      ]),
    );
    for (const path of [...this.nodes.keys()]) this.plantAbove(path);
    this.files = new MemoryState((path) => this.nodes.get(path));
  }

  private plantAbove(path: string): void {
    for (let { directory } = splitPath(path); directory !== ""; directory = splitPath(directory).directory)
      if (!this.nodes.has(directory)) this.nodes.set(directory, { kind: "directory" });
  }

  /** The node as it is now. */
  host(options: MemoryOptions = {}): Host {
    return memoryHost(Object.fromEntries(this.nodes), options);
  }

  async locate(path: string, use: Use): Promise<Located> {
    const { directory, name } = splitPath(path);
    const host = this.host();
    const above = await host.stat(directory === "" ? "/" : directory);
    if (above.state === "absent") return { state: "no-directory", path: directory };
    if (above.state !== "ok") return { state: "refused", path, reason: above.reason };
    const realPath = `${above.realPath === "/" ? "" : above.realPath}/${name}`;
    if (use === "name" || this.nodes.get(realPath)?.link === undefined) return { state: "ok", realPath };
    const target = await host.stat(realPath);
    return target.state === "ok"
      ? { state: "ok", realPath: target.realPath }
      : refused(path, "is a symbolic link that leads nowhere");
  }

  open(realPath: string, use: Use): Place | Refused {
    const { directory } = splitPath(realPath);
    if (directory !== "" && !this.nodes.has(directory))
      return { ...refused(realPath, "is gone"), code: "ENOENT" };
    const node = this.nodes.get(realPath);
    if ((node?.nlink ?? 1) > 1) return refused(realPath, "has more hard links");
    if (node?.error !== undefined) return refused(realPath, "cannot be read");
    const image = imageOf(realPath, node, use);
    if (image === undefined) return refused(realPath, "is not a regular file");
    return new MemoryPlace(realPath, this.nodes, this.files, image, node);
  }

  room(): Done {
    return done;
  }

  flagged(): readonly Refused[] {
    return [];
  }

  lockAccounts(): Locked {
    return { state: "ok", release: () => {} };
  }

  commit(places: readonly Place[]): Done {
    for (const place of places) {
      const made = place.commit();
      if (made.state !== "ok") return made;
    }
    return done;
  }

  sweep(realPath: string): Swept {
    const { directory, name } = splitPath(realPath);
    const removed = [...this.nodes.keys()].filter(
      (path) => splitPath(path).directory === directory && isTemporaryOf(name, splitPath(path).name),
    );
    for (const path of removed) this.nodes.delete(path);
    return { removed, left: [] };
  }

  state(): MemoryState {
    return this.files;
  }
}
