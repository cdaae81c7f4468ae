// What node runs of the built program: compiles its parts when they are first needed, with what V8 made of them at build
// time, so that help and mistyped command lines start fast. Holds nothing of the program itself.
import { Script } from "node:vm";
import { cachedPart, type PartName, partOf, unpacked } from "./parts.js";

/** What build.ts wraps around: this very file, require as that file has it, and the function that all of it stands in. */
declare const nodewardFile: string;
declare const nodewardRequire: NodeJS.Require;
declare const nodeward: () => void;

// Node has read the file; the text of a function has its comments.
const text = nodeward.toString();

function load(name: PartName, given: unknown): unknown {
  const part = partOf(text, name);
  const cached = cachedPart(nodewardFile, name, part.id);
  const filename = `nodeward-${name}`;
  const script =
    cached === undefined
      ? new Script(unpacked(part.packed), { filename })
      : new Script(cached.source, { filename, cachedData: cached.code });
  const module: { exports: unknown } = { exports: undefined };
  script.runInThisContext()(nodewardRequire, module, given);
  return module.exports;
}

load("first", load);
