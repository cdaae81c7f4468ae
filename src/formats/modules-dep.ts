// What depmod(8) writes under /lib/modules/RELEASE: modules.dep, modules.builtin, modules.alias. Text -> maps; read only.
import type { Source } from "../core/source.js";

export interface ModuleFile {
  /** With `_` for `-`, as the kernel names it. */
  readonly name: string;
  /** Below /lib/modules/RELEASE, or absolute. */
  readonly path: string;
  /** Names of all modules that have to be loaded before it, the indirect ones included. */
  readonly needs: readonly string[];
  readonly source: Source;
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

/** Thousands of lines are read for the names of a few: the rest of a line is looked at when it is asked for. */
class DepLine implements ModuleFile {
  private known: readonly string[] | undefined;

  constructor(
    readonly name: string,
    readonly path: string,
    private readonly line: Line,
  ) {}

  get needs(): readonly string[] {
    this.known ??= this.line.text
      .slice(this.path.length + 1)
      .split(" ")
      .filter((path) => path !== "")
      .map(moduleName);
    return this.known;
  }

  get source(): Source {
    return this.line.source();
  }
}

/** modules.dep(5): `path: path path …`. Lines without a colon are none. */
export function parseModulesDep(file: string, text: string): ReadonlyMap<string, ModuleFile> {
  const found = new Map<string, ModuleFile>();
  for (const line of linesOf(file, text)) {
    const colon = line.text.indexOf(":");
    if (colon <= 0) continue;
    const path = line.text.slice(0, colon);
    const name = moduleName(path);
    found.set(name, new DepLine(name, path, line));
  }
  return found;
}

/** modules.builtin: a path a line, for what is compiled into the kernel. */
export function parseModulesBuiltin(file: string, text: string): ReadonlyMap<string, Source> {
  const found = new Map<string, Source>();
  for (const line of linesOf(file, text))
    if (line.text !== "") found.set(moduleName(line.text), line.source());
  return found;
}

/** modules.alias: the aliases of one module. The file is long and asked for few: only lines that end in it are looked at. */
export function parseModulesAlias(text: string, module: string): readonly string[] {
  const found: string[] = [];
  const end = ` ${module}\n`;
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  for (let at = whole.indexOf(end); at >= 0; at = whole.indexOf(end, at + 1)) {
    const line = whole.slice(whole.lastIndexOf("\n", at) + 1, at);
    if (line.startsWith("alias ")) found.push(line.slice("alias ".length));
  }
  return found;
}
