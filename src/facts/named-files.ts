// The files of the operating system that have a mode of their own to keep: where they lie and what they are now.
import { known } from "../core/fact.js";
import { type AccessLists, accessLists } from "./access-lists.js";
import { type FileState, fileStates } from "./file-state.js";
import { namedPaths } from "./named-paths.js";
import type { FactSource } from "./source.js";

export type NamedFile = keyof typeof namedPaths;

export interface NamedFiles {
  /** What is there of a name's files; those that are absent too. */
  of(name: NamedFile): readonly FileState[];
  readonly accessLists: AccessLists;
}

export const namedFiles: FactSource<NamedFiles> = {
  title: "owner and mode of named files under /etc, /boot and the system directories",
  waits: "program",
  async gather(host, ask) {
    const names = Object.entries(namedPaths);
    const found = await Promise.all(names.map(([, patterns]) => fileStates(host, patterns)));
    const byName = new Map(names.map(([name], index) => [name, found[index] ?? []]));
    return known({
      of: (name) => byName.get(name) ?? [],
      accessLists: await accessLists(host, ask, found.flat()),
    });
  },
};
