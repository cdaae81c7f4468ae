// The second part of the built program, compiled when a command first needs it, so that help and mistyped command lines
// start fast. Part of what build.ts bundles; not used from source.
import { readFileSync } from "node:fs";
import { Script } from "node:vm";

/** What build.ts wraps around the first part: its own file, and require as that file has it. */
declare const nodewardFile: string;
declare const nodewardRequire: NodeJS.Require;

/** The last line of the file is a comment: this, the id of the rest, a space, and the rest as one function in ASCII. */
// Put together here, so that the mark is not found in this line of the program.
export const restMark = ["", "//nodeward-rest "].join("\n");
const idLength = 64;

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
  const bytes = readFileSync(program);
  const start = bytes.indexOf(restMark, 0, "latin1") + restMark.length;
  const end = start + idLength;
  return { id: bytes.toString("latin1", start, end), source: bytes.toString("latin1", end + 1) };
}

type Modules = Readonly<Record<string, () => unknown>>;

function compile(shared: Readonly<Record<string, unknown>>): Modules {
  const { id, source } = restOf(nodewardFile);
  const cachedData = cached(id);
  const script = new Script(source, {
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
