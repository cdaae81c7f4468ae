// What depmod(8) writes under /lib/modules/RELEASE: modules.dep, modules.builtin, modules.alias. Text -> maps; read only.
import type { Source } from "../core/source.js";

export interface ModuleFile {
  /** With `_` for `-`, as the kernel names it. */
  readonly name: string;
  /** Below /lib/modules/RELEASE, or absolute. */
  readonly path: string;
}

/** A module's name from its file's: up to the first dot, `-` made `_` (path_to_modname of kmod). */
export function moduleName(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.indexOf(".");
  return (dot < 0 ? base : base.slice(0, dot)).replaceAll("-", "_");
}

interface Line {
  readonly text: string;
  readonly source: () => Source;
}

function* linesOf(file: string, text: string): Generator<Line> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const raw = text.slice(start, end);
    const span = { start, end };
    const line = ++number;
    yield { text: raw, source: () => ({ file, line, span, text: raw }) };
    start = end + 1;
  }
}

/** modules.dep(5): `path: path path …`. Lines without a colon are none. */
export function parseModulesDep(text: string): ReadonlyMap<string, ModuleFile> {
  const found = new Map<string, ModuleFile>();
  for (const { text: line } of linesOf("", text)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const path = line.slice(0, colon);
    const name = moduleName(path);
    found.set(name, { name, path });
  }
  return found;
}

/** Starts of the lines of `text` in which `word` stands before a blank or the end of the line. */
function* linesWith(text: string, word: string): Generator<string> {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const after = text[at + word.length];
    if (after !== undefined && after !== " " && after !== "\n") continue;
    const end = text.indexOf("\n", at);
    yield text.slice(text.lastIndexOf("\n", at) + 1, end < 0 ? undefined : end);
  }
}

/**
 * modules.dep: names of the modules that cannot be loaded without the one at `path`, the indirect ones included. The
 * file is long and asked for few: only lines that name the path are looked at.
 */
export function modulesThatNeed(text: string, path: string): readonly string[] {
  return [...linesWith(text, ` ${path}`)].map((line) => moduleName(line.slice(0, line.indexOf(":"))));
}

/** modules.builtin: a path a line, for what is compiled into the kernel. */
export function parseModulesBuiltin(file: string, text: string): ReadonlyMap<string, Source> {
  const found = new Map<string, Source>();
  for (const line of linesOf(file, text))
    if (line.text !== "") found.set(moduleName(line.text), line.source());
  return found;
}

/** modules.alias: the aliases of one module. */
export function parseModulesAlias(text: string, module: string): readonly string[] {
  return [...linesWith(text, ` ${module}`)]
    .filter((line) => line.startsWith("alias ") && line.endsWith(` ${module}`))
    .map((line) => line.slice("alias ".length, -module.length - 1));
}
