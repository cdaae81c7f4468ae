// Edits of one value in a YAML or JSON text, by the places of its nodes: everything else keeps its bytes. Proves nothing:
// who uses an edit reads the result again.
import type { Edit } from "../core/edit.js";
import type { YamlMap, YamlNode } from "./yaml-node.js";

export type PlainValue = boolean | bigint | number | string | readonly string[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: PlainValue;
}

function isList(value: PlainValue): value is readonly string[] {
  return Array.isArray(value);
}

const safeWord = /^[A-Za-z/][\w./:+-]*$/;
/** Words that are no text to a YAML 1.1 reader. */
const reserved = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

function scalarText(value: boolean | bigint | number | string, json: boolean): string {
  if (typeof value !== "string") return String(value);
  if (!json && safeWord.test(value) && !reserved.test(value) && !value.endsWith(":")) return value;
  return JSON.stringify(value);
}

/** One line: flow style, which is JSON where it must be. */
function flow(value: PlainValue, json: boolean): string {
  if (isList(value)) return `[${value.map((item) => scalarText(item, json)).join(", ")}]`;
  if (typeof value !== "object") return scalarText(value, json);
  const entries = Object.entries(value).map(
    ([key, item]) => `${json ? `"${key}"` : key}: ${flow(item, json)}`,
  );
  return `{${entries.join(", ")}}`;
}

function block(key: string, value: PlainValue, indent: string, eol: string): string {
  if (isList(value) || typeof value !== "object") return `${indent}${key}: ${flow(value, false)}`;
  const inside = Object.entries(value).map(([name, item]) => block(name, item, `${indent}  `, eol));
  return [`${indent}${key}:`, ...inside].join(eol);
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Replaces the value of a node; undefined where its form does not let it be done without touching more. */
export function replaceNode(
  text: string,
  node: YamlNode,
  value: PlainValue,
  json: boolean,
): Edit | undefined {
  const old = text.slice(node.span.start, node.span.end);
  if (old === "") return undefined;
  if (node.kind === "list" && !node.flow && isList(value) && value.length > 0) {
    const indent = " ".repeat(node.column - 1);
    const lines = value.map((item) => `- ${scalarText(item, json)}`).join(`${eolOf(text)}${indent}`);
    return { span: { start: node.span.start, end: contentEnd(node) }, text: lines };
  }
  const flowing = node.kind === "scalar" || node.flow;
  if (!flowing || (old.includes("\n") && node.kind === "scalar")) return undefined;
  return { span: node.span, text: flow(value, json) };
}

/** The end of the last thing written in a node, without the white space some nodes' ranges take in. */
function contentEnd(node: YamlNode): number {
  if (node.kind === "scalar" || node.flow) return node.span.end;
  if (node.kind === "list") return Math.max(node.span.start + 1, ...node.items.map(contentEnd));
  return Math.max(
    ...node.entries.map(({ keyNode, value }) => Math.max(keyNode.span.end + 1, contentEnd(value))),
  );
}

function intoFlow(text: string, map: YamlMap, key: string, value: PlainValue, json: boolean): Edit {
  const written = `${json ? `"${key}"` : key}: ${flow(value, json)}`;
  const last = map.entries.at(-1);
  const first = map.entries[0];
  if (last === undefined || first === undefined) {
    const at = map.span.start + 1;
    return { span: { start: at, end: at }, text: written };
  }
  const at = contentEnd(last.value);
  const spread = /\n/.test(text.slice(at, map.span.end));
  const gap = spread ? `${eolOf(text)}${leading(text, first.keyNode.span.start)}` : " ";
  return { span: { start: at, end: at }, text: `,${gap}${written}` };
}

/** The white space before a place on its line. */
function leading(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? "";
}

function intoBlock(text: string, map: YamlMap, key: string, value: PlainValue): Edit | undefined {
  const first = map.entries.find(({ keyNode }) => keyNode.span.start >= map.span.start);
  if (first === undefined) return undefined;
  const end = contentEnd(map);
  const newline = text.indexOf("\n", text[end - 1] === "\n" ? end - 1 : end);
  const stop = newline < 0 ? text.length : text[newline - 1] === "\r" ? newline - 1 : newline;
  const eol = eolOf(text);
  const indent = " ".repeat(first.keyNode.column - 1);
  return { span: { start: stop, end: stop }, text: `${eol}${block(key, value, indent, eol)}` };
}

/** Adds a key to a map, after its last one. */
export function insertKey(
  text: string,
  map: YamlMap,
  key: string,
  value: PlainValue,
  json: boolean,
): Edit | undefined {
  return map.flow ? intoFlow(text, map, key, value, json) : intoBlock(text, map, key, value);
}
