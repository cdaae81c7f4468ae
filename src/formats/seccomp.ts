// A seccomp profile as JSON -> its rules with lines and spans, read as Go's encoding/json reads it into the structs of the
// OCI runtime specification, and what that silently drops. Docker's flavour is read too. Judges nothing: confine/.
import { didYouMean } from "../core/nearest.js";
import { parseJson } from "./json-node.js";
import type {
  ArchitectureMap,
  At,
  Conditions,
  SeccompArgument,
  SeccompFault,
  SeccompProfile,
  SeccompRule,
  SeccompShape,
  SeccompText,
} from "./seccomp-profile.js";
import type { YamlMap, YamlNode } from "./yaml-node.js";

const keys = {
  profile: [
    "defaultAction",
    "defaultErrnoRet",
    "architectures",
    "flags",
    "listenerPath",
    "listenerMetadata",
    "syscalls",
  ],
  rule: ["names", "action", "errnoRet", "args"],
  argument: ["index", "value", "valueTwo", "op"],
} as const;
/** Of github.com/moby/profiles and github.com/containers/common/pkg/seccomp; `comment` says nothing to either. */
const dockerOnly = {
  profile: ["archMap", "defaultErrno"],
  rule: ["name", "comment", "includes", "excludes", "errno"],
  argument: [],
} as const;

const uint64 = 1n << 64n;

interface Fields {
  get(name: string): YamlNode | undefined;
}

class Decoder {
  readonly faults: SeccompFault[] = [];
  readonly dockerKeys: At<string>[] = [];

  /** The members of an object, found as Go finds fields: without regard to case, the last one counting. */
  fields(node: YamlMap, kind: keyof typeof keys, what: string): Fields {
    const known: readonly string[] = [...keys[kind], ...dockerOnly[kind]];
    const found = new Map<string, YamlNode>();
    for (const { key, keyNode, value } of node.entries) {
      const name = known.find((one) => one === key) ?? known.find((one) => lower(one) === lower(key));
      if (name === undefined)
        this.note(keyNode, `"${key}" is no key of ${what}: it is ignored${didYouMean(key, known)}`);
      else {
        if (found.has(name)) this.note(keyNode, `"${key}" is given twice in ${what}: the last one counts`);
        if (!keys[kind].some((one) => one === name) && !isEmpty(value))
          this.dockerKeys.push(at(keyNode, name));
        found.set(name, value);
      }
    }
    return found;
  }

  note(node: YamlNode, message: string): void {
    this.faults.push({ message, line: node.line, refused: false });
  }

  refuse(node: YamlNode, what: string, wanted: string): void {
    this.faults.push({ message: `${what} is not ${wanted}`, line: node.line, refused: true });
  }

  text(node: YamlNode | undefined, what: string): At<string> | undefined {
    if (node === undefined || isNull(node)) return undefined;
    if (node.kind === "scalar" && typeof node.value === "string") return at(node, node.value);
    this.refuse(node, what, "a text");
    return undefined;
  }

  number(node: YamlNode | undefined, what: string): At<bigint> | undefined {
    if (node === undefined || isNull(node)) return undefined;
    if (node.kind === "scalar" && typeof node.value === "bigint" && node.value >= 0n && node.value < uint64)
      return at(node, node.value);
    this.refuse(node, what, "a whole number from 0 to 2^64-1");
    return undefined;
  }

  list(node: YamlNode | undefined, what: string): readonly YamlNode[] {
    if (node === undefined || isNull(node)) return [];
    if (node.kind === "list") return node.items;
    this.refuse(node, what, "a list");
    return [];
  }

  texts(node: YamlNode | undefined, what: string): readonly At<string>[] {
    return this.list(node, what).map((item) => this.text(item, `an item of ${what}`) ?? at(item, ""));
  }

  map(node: YamlNode | undefined, what: string): YamlMap | undefined {
    if (node === undefined || isNull(node)) return undefined;
    if (node.kind === "map") return node;
    this.refuse(node, what, "an object");
    return undefined;
  }

  rule(node: YamlNode): SeccompRule {
    const map = this.map(node, "a rule");
    const fields: Fields = map === undefined ? new Map() : this.fields(map, "rule", "a rule");
    return {
      line: node.line,
      span: node.span,
      names: this.texts(fields.get("names"), "names"),
      action: this.text(fields.get("action"), "action"),
      errnoRet: this.number(fields.get("errnoRet"), "errnoRet"),
      args: this.list(fields.get("args"), "args").map((item) => this.argument(item)),
      oldName: this.text(fields.get("name"), "name"),
      includes: this.conditions(fields.get("includes")),
      excludes: this.conditions(fields.get("excludes")),
    };
  }

