// The door of the first part of the built program to its second, which is compiled when a command first needs it. Part of
// what build.ts bundles; not used from source.

/** What the loader gives the first part: makes the modules of the rest, with those that both share. */
declare const nodewardShared: (shared: unknown) => Modules;

export const dataName = "shipped data";

type Modules = Readonly<Record<string, () => unknown>>;

const shared: Record<string, unknown> = {};
let modules: Modules | undefined;

/** Gives the rest the same module that the first part has. */
export function share(name: string, value: unknown): void {
  shared[name] = value;
}

/** The shipped data as host/data.ts asks for it. */
export function nodewardData(): unknown {
  return rest(dataName);
}

/** A module of the rest. */
export function rest(name: string): unknown {
  modules ??= nodewardShared(shared);
  const load = modules[name];
  if (load === undefined) throw new Error(`the program has no part ${name}`);
  return load();
}
