// The channels by which a site wants to be told of drift (`drift.notify`), read from its file. Tells nobody.
import { didYouMean } from "../core/nearest.js";
import { type Severity, severities } from "../core/outcome.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { Endpoint, SettingReader } from "./setting-reader.js";

export interface SyslogServer extends Endpoint {
  readonly transport: "udp" | "tcp" | "tls";
  /** PEM of the authorities that its certificate is verified by; undefined: the system's. */
  readonly caFile: string | undefined;
}

export interface KubernetesChannel {
  readonly kind: "kubernetes";
  /** A kubeconfig, the running kubelet's own where none is named; or a server with a service account's token. */
  readonly login:
    | { readonly kubeconfig: string | undefined }
    | { readonly server: string; readonly caFile: string; readonly tokenFile: string };
  /** Undefined: the name in the kubelet's certificate, or the host's. */
  readonly node: string | undefined;
  readonly events: boolean;
  /** The type of the Node's condition; undefined: none is set. */
  readonly condition: string | undefined;
  /** From which severity on a failing check makes the condition False. */
  readonly failOn: Severity;
}

export type Channel =
  | { readonly kind: "journald" }
  | { readonly kind: "prometheus"; readonly file: string }
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** A file with the key of the HMAC; undefined: not signed. */
      readonly secretFile: string | undefined;
    }
  | { readonly kind: "command"; readonly program: string; readonly args: readonly string[] }
  /** Without a server: /dev/log of this machine. */
  | { readonly kind: "syslog"; readonly server: SyslogServer | undefined }
  | {
      readonly kind: "mail";
      readonly to: readonly string[];
      /** Undefined: root at this host. */
      readonly from: string | undefined;
      /** sendmail, or what takes its place. */
      readonly program: string;
      /** Milliseconds between two mails, at least: what comes meanwhile is in the next one. */
      readonly everyMs: number;
    }
  | KubernetesChannel;
export type ChannelKind = Channel["kind"];

/** Where Debian's node_exporter looks for textfiles. */
export const textfile = "/var/lib/prometheus/node-exporter/nodeward.prom";
const sendmail = "/usr/sbin/sendmail";
const transports = ["udp", "tcp", "tls"] as const;
/** RFC 5425: 6514, RFC 5426: 514. */
const syslogPorts: Readonly<Record<SyslogServer["transport"], number>> = { udp: 514, tcp: 514, tls: 6514 };
/** The dot-atoms of RFC 5322, without what a program could take for an option. */
const addressForm =
  /^[A-Za-z0-9_][A-Za-z0-9._+=-]{0,63}(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)?$/;

type Read = (settings: YamlNode | undefined, node: YamlNode, reader: SettingReader) => Channel | undefined;

const prometheus: Read = (settings, node, reader) => {
  const file = settings === undefined ? undefined : reader.keys(settings, ["file"], "prometheus").get("file");
  const path = file === undefined ? textfile : reader.path(file, node, "file");
  if (path !== undefined && !path.endsWith(".prom"))
    return reader.bad(file ?? node, "file takes a name that ends in .prom: node_exporter reads no other");
  return path === undefined ? undefined : { kind: "prometheus", file: path };
};

const webhook: Read = (settings, node, reader) => {
  if (settings === undefined) return reader.bad(node, "webhook takes a map of its settings");
  const given = reader.keys(settings, ["url", "secretFile"], "a webhook");
  const url = reader.text(given.get("url"), settings, "url");
  const secret = given.get("secretFile");
  const secretFile = secret === undefined ? undefined : reader.path(secret, settings, "secretFile");
  if (url === undefined || (secret !== undefined && secretFile === undefined)) return undefined;
  // In the clear to this machine alone.
  if (!/^https:\/\/[^\s@]+$|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:\/\S*)?$/.test(url))
    return reader.bad(given.get("url") ?? settings, "url takes https://…, without a user name");
  return { kind: "webhook", url, secretFile };
};

const command: Read = (settings, node, reader) => {
  if (settings === undefined) return reader.bad(node, "command takes a map of its settings");
  const given = reader.keys(settings, ["program", "args"], "a command");
  const program = reader.path(given.get("program"), settings, "program");
  const args = given.get("args");
  if (args !== undefined && args.kind !== "list") return reader.bad(args, "args takes a list");
  const words = args === undefined ? [] : reader.texts(args, "args");
  return program === undefined || words === undefined ? undefined : { kind: "command", program, args: words };
};

const syslog: Read = (settings, _node, reader) => {
  if (settings === undefined) return { kind: "syslog", server: undefined };
  const given = reader.keys(settings, ["server", "transport", "caFile"], "syslog");
  const server = given.get("server");
  const transport = reader.optional(given.get("transport"), "tls", (one) =>
    reader.choice(one, transports, "transport"),
  );
  const ca = given.get("caFile");
  const caFile = ca === undefined ? undefined : reader.path(ca, settings, "caFile");
  if (ca !== undefined && transport !== "tls")
    return reader.bad(ca, `caFile says whom to trust over tls; the transport is ${transport}`);
  if (server === undefined)
    return reader.bad(settings, "syslog takes a server (host:port), or no settings for this machine's own");
  const endpoint = reader.endpoint(server, syslogPorts[transport], "server");
  return endpoint === undefined ? undefined : { kind: "syslog", server: { ...endpoint, transport, caFile } };
};

