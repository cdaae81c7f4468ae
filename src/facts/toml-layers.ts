// The TOML files of a container runtime as layers: each read once, with the line of every value. Not how one layer
// changes another: each runtime has rules of its own for that.
import { place, type Source, wholeFile } from "../core/source.js";
import { parseToml, type TomlText, tomlGet, tomlPath } from "../formats/toml.js";
import type { Host, ReadOk } from "../host/host.js";

export interface TomlLayer {
  readonly read: ReadOk;
  readonly toml: Extract<TomlText, { state: "ok" }>;
}

export interface RuntimeSetting {
  readonly value: unknown;
  readonly source: Source;
}

/** Why a runtime would not start. */
export interface StartProblem {
  readonly message: string;
  readonly source: Source;
}

/** What was found of a set of files. */
export interface Gathered {
  readonly layers: TomlLayer[];
  readonly problems: StartProblem[];
  readonly unread: string[];
}

export function nothingGathered(): Gathered {
  return { layers: [], problems: [], unread: [] };
}

/** Reads one file into `into`; a file that is not there is `absent` and the caller's business. */
export async function gatherLayer(
  host: Host,
  path: string,
  program: string,
  into: Gathered,
): Promise<TomlLayer | "absent" | "lost"> {
  const read = await host.read(path);
  if (read.state === "absent") return "absent";
  if (read.state !== "ok") {
    into.unread.push(read.reason);
    return "lost";
  }
  const toml = parseToml(read.text);
  if (toml.state === "error") {
    const source = { ...wholeFile(path), line: toml.line };
    into.problems.push({
      message: `${path}:${toml.line}: ${toml.message}: ${program} does not start`,
      source,
    });
    return "lost";
  }
  const layer = { read, toml };
  into.layers.push(layer);
  return layer;
}

/** The place of a value, or of the table it stands in where it has no line of its own (an inline table). */
export function sourceIn({ read, toml }: TomlLayer, path: readonly string[]): Source {
  for (let length = path.length; length > 0; length--) {
    const line = toml.lines.get(tomlPath(...path.slice(0, length))) ?? 0;
    if (line > 0) return { ...wholeFile(read.path, (read.text.split("\n")[line - 1] ?? "").trim()), line };
  }
  return wholeFile(read.path);
}

/** The value of one layer. */
export function settingIn(layer: TomlLayer, ...path: readonly string[]): RuntimeSetting | undefined {
  const value = tomlGet(layer.toml.value, ...path);
  return value === undefined ? undefined : { value, source: sourceIn(layer, path) };
}

/** The names in a table of one layer. */
export function namesIn(layer: TomlLayer, ...path: readonly string[]): readonly string[] {
  const table = tomlGet(layer.toml.value, ...path);
  return typeof table === "object" && table !== null && !Array.isArray(table) ? Object.keys(table) : [];
}

export type SettingKind = "boolean" | "number" | "text" | "texts";

const wanted: Readonly<Record<SettingKind, string>> = {
  boolean: "true or false",
  number: "a number",
  text: "a text",
  texts: "a list of texts",
};

function isKind(value: unknown, kind: SettingKind): boolean {
  if (kind === "texts") return Array.isArray(value) && value.every((one) => typeof one === "string");
  if (kind === "number") return typeof value === "number" || typeof value === "bigint";
  return typeof value === (kind === "text" ? "string" : kind);
}

/** Go's decoders take no value of another type than the field's. */
export function wrongKind(
  name: string,
  { value, source }: RuntimeSetting,
  kind: SettingKind,
  program: string,
): readonly StartProblem[] {
  if (isKind(value, kind)) return [];
  return [{ message: `${place(source)}: ${name} takes ${wanted[kind]}: ${program} does not start`, source }];
}
