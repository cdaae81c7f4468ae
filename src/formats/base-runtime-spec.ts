// A base_runtime_spec of containerd: the OCI configuration that every container of a runtime starts from, with the line of
// each grant, read as Go's encoding/json reads it. What the CRI plugin sets itself is not read. Judges nothing.
import { parseJson } from "./json-node.js";
import type { YamlEntry, YamlNode } from "./yaml-node.js";

export interface AtLine<T> {
  readonly value: T;
  readonly line: number;
}

export interface SpecMount {
  readonly type: string;
  readonly source: string;
  readonly destination: string;
  readonly options: readonly string[];
}

export interface SpecDeviceRule {
  readonly allow: boolean;
  /** `a`, `b`, `c`; empty is `a`. */
  readonly type: string;
  readonly access: string;
  /** Is it about one kind of device, by its major number? */
  readonly numbered: boolean;
}

export interface BaseRuntimeSpec {
  /** Of the bounding, effective and permitted sets, as they are written. The ambient set is emptied by containerd. */
  readonly capabilities: readonly AtLine<string>[];
  readonly inheritable: readonly AtLine<string>[];
  /** Namespaces of its own or joined; a path is one that is joined. */
  readonly namespaces: readonly AtLine<{ readonly type: string; readonly path: string }>[];
  readonly mounts: readonly AtLine<SpecMount>[];
  readonly devices: readonly AtLine<{ readonly path: string; readonly type: string }>[];
  readonly deviceRules: readonly AtLine<SpecDeviceRule>[];
  readonly maskedPaths: number;
  readonly readOnlyPaths: number;
  readonly rootfsPropagation: AtLine<string> | undefined;
  /** Programs that the runtime runs on the node, as root. */
  readonly hooks: readonly AtLine<string>[];
}

export type BaseRuntimeSpecText =
  | { readonly state: "ok"; readonly spec: BaseRuntimeSpec }
  | { readonly state: "error"; readonly message: string; readonly line: number };

const hookNames = [
  "prestart",
  "createRuntime",
  "createContainer",
  "startContainer",
  "poststart",
  "poststop",
] as const;

class Refused extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/** Go finds a field whatever the case of the key, the long s and the Kelvin sign included. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** One value of the file; an absent or null one answers as empty, one of another type is refused. */
class Part {
  constructor(
    private readonly node: YamlNode | undefined,
    private readonly name: string,
  ) {}

  private get isNull(): boolean {
    return this.node === undefined || (this.node.kind === "scalar" && this.node.value === null);
  }

  private refuse(wanted: string): never {
    throw new Refused(`${this.name} is not ${wanted}`, this.node?.line ?? 0);
  }

  /** A field given twice is filled twice by Go, value over value: what is left is not told here. */
  get(key: string): Part {
    const found = this.entries().filter((one) => folded(one.key) === folded(key));
    const [first, again] = found;
    if (again !== undefined) throw new Refused(`${key} is given more than once`, again.keyNode.line);
    return new Part(first?.value, key);
  }

  private entries(): readonly YamlEntry[] {
    if (this.isNull) return [];
    return this.node?.kind === "map" ? this.node.entries : this.refuse("an object");
  }

  get items(): readonly Part[] {
    if (this.isNull) return [];
    if (this.node?.kind !== "list") return this.refuse("a list");
    return this.node.items.map((item) => new Part(item, `an item of ${this.name}`));
  }

  get line(): number {
    return this.node?.line ?? 0;
  }

  get text(): string {
    if (this.isNull) return "";
    const value = this.node?.kind === "scalar" ? this.node.value : undefined;
    return typeof value === "string" ? value : this.refuse("a text");
  }

  get isTrue(): boolean {
    if (this.isNull) return false;
    const value = this.node?.kind === "scalar" ? this.node.value : undefined;
    return typeof value === "boolean" ? value : this.refuse("true or false");
  }

  /** A device number; none and a negative one stand for all (runc, devices.Wildcard). */
  get isNumbered(): boolean {
    if (this.isNull) return false;
    const value = this.node?.kind === "scalar" ? this.node.value : undefined;
    return typeof value === "bigint" ? value >= 0n : this.refuse("a whole number");
  }

  at<T>(value: T): AtLine<T> {
    return { value, line: this.line };
  }

  get texts(): readonly AtLine<string>[] {
    return this.items.map((item) => item.at(item.text));
  }
}

function mountOf(mount: Part): AtLine<SpecMount> {
  return mount.get("destination").at({
    type: mount.get("type").text,
    source: mount.get("source").text,
    destination: mount.get("destination").text,
    options: mount.get("options").texts.map(({ value }) => value),
  });
}

function specOf(root: Part): BaseRuntimeSpec {
  const [main, linux, hooks] = [root.get("process"), root.get("linux"), root.get("hooks")];
  const capabilities = main.get("capabilities");
  const propagation = linux.get("rootfsPropagation");
  return {
    capabilities: ["bounding", "effective", "permitted"].flatMap((set) => capabilities.get(set).texts),
    inheritable: capabilities.get("inheritable").texts,
    namespaces: linux
      .get("namespaces")
      .items.map((one) => one.get("type").at({ type: one.get("type").text, path: one.get("path").text })),
    mounts: root.get("mounts").items.map(mountOf),
    devices: linux
      .get("devices")
      .items.map((one) => one.get("path").at({ path: one.get("path").text, type: one.get("type").text })),
    deviceRules: linux
      .get("resources")
      .get("devices")
      .items.map((one) =>
        one.get("allow").at({
          allow: one.get("allow").isTrue,
          type: one.get("type").text,
          access: one.get("access").text,
          numbered: one.get("major").isNumbered,
        }),
      ),
    maskedPaths: linux.get("maskedPaths").texts.length,
    readOnlyPaths: linux.get("readonlyPaths").texts.length,
    rootfsPropagation: propagation.text === "" ? undefined : propagation.at(propagation.text),
    hooks: hookNames.flatMap((name) =>
      hooks.get(name).items.map((hook) => hook.get("path").at(hook.get("path").text)),
    ),
  };
}

/** Reads what containerd keeps of the file (pkg/cri, loadOCISpec; runtime-spec, config.md and config-linux.md). */
export function parseBaseRuntimeSpec(text: string): BaseRuntimeSpecText {
  const json = parseJson(text);
  if (json.state === "error")
    return { state: "error", message: json.problem.message, line: json.problem.line };
  try {
    return { state: "ok", spec: specOf(new Part(json.root, "the file")) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { state: "error", message: error.message, line: error.line };
  }
}
