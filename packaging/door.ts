// The door of each part of the built program to the modules of the others, which are compiled when one of them is first
// needed. Part of what bundle.ts puts together; not used from source.
import type { PartName } from "./parts.js";

/** The modules that a part gives to the others, by their paths. */
type Modules = Readonly<Record<string, () => unknown>>;

/** What the loader gives the first part: makes the modules of a part, which come to those of the others by `moduleOf`. */
declare const nodewardPart: (name: PartName, door: typeof moduleOf) => Modules;

export const dataName = "shipped data";

const loaded: Modules[] = [];
const later: PartName[] = ["audit", "rest"];

/** Gives the other parts what the first has. */
export function offer(modules: Modules): void {
  loaded.push(modules);
}

/** The shipped data as host/data.ts asks for it. */
export function nodewardData(): unknown {
  return moduleOf(dataName);
}

/** A module, of the first part that has it. */
export function moduleOf(name: string): unknown {
  for (;;) {
    const load = loaded.find((modules) => Object.hasOwn(modules, name))?.[name];
    if (load !== undefined) return load();
    const part = later.shift();
    if (part === undefined) throw new Error(`the program has no part ${name}`);
    loaded.push(nodewardPart(part, moduleOf));
  }
}
