// TOML text -> values and the line of each key. Bounded; reads only. The grammar is smol-toml's.
import { parse, TomlError } from "smol-toml";

export type TomlText =
  | {
      readonly state: "ok";
      readonly value: Readonly<Record<string, unknown>>;
      /** Path of a key, its parts joined by NUL -> its line, from 1. */
      readonly lines: ReadonlyMap<string, number>;
    }
  | { readonly state: "error"; readonly message: string; readonly line: number };

const limit = 1024 * 1024;

/** The parts of a dotted key or table header: bare, quoted, or literal. */
function keyParts(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}

export function tomlPath(...parts: readonly string[]): string {
  return parts.join("\0");
}

/** Lines of keys by a scan of their own: the parser does not tell places. Text inside multi-line strings can mislead it. */
function lineIndex(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let table: readonly string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const header = /^\s*\[{1,2}([^\]]+)\]{1,2}\s*(?:#.*)?$/.exec(line)?.[1];
    if (header !== undefined) {
      table = keyParts(header);
      found.set(tomlPath(...table), index + 1);
      continue;
    }
    const key =
      /^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(
        line,
      )?.[1];
    if (key !== undefined) found.set(tomlPath(...table, ...keyParts(key)), index + 1);
  }
  return found;
}

/** Reads TOML 1.0 (toml.io/en/v1.0.0). */
export function parseToml(text: string): TomlText {
  if (text.length > limit) return { state: "error", message: `larger than ${limit} characters`, line: 1 };
  try {
    return { state: "ok", value: parse(text, { integersAsBigInt: "asNeeded" }), lines: lineIndex(text) };
  } catch (error) {
    if (error instanceof TomlError)
      return { state: "error", message: error.message.split("\n", 1)[0] ?? "", line: error.line };
    return { state: "error", message: "is nested too deeply", line: 1 };
  }
}

/** The value at a path of tables; undefined where a part is missing. Own keys only. */
export function tomlGet(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((current, key) => {
    if (typeof current !== "object" || current === null || Array.isArray(current)) return undefined;
    return new Map(Object.entries(current)).get(key);
  }, value);
}
