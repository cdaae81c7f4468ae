// The second part of the built program, compiled when a command first needs it, so that help and mistyped command lines
// start fast. Part of what build.ts bundles; not used from source.
import { readFileSync } from "node:fs";
import { Script } from "node:vm";

/** What build.ts wraps around the first part: its own file, and require as that file has it. */
declare const nodewardFile: string;
declare const nodewardRequire: NodeJS.Require;

/** The line of the file that holds the rest begins with this. */
export const restMark = "\n//nodeward-rest ";
/** Stands for the line feeds of the rest, which is one line. */
export const lineFeed = "\u0001";

export const dataName = "shipped data";

/** Which program a code cache belongs to: V8 itself compares no more than lengths and flags. */
export function cacheHeader(id: string): string {
  return `${id} ${process.version} ${process.arch}\n`;
}

/** `nodeward.js` -> `nodeward.cache`: what V8 compiled at build time. The program works without it. */
export function cacheFile(program: string): string {
  return program.replace(/(\.[cm]?js)?$/, ".cache");
}

function cached(id: string): Buffer | undefined {
  try {
    const bytes = readFileSync(cacheFile(nodewardFile));
    const header = Buffer.from(cacheHeader(id));
    return bytes.subarray(0, header.length).equals(header) ? bytes.subarray(header.length) : undefined;
  } catch {
    return undefined;
  }
}

/** The rest of a built program, and its id. */
export function restOf(program: string): { readonly id: string; readonly source: string } {
  const text = readFileSync(program, "latin1");
  const start = text.lastIndexOf(restMark) + restMark.length;
  const id = text.slice(start, text.indexOf(" ", start));
  return { id, source: text.slice(start + id.length + 1).replaceAll(lineFeed, "\n") };
}

type Modules = Readonly<Record<string, () => unknown>>;

function compile(shared: Readonly<Record<string, unknown>>): Modules {
  const { id, source } = restOf(nodewardFile);
  const cachedData = cached(id);
  const script = new Script(`(function(require,module,nodewardShared){${source}\n})`, {
    filename: "nodeward",
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module: { exports: Modules } = { exports: {} };
  script.runInThisContext()(nodewardRequire, module, shared);
  return module.exports;
}

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
  modules ??= compile(shared);
  const load = modules[name];
  if (load === undefined) throw new Error(`the program has no part ${name}`);
  return load();
}
