// The way to the API server that a kubeconfig's current context gives, credentials included: for who logs in with it, never
// to be shown or kept. What it says without secrets: formats/kubeconfig.ts.
import { X509Certificate } from "node:crypto";
import { parseYaml } from "./yaml.js";
import { type YamlNode, yamlGet } from "./yaml-node.js";

/** A text, or the absolute path of the file that has it. */
export type Material = { readonly text: string } | { readonly file: string };

export interface KubeconfigLogin {
  /** https://… */
  readonly server: string;
  readonly serverName: string | undefined;
  /** Undefined: the system's authorities. */
  readonly authority: Material | undefined;
  readonly certificate: Material | undefined;
  readonly key: Material | undefined;
  readonly token: Material | undefined;
}

export type KubeconfigLoginResult =
  | { readonly state: "ok"; readonly login: KubeconfigLogin }
  | { readonly state: "error"; readonly reason: string };

function text(node: YamlNode | undefined, key: string): string {
  const value = yamlGet(node, key);
  return value?.kind === "scalar" && value.value !== null ? String(value.value) : "";
}

/** The entry of this name under `list`, as the map under `key`. */
function named(root: YamlNode, list: string, name: string, key: string): YamlNode | undefined {
  const items = yamlGet(root, list);
  if (items?.kind !== "list") return undefined;
  return yamlGet(
    items.items.find((item) => text(item, "name") === name),
    key,
  );
}

/** The data inside beats the file; a relative path begins at the kubeconfig's folder (client-go, clientcmd). */
function material(
  file: string,
  node: YamlNode | undefined,
  data: string,
  path: string,
): Material | undefined {
  const inside = text(node, data);
  if (inside !== "") return { text: Buffer.from(inside, "base64").toString("utf8") };
  const outside = text(node, path);
  if (outside === "") return undefined;
  return { file: outside.startsWith("/") ? outside : `${file.slice(0, file.lastIndexOf("/"))}/${outside}` };
}

function problem(cluster: YamlNode | undefined, user: YamlNode | undefined): string | undefined {
  if (cluster === undefined) return "its current context names no cluster";
  if (user === undefined) return "its current context names no user";
  if (!/^https:\/\/[^\s/@]+(?:\/\S*)?$/.test(text(cluster, "server"))) return "its server is no https://…";
  if (text(cluster, "insecure-skip-tls-verify") === "true") return "it does not have the server verified";
  if (text(cluster, "proxy-url") !== "") return "it goes through a proxy";
  if (yamlGet(user, "exec")?.kind === "map" || yamlGet(user, "auth-provider")?.kind === "map")
    return "it gets its credentials from a program";
  if (text(user, "username") !== "") return "it logs in by password";
  return undefined;
}

/** Reads the kubeconfig at `file` (kubernetes.io/docs/reference/config-api/kubeconfig.v1). No reason has a secret in it. */
export function parseKubeconfigLogin(file: string, content: string): KubeconfigLoginResult {
  const parsed = parseYaml(content, "1.1");
  const root = parsed.state === "error" ? undefined : parsed.documents[0];
  if (root?.kind !== "map") return { state: "error", reason: `${file}: is no kubeconfig` };
  const context = named(root, "contexts", text(root, "current-context"), "context");
  const cluster = named(root, "clusters", text(context, "cluster"), "cluster");
  const user = named(root, "users", text(context, "user"), "user");
  const reason = problem(cluster, user);
  if (reason !== undefined) return { state: "error", reason: `${file}: ${reason}` };
  const certificate = material(file, user, "client-certificate-data", "client-certificate");
  const key = material(file, user, "client-key-data", "client-key");
  // The file, which is renewed, goes before a token inside (client-go, clientcmd).
  const tokenFile = material(file, user, "", "tokenFile");
  const token = tokenFile ?? (text(user, "token") === "" ? undefined : { text: text(user, "token") });
  if ((certificate === undefined || key === undefined) && token === undefined)
    return { state: "error", reason: `${file}: its user has neither a certificate with its key nor a token` };
  const serverName = text(cluster, "tls-server-name");
  return {
    state: "ok",
    login: {
      server: text(cluster, "server").replace(/\/+$/, ""),
      serverName: serverName === "" ? undefined : serverName,
      authority: material(file, cluster, "certificate-authority-data", "certificate-authority"),
      certificate,
      key,
      token,
    },
  };
}

/** The node that a kubelet's certificate speaks for: CN=system:node:NAME (kubernetes.io, Node authorization). */
export function nodeOfCertificate(pem: string): string | undefined {
  try {
    return /^CN=system:node:(.+)$/m.exec(new X509Certificate(pem).subject)?.[1];
  } catch {
    return undefined;
  }
}
