// What node runs of the built program: compiles its parts when they are first needed, with what V8 made of them at build
// time, so that help and mistyped command lines start fast. Holds nothing of the program itself.
import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { cachedPart, type PartName, partOf } from "./parts.js";

/** What build.ts wraps around: this very file, and require as that file has it. */
declare const nodewardFile: string;
declare const nodewardRequire: NodeJS.Require;

const bytes = readFileSync(nodewardFile);

function load(name: PartName, shared: unknown): unknown {
  const { id, source } = partOf(bytes, name);
  const cachedData = cachedPart(nodewardFile, name, id);
  const script = new Script(source, {
    filename: `nodeward-${name}`,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module: { exports: unknown } = { exports: undefined };
  script.runInThisContext()(nodewardRequire, module, shared);
  return module.exports;
}

load("first", (shared: unknown) => load("rest", shared));
