// The files of a whole tree as values, and how they get onto a disk. Not how they are written down (node-tree.ts).
import { chmodSync, lchownSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Path = string;

export interface Planted {
  readonly text?: string;
  /** Each character of the text is a byte. */
  readonly binary?: boolean;
  readonly link?: string;
  readonly folder?: boolean;
  readonly mode?: number;
  /** `root:shadow`, by the names of the tree's own passwd and group, or by number. */
  readonly owner?: string;
  readonly at?: Date;
}

/** Files are older than the processes of the trees, which start with 2026. */
export const written = new Date(Date.UTC(2025, 5, 1));

/** Name -> number, of a passwd or group file of the tree. */
export function idsOf(files: ReadonlyMap<Path, Planted>, path: Path): ReadonlyMap<string, number> {
  const lines = (files.get(path)?.text ?? "").split("\n").map((line) => line.split(":"));
  return new Map([["root", 0] as const, ...lines.map(([name = "", , id]) => [name, Number(id)] as const)]);
}

/** With every folder on the way to a file, so that a folder has its mode before a file is put in it. */
export function settled(files: ReadonlyMap<Path, Planted>): ReadonlyMap<Path, Planted> {
  const all = new Map<Path, Planted>();
  const paths = [...files.keys()].sort();
  for (const path of paths) {
    const parts = path.split("/").slice(1, -1);
    for (let length = 1; length <= parts.length; length++) {
      const parent = `/${parts.slice(0, length).join("/")}`;
      if (!all.has(parent)) all.set(parent, files.get(parent) ?? { folder: true });
    }
    all.set(path, files.get(path) ?? {});
  }
  return all;
}

/** Writes the tree under `root`; owners need root. */
export function plant(root: string, files: ReadonlyMap<Path, Planted>): void {
  const users = idsOf(files, "/etc/passwd");
  const groups = idsOf(files, "/etc/group");
  const id = (names: ReadonlyMap<string, number>, name: string) => {
    const found = /^\d+$/.test(name) ? Number(name) : names.get(name);
    if (found === undefined) throw new Error(`the tree has no ${name}`);
    return found;
  };
  const made: (readonly [string, Date])[] = [];
  for (const [path, { text, binary, link, folder, mode, owner = "root:root", at = written }] of files) {
    const full = join(root, path);
    if (link !== undefined) symlinkSync(link, full);
    else if (folder === true) mkdirSync(full, { recursive: true });
    else {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text ?? "", binary === true ? "latin1" : "utf8");
    }
    const [user = "", group = ""] = owner.split(":");
    if (owner !== "root:root" || link === undefined) lchownSync(full, id(users, user), id(groups, group));
    if (link === undefined) chmodSync(full, mode ?? (folder === true ? 0o755 : 0o644));
    made.push([full, at]);
  }
  // Last, and the innermost first: a file put into a folder changes the folder's time.
  for (const [full, at] of made.reverse()) lutimesSync(full, at, at);
}
