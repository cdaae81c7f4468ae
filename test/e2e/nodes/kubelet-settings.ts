// How a stand-in for the kubelet comes to its settings: flags, file, drop-ins, defaults, in the kubelet's own order. Written
// for tests from the kubelet's documentation, apart from nodeward's reading of the same. Throws where a kubelet would exit.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

export type Tree = { [name: string]: unknown };

/** Flags that are fields of the configuration: path and kind. */
const fields: Readonly<Record<string, readonly [path: string, kind: "bool" | "number" | "text" | "list"]>> = {
  address: ["address", "text"],
  port: ["port", "number"],
  "read-only-port": ["readOnlyPort", "number"],
  "healthz-bind-address": ["healthzBindAddress", "text"],
  "healthz-port": ["healthzPort", "number"],
  "anonymous-auth": ["authentication.anonymous.enabled", "bool"],
  "authentication-token-webhook": ["authentication.webhook.enabled", "bool"],
  "client-ca-file": ["authentication.x509.clientCAFile", "text"],
  "authorization-mode": ["authorization.mode", "text"],
  "tls-cert-file": ["tlsCertFile", "text"],
  "tls-private-key-file": ["tlsPrivateKeyFile", "text"],
  "tls-min-version": ["tlsMinVersion", "text"],
  "tls-cipher-suites": ["tlsCipherSuites", "list"],
  "protect-kernel-defaults": ["protectKernelDefaults", "bool"],
  "rotate-certificates": ["rotateCertificates", "bool"],
  "seccomp-default": ["seccompDefault", "bool"],
  "pod-max-pids": ["podPidsLimit", "number"],
  "pod-manifest-path": ["staticPodPath", "text"],
  "streaming-connection-idle-timeout": ["streamingConnectionIdleTimeout", "text"],
  "container-runtime-endpoint": ["containerRuntimeEndpoint", "text"],
  "event-qps": ["eventRecordQPS", "number"],
};
const own = [
  "config",
  "config-dir",
  "kubeconfig",
  "bootstrap-kubeconfig",
  "hostname-override",
  "node-ip",
  "cert-dir",
];
const ownFlags = new Set([...own, "root-dir", "node-labels", "v"]);

const defaults = (): Tree => ({
  address: "0.0.0.0",
  port: 10250,
  readOnlyPort: 0,
  healthzBindAddress: "127.0.0.1",
  healthzPort: 10248,
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: "" } },
  authorization: { mode: "Webhook" },
});

/** What holds while there is no file: the defaults of the time before it. */
const legacy: Readonly<Record<string, unknown>> = {
  "authentication.anonymous.enabled": true,
  "authentication.webhook.enabled": false,
  "authorization.mode": "AlwaysAllow",
  readOnlyPort: 10255,
};

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function put(tree: Tree, path: string, value: unknown): void {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) tree[first] = value;
  else {
    const inner = isTree(tree[first]) ? tree[first] : {};
    tree[first] = inner;
    put(inner, rest.join("."), value);
  }
}

export function at(tree: Tree, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (isTree(value) ? value[name] : undefined), tree);
}

/** JSON merge patch (RFC 7386): objects merge, null erases, all else replaces; `anyCase` for drop-ins. */
function merge(base: Tree, patch: Tree, anyCase: boolean): Tree {
  const merged: Tree = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    const known = Object.keys(merged).find(
      (one) => one === name || (anyCase && one.toLowerCase() === name.toLowerCase()),
    );
    const key = known ?? name;
    const before = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isTree(value) ? merge(isTree(before) ? before : {}, value, anyCase) : value;
  }
  return merged;
}

function parsed(file: string): Tree {
  const document = parseDocument(readFileSync(file, "utf8").replace(/^\uFEFF/, ""), {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
  });
  const value: unknown = document.toJS();
  if (document.errors.length > 0 || !isTree(value))
    throw new Error(`${file}: ${document.errors[0]?.message ?? "no object"}`);
  if (value.apiVersion !== "kubelet.config.k8s.io/v1beta1") throw new Error(`${file}: apiVersion`);
  if (value.kind !== "KubeletConfiguration") throw new Error(`${file}: kind`);
  return value;
}

function dropIns(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return dropIns(path);
      return entry.name.endsWith(".conf") && statSync(path).isFile() ? [path] : [];
    });
}

type Flag = readonly [name: string, value: string];

/** Words as pflag reads them: a boolean takes its value only after `=`. */
function flags(words: readonly string[]): readonly Flag[] {
  const found: Flag[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    const name = match?.[1]?.replaceAll("_", "-");
    if (name === undefined) throw new Error(`unknown command ${word}`);
    const kind = fields[name]?.[1];
    if (kind === undefined && !ownFlags.has(name)) throw new Error(`unknown flag: --${name}`);
    if (match?.[2] !== undefined) found.push([name, match[2]]);
    else if (kind === "bool") found.push([name, "true"]);
    else found.push([name, words[++index] ?? ""]);
  }
  return found;
}

function apply(tree: Tree, given: readonly Flag[]): void {
  for (const [name, value] of given) {
    const [path, kind] = fields[name] ?? [];
    if (path === undefined) continue;
    if (kind === "bool" && !/^(?:1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/.test(value))
      throw new Error(`invalid argument "${value}" for --${name}`);
    if (kind === "number" && !/^-?\d+$/.test(value))
      throw new Error(`invalid argument "${value}" for --${name}`);
    const isTrue = /^[1tT]/.test(value);
    // The one flag that only adds: its last value cannot take back what the file says, but what an earlier word said.
    if (path === "seccompDefault" && (!isTrue || given.findLast((flag) => flag[0] === name)?.[1] !== value))
      continue;
    if (kind === "bool") put(tree, path, isTrue);
    else if (kind === "number") put(tree, path, Number(value));
    else put(tree, path, kind === "list" ? value.split(",") : value);
  }
}

export interface Settings {
  readonly tree: Tree;
  flag(name: string): string | undefined;
}

/** The settings in force for these words. */
export function settingsOf(words: readonly string[]): Settings {
  const given = flags(words);
  const flag = (name: string) => given.findLast(([one]) => one === name)?.[1];
  let tree = defaults();
  for (const [path, value] of Object.entries(legacy)) put(tree, path, value);
  apply(tree, given);
  const file = flag("config") || undefined;
  const folder = flag("config-dir") || undefined;
  if (file !== undefined) tree = merge(defaults(), parsed(file), false);
  for (const path of folder === undefined ? [] : dropIns(folder)) tree = merge(tree, parsed(path), true);
  // An erased field has its default again.
  tree = merge(defaults(), tree, false);
  if (file !== undefined || folder !== undefined) apply(tree, given);
  const mode = at(tree, "authorization.mode");
  if (mode !== "Webhook" && mode !== "AlwaysAllow")
    throw new Error(`invalid authorization mode ${String(mode)}`);
  if (
    flag("kubeconfig") === undefined &&
    (mode === "Webhook" || at(tree, "authentication.webhook.enabled") === true)
  )
    throw new Error("no client provided, cannot use webhook");
  return { tree, flag };
}
