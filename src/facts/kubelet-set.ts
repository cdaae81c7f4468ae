// How a kubelet setting is changed: an edit at the place that wins, in its own form, or none where that place is not the
// operator's or the edit would change more. Judges nothing, reads no files.
import { applyEdits, type Edit } from "../core/edit.js";
import type { Step } from "../core/step.js";
import type { Flag } from "../formats/component-flags.js";
import { parseKubeletConfig } from "../formats/kubelet-config.js";
import { fieldRows } from "../formats/kubelet-fields.js";
import { insertKey, type PlainMap, type PlainValue, replaceNode } from "../formats/yaml-edit.js";
import { type YamlMap, yamlGet } from "../formats/yaml-node.js";
import { isOperators, type Layout } from "./kubelet-layout.js";
import type { ConfigFile } from "./kubelet-sources.js";
import type { KubeletSetting, View } from "./kubelet-view.js";

export interface Workshop {
  readonly layout: Layout;
  /** Texts of the units, environment and argument files that words come from. */
  readonly texts: ReadonlyMap<string, string>;
  /** A cluster CA on this node, for a kubelet that has none set; empty where none is found. */
  readonly authority: string;
}

/** Characters that neither systemd, a shell-like file nor YAML reads as anything but themselves. */
const plainWord = /^[\w.,:=@/+-]+$/;

function wordText(value: PlainValue): string {
  return typeof value === "object" && Array.isArray(value) ? value.join(",") : String(value);
}

/** The word as it lies in its file: bare, quoted, or (k3s) without its dashes; undefined where it is put together. */
function written(raw: string, word: string): ((text: string) => string) | undefined {
  const quote = /^(["'])/.exec(raw)?.[1] ?? "";
  const inner = quote !== "" && raw.endsWith(quote) ? raw.slice(1, -1) : raw;
  if (inner === word) return (text) => `${quote}${text}${quote}`;
  return `--${inner}` === word ? (text) => `${quote}${text.slice(2)}${quote}` : undefined;
}

function flagSteps(flag: Flag, value: PlainValue, shop: Workshop): readonly Step[] | undefined {
  const source = flag.separate ? flag.valueSource : flag.source;
  const text = source === undefined ? undefined : shop.texts.get(source.file);
  if (source === undefined || text === undefined || !isOperators(source.file, shop.layout)) return undefined;
  const raw = text.slice(source.span.start, source.span.end);
  const names = [flag.name, flag.name.replaceAll("-", "_")];
  const words = flag.separate
    ? [flag.value]
    : names.flatMap((name) => [`--${name}=${flag.value}`, ...(flag.value === "true" ? [`--${name}`] : [])]);
  const form = words.map((word) => written(raw, word)).find((found) => found !== undefined);
  const after = flag.separate ? wordText(value) : `--${flag.name}=${wordText(value)}`;
  if (form === undefined || !plainWord.test(after)) return undefined;
  return [{ kind: "edit", file: source.file, edits: [{ span: source.span, text: form(after) }] }];
}

function nested(keys: readonly string[], value: PlainValue): PlainValue {
  const [first, ...rest] = keys;
  return first === undefined ? value : { [first]: nested(rest, value) };
}

/**
 * A new `authentication` map: the same whatever setting asks for it, so that several repairs of one run are one edit.
 */
function authentication(view: View, shop: Workshop): PlainMap {
  const ca = view.setting("authentication.x509.clientCAFile").value === "" ? shop.authority : "";
  return {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    ...(ca === "" ? {} : { x509: { clientCAFile: ca } }),
  };
}

function insertion(file: ConfigFile, path: string, value: PlainValue, whole: PlainMap): Edit | undefined {
  const { root, json } = file.config;
  const keys = path.split(".");
  let map: YamlMap | undefined = root;
  let used = 0;
  for (; map !== undefined && used < keys.length - 1; used++) {
    const below = yamlGet(map, keys[used] ?? "");
    if (below === undefined) break;
    map = below.kind === "map" ? below : undefined;
  }
  const [key = "", ...rest] = keys.slice(used);
  if (map === undefined) return undefined;
  const added = used === 0 && key === "authentication" ? whole : nested(rest, value);
  return insertKey(file.text, map, key, added, json);
}

function sameValue(
  file: ConfigFile,
  text: string,
  path: string,
  dropIn: boolean,
  value: PlainValue,
): boolean {
  const { fields, stops } = parseKubeletConfig(text, { dropIn });
  if (stops.length > 0) return false;
  const shown = (config: ConfigFile["config"], of: string) => {
    const node = config.fields.get(of)?.node;
    if (node === undefined || node.kind === "map") return undefined;
    if (node.kind === "scalar") return String(node.value);
    return node.items.map((item) => (item.kind === "scalar" ? String(item.value) : item.kind)).join(",");
  };
  const after = { ...file.config, fields };
  if (shown(after, path) !== wordText(value)) return false;
  const top = path.split(".", 1)[0];
  return fieldRows.every(
    ([other]) => other.split(".", 1)[0] === top || shown(after, other) === shown(file.config, other),
  );
}

function fileSteps(
  file: ConfigFile,
  edit: Edit | undefined,
  path: string,
  value: PlainValue,
  view: View,
): readonly Step[] | undefined {
  if (edit === undefined) return undefined;
  const edited = applyEdits(file.text, [edit]);
  const dropIn = file !== view.input.sources.main;
  if (edited.state !== "ok" || !sameValue(file, edited.text, path, dropIn, value)) return undefined;
  return [{ kind: "edit", file: file.path, edits: [edit] }];
}

/** Without any file a new word goes behind the others, where they are the operator's. */
function newWord(view: View, path: string, value: PlainValue, shop: Workshop): readonly Step[] | undefined {
  const flag = fieldRows.find(([of]) => of === path)?.[2] ?? "";
  const word = `--${flag}=${wordText(value)}`;
  const last = view.input.started.words.at(-1);
  if (flag === "" || last === undefined || !plainWord.test(word)) return undefined;
  const { file, span } = last.source;
  const text = shop.texts.get(file);
  if (text === undefined || !isOperators(file, shop.layout) || span.end === 0) return undefined;
  // A word out of a list (k3s) is not followed by another on its line, and neither is one in quotes.
  const raw = text.slice(span.start, span.end);
  if (raw !== last.text || !/^(?:\s|["']?\s*$)/m.test(text.slice(span.end, span.end + 2))) return undefined;
  const separator = shop.layout.name === "microk8s" ? "\n" : " ";
  const edit = { span: { start: span.end, end: span.end }, text: `${separator}${word}` };
  return [{ kind: "edit", file, edits: [edit] }];
}

/** The steps that make a setting `value` at the next start; undefined where only words can be given. */
export function settingSteps(
  view: View,
  setting: KubeletSetting,
  value: PlainValue,
  shop: Workshop,
): readonly Step[] | undefined {
  const { path, flag, file, node, origin } = setting;
  const given = flag?.given.at(-1);
  if (flag !== undefined)
    return given === undefined || (Array.isArray(flag.value) && flag.given.length > 1)
      ? undefined
      : flagSteps(given, value, shop);
  const { main, dropIns } = view.input.sources;
  const target = file ?? dropIns.at(-1) ?? main;
  const owner = origin === "default" && main !== undefined ? main : target;
  if (owner === undefined) return newWord(view, path, value, shop);
  if (!isOperators(owner.path, shop.layout)) return undefined;
  if (node !== undefined && file !== undefined)
    return fileSteps(file, replaceNode(file.text, node, value, file.config.json), path, value, view);
  return fileSteps(owner, insertion(owner, path, value, authentication(view, shop)), path, value, view);
}
