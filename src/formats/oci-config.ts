// A container's configuration for its runtime (config.json of the OCI runtime specification): what confines it and what it
// is given of the node. Its environment, arguments and hooks are never taken out: they hold secrets.

import { canonicalConfig } from "./seccomp-canonical.js";

export interface ContainerNamespace {
  readonly type: string;
  /** Empty: a new one is made. */
  readonly path: string;
}

export interface ContainerMount {
  readonly source: string;
  readonly destination: string;
  readonly writable: boolean;
}

/** What a filter is worth: one that allows everything is none. */
export type SeccompStrength = "none" | "allows-all" | "filter";

export interface ContainerConfig {
  /** Annotations whose names start with `io.`: Kubernetes and the runtimes use no others. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Undefined: a name that only the image can tell. */
  readonly uid: number | undefined;
  readonly noNewPrivileges: boolean;
  /** Of any set, as they are written. */
  readonly capabilities: readonly string[];
  readonly appArmorProfile: string;
  readonly seccomp: SeccompStrength;
  /** The filter as one text, to be compared with that of a file (seccomp-canonical.ts); empty where there is none. */
  readonly seccompText: string;
  readonly readOnlyRoot: boolean;
  /** Those it does not share with the node, or joins. */
  readonly namespaces: readonly ContainerNamespace[];
  /** Bind mounts alone. */
  readonly mounts: readonly ContainerMount[];
  readonly maskedPaths: number;
  readonly readOnlyPaths: number;
  /** May it use every device of the node? */
  readonly allDevices: boolean;
  readonly cgroupsPath: string;
}

export type Parsed<T> =
  | { readonly state: "ok"; readonly value: T }
  | { readonly state: "error"; readonly message: string };

/** A JSON value that may be anything; absent parts answer as empty. */
export class Json {
  constructor(private readonly value: unknown) {}

  static parse(text: string): Parsed<Json> {
    try {
      const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return { state: "error", message: "is not a JSON object" };
      return { state: "ok", value: new Json(value) };
    } catch {
      // The parser's own words would repeat the text, which may hold a secret.
      return { state: "error", message: "is not valid JSON" };
    }
  }

  get(...path: readonly string[]): Json {
    let at = this.value;
    for (const key of path) {
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return new Json(undefined);
      at = Reflect.get(at, key);
    }
    return new Json(at);
  }

  get isSet(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get text(): string {
    return typeof this.value === "string" ? this.value : "";
  }

  get isTrue(): boolean {
    return this.value === true;
  }

  get number(): number | undefined {
    return typeof this.value === "number" ? this.value : undefined;
  }

  get items(): readonly Json[] {
    return Array.isArray(this.value) ? this.value.map((item: unknown) => new Json(item)) : [];
  }

  get texts(): readonly string[] {
    return this.items.map(({ text }) => text).filter((text) => text !== "");
  }

  get entries(): readonly (readonly [string, Json])[] {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) return [];
    return Object.entries(this.value).map(([key, item]) => [key, new Json(item)] as const);
  }
}

const sets = ["bounding", "effective", "permitted", "inheritable", "ambient"];

/** Annotations of Kubernetes and the runtimes; others are nobody's business here. */
function ioAnnotations(annotations: Json): ReadonlyMap<string, string> {
  return new Map(
    annotations.entries.filter(([key]) => key.startsWith("io.")).map(([key, value]) => [key, value.text]),
  );
}

/** A filter whose default allows and whose rules refuse nothing is none (seccomp(2), SECCOMP_RET_ALLOW). */
function seccompOf(seccomp: Json): ContainerConfig["seccomp"] {
  const allows = ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"];
  const action = seccomp.get("defaultAction").text;
  if (action === "") return "none";
  if (!allows.includes(action)) return "filter";
  const refuses = seccomp.get("syscalls").items.some((rule) => !allows.includes(rule.get("action").text));
  return refuses ? "filter" : "allows-all";
}

/** Reads a seccomp profile as the runtimes take it from a file (runtime-spec, config-linux.md). */
export function parseSeccomp(text: string): Parsed<SeccompStrength> {
  const parsed = Json.parse(text);
  return parsed.state === "ok" ? { state: "ok", value: seccompOf(parsed.value) } : parsed;
}

/** Later rules win; one without type and numbers is about every device. */
function allDevicesOf(devices: Json): boolean {
  return devices.items.some((rule) => {
    const type = rule.get("type").text;
    const numbered = [rule.get("major").number ?? -1, rule.get("minor").number ?? -1].some((one) => one >= 0);
    const access = rule.get("access").text;
    return rule.get("allow").isTrue && (type === "" || type === "a") && !numbered && access.includes("w");
  });
}

function mountsOf(mounts: Json): readonly ContainerMount[] {
  return mounts.items.flatMap((mount) => {
    const options = mount.get("options").texts;
    const source = mount.get("source").text;
    const bind =
      mount.get("type").text === "bind" || options.some((one) => one === "bind" || one === "rbind");
    if (!bind || !source.startsWith("/")) return [];
    const writable = !options.some((one) => one === "ro" || one === "rro");
    return [{ source, destination: mount.get("destination").text, writable }];
  });
}

/** Reads config.json as runc would (github.com/opencontainers/runtime-spec, config.md and config-linux.md). */
export function parseOciConfig(text: string): Parsed<ContainerConfig> {
  const parsed = Json.parse(text);
  if (parsed.state === "error") return parsed;
  const root = parsed.value;
  const [main, linux] = [root.get("process"), root.get("linux")];
  if (!main.isSet || !linux.isSet)
    return { state: "error", message: "is not a configuration of a Linux container" };
  const capabilities = main.get("capabilities");
  return {
    state: "ok",
    value: {
      annotations: ioAnnotations(root.get("annotations")),
      uid: main.get("user", "uid").number ?? 0,
      noNewPrivileges: main.get("noNewPrivileges").isTrue,
      capabilities: [...new Set(sets.flatMap((set) => capabilities.get(set).texts))],
      appArmorProfile: main.get("apparmorProfile").text,
      seccomp: seccompOf(linux.get("seccomp")),
      seccompText: canonicalConfig(linux.get("seccomp")),
      readOnlyRoot: root.get("root", "readonly").isTrue,
      namespaces: linux
        .get("namespaces")
        .items.map((one) => ({ type: one.get("type").text, path: one.get("path").text })),
      mounts: mountsOf(root.get("mounts")),
      maskedPaths: linux.get("maskedPaths").texts.length,
      readOnlyPaths: linux.get("readonlyPaths").texts.length,
      allDevices: allDevicesOf(linux.get("resources", "devices")),
      cgroupsPath: linux.get("cgroupsPath").text,
    },
  };
}
