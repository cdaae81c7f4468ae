// Everything that can be told of a tree of files: bytes, owner, mode, times, access lists, extended attributes. For
// comparing before and after.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export interface TreeOptions {
  /** Paths below the root that are left out. */
  readonly except?: readonly string[];
  readonly times?: boolean;
}

/** One line a path. */
export function treeState(root: string, { except = [], times = true }: TreeOptions = {}): readonly string[] {
  const paths: string[] = [];
  const visit = (path: string) => {
    if (except.includes(path)) return;
    paths.push(path);
    if (!lstatSync(join(root, path)).isDirectory()) return;
    for (const name of readdirSync(join(root, path)).sort()) visit(`${path === "/" ? "" : path}/${name}`);
  };
  visit("/");
  return paths.map((path) => {
    const stats = lstatSync(join(root, path));
    const content = stats.isSymbolicLink()
      ? readlinkSync(join(root, path))
      : stats.isFile()
        ? createHash("sha256")
            .update(readFileSync(join(root, path)))
            .digest("hex")
            .slice(0, 16)
        : "";
    const time = times && stats.isFile() ? ` ${stats.mtimeMs}` : "";
    return `${path} ${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${content}${time}`;
  });
}

/** Access lists and capabilities of some folders below a root, by the programs that know them. */
export function extendedState(root: string, folders: readonly string[] = ["etc", "usr"]): string {
  const there = folders.filter((folder) => existsSync(join(root, folder)));
  if (there.length === 0) return "";
  const run = (program: string, ...options: readonly string[]) =>
    execFileSync(program, [...options, ...there], { cwd: root, encoding: "utf8" });
  return `${run("getfacl", "-R", "-P", "-s", "-n")}\n${run("getcap", "-r")}`;
}
