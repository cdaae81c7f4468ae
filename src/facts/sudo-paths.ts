// The programs that sudo's rules name and the directories of its secure_path, and who can put something else there.
import { known } from "../core/fact.js";
import type { Command } from "../formats/sudoers-tree.js";
import type { Host } from "../host/host.js";
import { type PathTrust, pathTrust } from "./path-trust.js";
import type { FactSource } from "./source.js";
import { sudoers } from "./sudoers.js";

export interface SudoPaths {
  /** The paths that a command stands for: itself, the files of a directory, the directory of a pattern. */
  of(command: Command): readonly PathTrust[];
  /** A directory of a secure_path. */
  directory(path: string): PathTrust | undefined;
  /** What was not looked at, because there is too much of it. */
  readonly unread: readonly string[];
}

const pathLimit = 2000;
const directoryLimit = 500;

/** The part of a path with wildcards that has none: the directory where what fits lies, or its parent. */
function fixedPart(path: string): string {
  const wild = path.search(/[*?[]/);
  if (wild === -1) return path;
  return path.slice(0, path.lastIndexOf("/", wild)) || "/";
}

async function pathsOf(host: Host, command: Command, unread: Set<string>): Promise<readonly string[]> {
  const { text } = command;
  if (command.kind !== "command" || !text.startsWith("/")) return [];
  const fixed = fixedPart(text);
  if (fixed !== text) return [fixed];
  if (!text.endsWith("/")) return [text];
  const folder = text.slice(0, -1) || "/";
  const listing = await host.list(folder);
  if (listing.state === "absent") return [folder];
  if (listing.state !== "ok") {
    unread.add(listing.reason);
    return [folder];
  }
  if (listing.entries.length > directoryLimit) unread.add(`${folder}: more than ${directoryLimit} files`);
  return [folder, ...listing.entries.slice(0, directoryLimit).map(({ name }) => `${text}${name}`)];
}

/** Absolute directories of a search path. */
export function searchPath(value: string): readonly string[] {
  return value.split(":").filter((part) => part.startsWith("/"));
}

export const sudoPaths: FactSource<SudoPaths> = {
  title: "the programs and directories that sudo's rules name (owners and modes)",
  async gather(host, ask) {
    const rules = await ask(sudoers);
    if (rules.state !== "known") return rules;
    const unread = new Set<string>();
    const seen = new Map<string, Promise<PathTrust>>();
    const look = (path: string): Promise<PathTrust> => {
      const before = seen.get(path);
      if (before !== undefined) return before;
      const made = pathTrust(host, path);
      seen.set(path, made);
      return made;
    };
    const byCommand = new Map<Command, readonly PathTrust[]>();
    for (const { item } of rules.value.grants.flatMap(({ commands }) => commands)) {
      if (byCommand.has(item)) continue;
      if (seen.size >= pathLimit) {
        unread.add(`the rules name more than ${pathLimit} programs`);
        break;
      }
      byCommand.set(item, await Promise.all((await pathsOf(host, item, unread)).map(look)));
    }
    const search = rules.value.defaults.every("secure_path").flatMap(({ value }) => searchPath(value ?? ""));
    const directories = new Map<string, PathTrust>();
    for (const path of new Set(search.slice(0, pathLimit))) directories.set(path, await look(path));
    return known({
      of: (command) => byCommand.get(command) ?? [],
      directory: (path) => directories.get(path),
      unread: [...unread],
    });
  },
};
