// kubeconfig files: clusters, users and contexts with their places, never a credential. What a credential is (a file, a
// certificate inside, a token, a command) comes out; tokens, passwords and keys stay here.
import type { Source } from "../core/source.js";
import { parseYaml } from "./yaml.js";
import { type YamlNode, yamlGet } from "./yaml-node.js";

export interface KubeconfigCluster {
  readonly name: string;
  readonly server: string;
  readonly insecureSkipTlsVerify: boolean;
  /** `file`: a path; `data`: inside; `none`: the system's trust store. */
  readonly authority: "file" | "data" | "none";
  readonly authorityFile: string;
  /** PEM of a public certificate; empty where there is none. */
  readonly authorityPem: string;
  readonly source: Source;
}

export interface KubeconfigUser {
  readonly name: string;
  readonly credentials: readonly CredentialKind[];
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly tokenFile: string;
  /** PEM of the public certificate inside; empty where there is none. */
  readonly certificatePem: string;
  /** Whether the key inside belongs to the certificate inside; undefined where there are not both. */
  readonly matches: boolean | undefined;
  readonly source: Source;
}

export type CredentialKind =
  | "certificate-file"
  | "certificate-data"
  | "token"
  | "token-file"
  | "password"
  | "exec"
  | "auth-provider";

export interface Kubeconfig {
  readonly currentContext: string;
  readonly clusters: readonly KubeconfigCluster[];
  readonly users: readonly KubeconfigUser[];
  readonly contexts: readonly { readonly name: string; readonly cluster: string; readonly user: string }[];
}

export type KubeconfigResult =
  | { readonly state: "ok"; readonly kubeconfig: Kubeconfig }
  | { readonly state: "error"; readonly line: number; readonly column: number; readonly message: string };

/** Does the key belong to the certificate? Given by the caller, so that this file needs no cryptography. */
export type KeyMatcher = (certificatePem: string, keyPem: string) => boolean | undefined;

function text(node: YamlNode | undefined, key: string): string {
  const value = yamlGet(node, key);
  return value?.kind === "scalar" && value.value !== null ? String(value.value) : "";
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1");
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** The place of an entry: its line, and of its text only the name. */
function sourceOf(file: string, item: YamlNode, kind: string): Source {
  return { file, line: item.line, span: item.span, text: `${kind} ${text(item, "name")}` };
}

function clusterOf(file: string, item: YamlNode): KubeconfigCluster {
  const cluster = yamlGet(item, "cluster");
  const data = text(cluster, "certificate-authority-data");
  const authorityFile = text(cluster, "certificate-authority");
  return {
    name: text(item, "name"),
    server: text(cluster, "server"),
    insecureSkipTlsVerify: text(cluster, "insecure-skip-tls-verify") === "true",
    // The data inside beats the file (client-go, clientcmd).
    authority: data !== "" ? "data" : authorityFile !== "" ? "file" : "none",
    authorityFile,
    authorityPem: data === "" ? "" : decoded(data),
    source: sourceOf(file, item, "cluster"),
  };
}

function userOf(file: string, item: YamlNode, matcher: KeyMatcher): KubeconfigUser {
  const user = yamlGet(item, "user");
  const has = (key: string) => text(user, key) !== "";
  const kinds: readonly (readonly [CredentialKind, boolean])[] = [
    ["certificate-data", has("client-certificate-data")],
    ["certificate-file", has("client-certificate") && !has("client-certificate-data")],
    ["token", has("token")],
    ["token-file", has("tokenFile")],
    ["password", has("username") || has("password")],
    ["exec", yamlGet(user, "exec")?.kind === "map"],
    ["auth-provider", yamlGet(user, "auth-provider")?.kind === "map"],
  ];
  const certificatePem = has("client-certificate-data") ? decoded(text(user, "client-certificate-data")) : "";
  const both = certificatePem !== "" && has("client-key-data");
  return {
    name: text(item, "name"),
    credentials: kinds.filter(([, present]) => present).map(([kind]) => kind),
    certificateFile: has("client-certificate-data") ? "" : text(user, "client-certificate"),
    keyFile: has("client-key-data") ? "" : text(user, "client-key"),
    tokenFile: text(user, "tokenFile"),
    certificatePem,
    matches: both ? matcher(certificatePem, decoded(text(user, "client-key-data"))) : undefined,
    source: sourceOf(file, item, "user"),
  };
}

/** Reads a kubeconfig (kubernetes.io/docs/reference/config-api/kubeconfig.v1), YAML or JSON. */
export function parseKubeconfig(
  file: string,
  content: string,
  matcher: KeyMatcher = () => undefined,
): KubeconfigResult {
  const parsed = parseYaml(content, "1.1");
  if (parsed.state === "error") return { state: "error", ...parsed.problem };
  const root = parsed.documents[0];
  if (root?.kind !== "map") return { state: "error", line: 1, column: 1, message: "is not a map" };
  const kind = text(root, "kind");
  if (kind !== "Config")
    return {
      state: "error",
      line: 1,
      column: 1,
      message: `is not a kubeconfig: kind is ${kind || "not given"}`,
    };
  return {
    state: "ok",
    kubeconfig: {
      currentContext: text(root, "current-context"),
      clusters: items(yamlGet(root, "clusters")).map((item) => clusterOf(file, item)),
      users: items(yamlGet(root, "users")).map((item) => userOf(file, item, matcher)),
      contexts: items(yamlGet(root, "contexts")).map((item) => ({
        name: text(item, "name"),
        cluster: text(yamlGet(item, "context"), "cluster"),
        user: text(yamlGet(item, "context"), "user"),
      })),
    },
  };
}