const mail: Read = (settings, node, reader) => {
  if (settings === undefined) return reader.bad(node, "mail takes a map of its settings");
  const given = reader.keys(settings, ["to", "from", "program", "every"], "mail");
  const address = (text: string, at: YamlNode) =>
    addressForm.test(text)
      ? text
      : reader.bad(at, `${JSON.stringify(text)} is no address such as ops@example.org`);
  const toNode = given.get("to");
  const fromNode = given.get("from");
  if (toNode === undefined) return reader.bad(settings, "mail takes an address: to");
  const to = reader.texts(toNode, "to")?.map((text) => address(text, toNode));
  const from = fromNode === undefined ? "" : reader.text(fromNode, fromNode, "from");
  const sender = fromNode === undefined || from === undefined ? undefined : address(from, fromNode);
  const program =
    given.get("program") === undefined ? sendmail : reader.path(given.get("program"), settings, "program");
  const everyMs = reader.optional(given.get("every"), 0, (one) => reader.time(one, "every"));
  if (to?.length === 0) return reader.bad(toNode, "mail takes an address: to");
  if (to === undefined || to.includes(undefined) || program === undefined) return undefined;
  return { kind: "mail", to: to.filter((one) => one !== undefined), from: sender, program, everyMs };
};

/** Conditions that Kubernetes itself keeps (kubernetes.io, Node status), which schedule pods and evict them. */
const conditionsOfOthers = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
const kubernetesKeys = [
  "kubeconfig",
  "server",
  "caFile",
  "tokenFile",
  "node",
  "events",
  "condition",
  "failOn",
];

function clusterLogin(
  given: ReadonlyMap<string, YamlNode>,
  node: YamlNode,
  reader: SettingReader,
): KubernetesChannel["login"] | undefined {
  const path = (key: string, fallback: string) =>
    given.has(key) ? reader.path(given.get(key), node, key) : fallback;
  const server = given.get("server");
  if (server === undefined) {
    const stray = given.get("caFile") ?? given.get("tokenFile");
    if (stray !== undefined) return reader.bad(stray, "caFile and tokenFile belong to a server");
    const kubeconfig = path("kubeconfig", "");
    return kubeconfig === undefined ? undefined : { kubeconfig: kubeconfig === "" ? undefined : kubeconfig };
  }
  if (given.has("kubeconfig"))
    return reader.bad(server, "kubernetes takes a kubeconfig or a server, not both");
  const url = reader.text(server, node, "server");
  if (url === undefined || !/^https:\/\/[^\s/@]+\/?$/.test(url))
    return url === undefined ? undefined : reader.bad(server, "server takes https://host:port");
  const caFile = path("caFile", `${serviceAccount}/ca.crt`);
  const tokenFile = path("tokenFile", `${serviceAccount}/token`);
  if (caFile === undefined || tokenFile === undefined) return undefined;
  return { server: url.replace(/\/$/, ""), caFile, tokenFile };
}

const kubernetes: Read = (settings, node, reader) => {
  const none: ReadonlyMap<string, YamlNode> = new Map();
  const given = settings === undefined ? none : reader.keys(settings, kubernetesKeys, "kubernetes");
  const login = clusterLogin(given, settings ?? node, reader);
  const name = given.get("node");
  const condition = reader.optional(given.get("condition"), "NodewardCompliant", (one) => {
    const text = one.kind === "scalar" ? one.text : "";
    if (conditionsOfOthers.includes(text))
      return reader.bad(one, `${text} is a condition of Kubernetes itself`);
    if (text === "off" || /^[A-Z][A-Za-z0-9]{0,62}$/.test(text)) return text;
    return reader.bad(one, "condition takes a name such as NodewardCompliant, or off");
  });
  const events = reader.optional(given.get("events"), "on", (one) =>
    reader.choice(one, ["on", "off"], "events"),
  );
  const failOn = reader.optional(given.get("failOn"), "low", (one) =>
    reader.choice(one, severities, "failOn"),
  );
  if (login === undefined) return undefined;
  return {
    kind: "kubernetes",
    login,
    node: name === undefined ? undefined : reader.text(name, name, "node"),
    events: events === "on",
    condition: condition === "off" ? undefined : condition,
    failOn,
  };
};

const readers: Readonly<Record<ChannelKind, Read>> = {
  journald: () => ({ kind: "journald" }),
  prometheus,
  webhook,
  command,
  syslog,
  mail,
  kubernetes,
};

/** `journald`, or `webhook: {…}`. */
export function readChannel(node: YamlNode, reader: SettingReader): Channel | undefined {
  const [entry] = node.kind === "map" ? node.entries : [];
  const name = node.kind === "scalar" ? node.text : (entry?.key ?? "");
  const known = Object.keys(readers);
  const [, read] = Object.entries(readers).find(([kind]) => kind === name) ?? [];
  if (read === undefined || (node.kind === "map" && node.entries.length !== 1))
    return reader.bad(node, `drift.notify takes a list of ${known.join(", ")}${didYouMean(name, known)}`);
  return read(entry?.value, node, reader);
}
