// The state directory as values, for tests. Touches no disk.
import { done, refused } from "./attempt.js";
import type { MemoryNode } from "./memory-node.js";
import type { Done, Locked, Place, StateBytes, StateFiles } from "./node-writer.js";

export class MemoryState implements StateFiles {
  readonly path = "/var/lib/nodeward";
  readonly files = new Map<string, Buffer>();
  /** Kept attributes, by name. */
  readonly kept = new Map<string, MemoryNode>();
  private readonly holders = new Map<string, string>();

  constructor(private readonly nodeAt: (realPath: string) => MemoryNode | undefined) {}

  read(name: string): StateBytes {
    const bytes = this.files.get(name);
    return bytes === undefined ? { state: "absent" } : { state: "ok", bytes };
  }

  list(folder: string): readonly string[] {
    const prefix = folder === "" ? "" : `${folder}/`;
    const inside = [...this.files.keys(), ...this.kept.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length).split("/", 1)[0] ?? "");
    return [...new Set(inside)].sort();
  }

  put(name: string, bytes: Uint8Array): Done {
    this.files.set(name, Buffer.from(bytes));
    return done;
  }

  putAll(folder: string, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Done {
    for (const { name, bytes } of files) this.put(`${folder}/${name}`, bytes);
    return done;
  }

  extend(name: string, offset: number, bytes: Uint8Array): Done {
    const before = this.files.get(name) ?? Buffer.alloc(0);
    if (before.length < offset) return refused(`${this.path}/${name}`, "is shorter than it was");
    this.files.set(name, Buffer.concat([before.subarray(0, offset), bytes]));
    return done;
  }

  rename(from: string, to: string): Done {
    const bytes = this.files.get(from);
    if (bytes === undefined) return refused(`${this.path}/${from}`, "is gone");
    this.files.delete(from);
    this.files.set(to, bytes);
    return done;
  }

  remove(name: string): Done {
    this.files.delete(name);
    this.kept.delete(name);
    return done;
  }

  keep(places: readonly { readonly place: Place; readonly name: string }[]): Done {
    for (const { place, name } of places) {
      const node = this.nodeAt(place.realPath);
      if (node === undefined) return refused(place.realPath, "has no attributes to keep");
      this.kept.set(name, node);
    }
    return done;
  }

  lock(holder: string, name = "lock"): Locked {
    const by = this.holders.get(name);
    if (by !== undefined) return { state: "held", by };
    this.holders.set(name, holder);
    return { state: "ok", release: () => void this.holders.delete(name) };
  }
}
