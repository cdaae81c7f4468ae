// EncryptionConfiguration of the API server: which provider encrypts what, and how long its keys are. Never a key.
import { parseYaml } from "./yaml.js";
import { type YamlNode, yamlGet } from "./yaml-node.js";

export interface EncryptionProvider {
  /** `aescbc`, `aesgcm`, `secretbox`, `kms`, `identity`. */
  readonly name: string;
  /** Bytes of each key; undefined where it is not valid base64. Empty for kms and identity. */
  readonly keyBytes: readonly (number | undefined)[];
  /** kms: the version of the plugin's protocol. */
  readonly apiVersion: string;
  readonly line: number;
}

export interface EncryptionResource {
  readonly resources: readonly string[];
  readonly providers: readonly EncryptionProvider[];
  readonly line: number;
}

export type EncryptionConfig =
  | { readonly state: "ok"; readonly rules: readonly EncryptionResource[] }
  | { readonly state: "error"; readonly line: number; readonly message: string };

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

function text(node: YamlNode | undefined): string {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : "";
}

function bytes(secret: string): number | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(secret) ? Buffer.from(secret, "base64").length : undefined;
}

function providers(node: YamlNode): readonly EncryptionProvider[] {
  if (node.kind !== "map") return [];
  return node.entries.map(({ key, value }) => ({
    name: key,
    keyBytes: items(yamlGet(value, "keys")).map((item) => bytes(text(yamlGet(item, "secret")))),
    apiVersion: text(yamlGet(value, "apiVersion")),
    line: node.line,
  }));
}

/** Reads apiserver.config.k8s.io EncryptionConfiguration (kubernetes.io/docs/tasks/administer-cluster/encrypt-data). */
export function parseEncryptionConfig(content: string): EncryptionConfig {
  const parsed = parseYaml(content, "1.1");
  if (parsed.state === "error")
    return { state: "error", line: parsed.problem.line, message: parsed.problem.message };
  const root = parsed.documents[0];
  const kind = text(yamlGet(root, "kind"));
  if (kind !== "EncryptionConfiguration" && kind !== "EncryptionConfig")
    return {
      state: "error",
      line: 1,
      message: `kind is ${kind || "not given"}, not EncryptionConfiguration`,
    };
  const rules = items(yamlGet(root, "resources")).map((node) => ({
    resources: items(yamlGet(node, "resources")).map(text),
    providers: items(yamlGet(node, "providers")).flatMap(providers),
    line: node.line,
  }));
  return { state: "ok", rules };
}