  private argument(node: YamlNode): SeccompArgument {
    const map = this.map(node, "an argument");
    const fields: Fields = map === undefined ? new Map() : this.fields(map, "argument", "an argument");
    return {
      index: this.number(fields.get("index"), "index")?.value ?? 0n,
      value: this.number(fields.get("value"), "value")?.value ?? 0n,
      valueTwo: this.number(fields.get("valueTwo"), "valueTwo")?.value ?? 0n,
      op: this.text(fields.get("op"), "op")?.value ?? "",
      line: node.line,
    };
  }

  private conditions(node: YamlNode | undefined): Conditions | undefined {
    if (node?.kind !== "map" || node.entries.length === 0) return undefined;
    const get = (key: string) => node.entries.findLast((entry) => lower(entry.key) === lower(key))?.value;
    return {
      capabilities: plainTexts(get("caps")),
      architectures: plainTexts(get("arches")),
      minKernel: plainText(get("minKernel")),
    };
  }
}

function lower(text: string): string {
  return text.toLowerCase();
}

function at<T>(node: YamlNode, value: T): At<T> {
  return { value, line: node.line, span: node.span };
}

/** Docker's older tools write `"includes": {}` into every rule. */
function isEmpty(node: YamlNode): boolean {
  if (node.kind === "map") return node.entries.length === 0;
  return node.kind === "scalar" && (node.value === null || node.value === "");
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** The OCI struct has no such field: what stands there is never refused. */
function plainText(node: YamlNode | undefined): string {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : "";
}

function plainTexts(node: YamlNode | undefined): readonly string[] {
  return node?.kind === "list" ? node.items.map(plainText).filter((text) => text !== "") : [];
}

function archMapOf(node: YamlNode | undefined): readonly ArchitectureMap[] {
  if (node?.kind !== "list") return [];
  return node.items.map((item) => {
    const get = (key: string) =>
      item.kind === "map" ? item.entries.findLast((entry) => entry.key === key)?.value : undefined;
    return {
      architecture: plainText(get("architecture")),
      subArchitectures: plainTexts(get("subArchitectures")),
    };
  });
}

function shapeOf(root: YamlNode): SeccompShape {
  if (root.kind !== "map") return "null";
  const names = new Set(root.entries.map(({ key }) => key));
  if (names.size === 0) return "empty";
  if (["defaultAction", "syscalls", "architectures"].some((name) => names.has(name))) return "profile";
  if (["ociVersion", "linux", "process"].some((name) => names.has(name))) return "container-configuration";
  return names.has("kind") && names.has("apiVersion") ? "kubernetes-object" : "profile";
}

/** Reads a profile (github.com/opencontainers/runtime-spec, config-linux.md, Seccomp). Never throws. */
export function parseSeccomp(text: string): SeccompText {
  const json = parseJson(text);
  if (json.state === "error") {
    const { message, line, column } = json.problem;
    const cause = text.startsWith("\ufeff") ? "a byte order mark, which no JSON reader of Go takes" : message;
    return { state: "error", message: `is not JSON: ${cause} (column ${column})`, line };
  }
  const { root } = json;
  if (root.kind !== "map" && !isNull(root))
    return { state: "error", message: "is not a JSON object", line: root.line };
  const decoder = new Decoder();
  const shape = shapeOf(root);
  const foreign = shape === "container-configuration" || shape === "kubernetes-object";
  const fields: Fields =
    root.kind !== "map" || foreign ? new Map() : decoder.fields(root, "profile", "a seccomp profile");
  const profile: SeccompProfile = {
    defaultAction: decoder.text(fields.get("defaultAction"), "defaultAction"),
    defaultErrnoRet: decoder.number(fields.get("defaultErrnoRet"), "defaultErrnoRet"),
    architectures: decoder.texts(fields.get("architectures"), "architectures"),
    flags: decoder.texts(fields.get("flags"), "flags"),
    listenerPath: decoder.text(fields.get("listenerPath"), "listenerPath"),
    rules: decoder.list(fields.get("syscalls"), "syscalls").map((item) => decoder.rule(item)),
    archMap: archMapOf(fields.get("archMap")),
    dockerKeys: decoder.dockerKeys,
  };
  return { state: "ok", shape, profile, faults: decoder.faults };
}
