// The files that control-plane flags name, read and understood: audit policy, encryption, configuration, certificates.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { wholeFile } from "../core/source.js";
import { type AuditPolicy, parseAuditPolicy } from "../formats/audit-policy.js";
import { parsePem } from "../formats/certificate.js";
import type { Flag } from "../formats/component-flags.js";
import { type EncryptionConfig, parseEncryptionConfig } from "../formats/encryption-config.js";
import { LineIndex } from "../formats/traced.js";
import { parseYaml } from "../formats/yaml.js";
import { type YamlNode, yamlGet } from "../formats/yaml-node.js";
import type { FileStat, Host, Read, ReadOk } from "../host/host.js";
import { type Component, componentOf } from "./control-plane-component.js";

/** A file on the node that a flag names. */
export interface Referenced<T> {
  readonly path: string;
  readonly stat: FileStat;
  readonly content: T;
}

export type Reference<T> = Fact<Referenced<T>>;

async function refer<T>(
  host: Host,
  component: Component,
  name: string,
  understand: (read: ReadOk) => T | string,
): Promise<Reference<T>> {
  const flag = component.flag(name);
  if (flag === undefined || flag.value === "") return absent(`--${name} is not set`);
  const path = component.nodePath(flag.value);
  if (path === undefined)
    return failed(`${flag.value} lies inside the container of ${component.name}, not on the node`);
  const read = await host.read(path);
  if (read.state !== "ok") return failed(read.reason);
  const content = understand(read);
  return typeof content === "string" ? failed(`${path}: ${content}`) : known({ path, stat: read, content });
}

export type AuditRules = Extract<AuditPolicy, { state: "ok" }>["rules"];
export type EncryptionRules = Extract<EncryptionConfig, { state: "ok" }>["rules"];

export function auditPolicy(host: Host, component: Component): Promise<Reference<AuditRules>> {
  return refer(host, component, "audit-policy-file", ({ text }) => {
    const parsed = parseAuditPolicy(text);
    return parsed.state === "ok" ? parsed.rules : `line ${parsed.line}: ${parsed.message}`;
  });
}

export function encryption(host: Host, component: Component): Promise<Reference<EncryptionRules>> {
  return refer(host, component, "encryption-provider-config", ({ text }) => {
    const parsed = parseEncryptionConfig(text);
    return parsed.state === "ok" ? parsed.rules : `line ${parsed.line}: ${parsed.message}`;
  });
}

/** A YAML configuration object (authentication, authorization, scheduler, admission). */
export function configuration(host: Host, component: Component, flag: string): Promise<Reference<YamlNode>> {
  return refer(host, component, flag, ({ text }) => {
    const parsed = parseYaml(text, "1.1");
    if (parsed.state === "error") return `line ${parsed.problem.line}: ${parsed.problem.message}`;
    return parsed.documents[0] ?? "is empty";
  });
}

/** Fingerprints of the certificates in the file a flag names. */
export function fingerprints(
  host: Host,
  component: Component,
  flag: string,
): Promise<Reference<readonly string[]>> {
  return refer(host, component, flag, ({ text }) => {
    const { certificates } = parsePem(text);
    return certificates.length === 0
      ? "holds no certificate"
      : certificates.map(({ fingerprint }) => fingerprint);
  });
}

/** etcd's configuration file: dashes as in flags, the two transport sections apart (etcd.io, configuration file). */
function flatten(path: string, text: string, root: YamlNode): readonly Flag[] {
  const lines = new LineIndex(text);
  const section = (node: YamlNode | undefined, prefix: string): readonly Flag[] => {
    if (node?.kind !== "map") return [];
    return node.entries.flatMap(({ key, value }) => {
      if (value.kind !== "scalar") return [];
      const source = lines.source(path, value.span);
      return [
        {
          name: `${prefix}${key}`,
          value: value.value === null ? "" : String(value.value),
          source,
          separate: false,
        },
      ];
    });
  };
  return [
    ...section(root, ""),
    ...section(yamlGet(root, "client-transport-security"), ""),
    ...section(yamlGet(root, "peer-transport-security"), "peer-"),
  ];
}

function missingReason(read: Read): string {
  return read.state === "ok" ? "" : read.reason;
}

/**
 * etcd with what is really in force: a configuration file makes it ignore every flag and variable; else a flag beats the
 * variable ETCD_NAME.
 */
export async function effectiveEtcd(
  host: Host,
  component: Component,
  unread: string[],
): Promise<Component | undefined> {
  const { name, via, source, version, environment, stops, nodePath, set } = component;
  const config = component.flag("config-file") ?? environment.findLast((one) => one.name === "config-file");
  if (config === undefined) {
    return componentOf(name, [...environment, ...component.flags], {
      via,
      source,
      version,
      stops,
      nodePath,
      set: (flag, value) => set(flag, value),
    });
  }
  const path = nodePath(config.value);
  const read = path === undefined ? undefined : await host.read(path);
  // k3s without embedded etcd has no such file.
  if (via === "k3s" && read?.state === "absent") return undefined;
  // Without the file nothing is known of etcd: neither what is set nor what is not.
  if (path === undefined || read?.state !== "ok") {
    unread.push(read === undefined ? `${config.value} is in the container alone` : missingReason(read));
    return undefined;
  }
  const parsed = parseYaml(read.text, "1.1");
  const root = parsed.state === "ok" ? parsed.documents[0] : undefined;
  if (root === undefined) {
    unread.push(`${path}: is not a configuration of etcd`);
    return undefined;
  }
  return componentOf(name, flatten(path, read.text, root), {
    via,
    source: wholeFile(path),
    version,
    nodePath,
  });
}

/** What an AuthenticationConfiguration says of anonymous requests. */
export interface Anonymous {
  readonly enabled: boolean;
  /** Empty: every path. */
  readonly paths: readonly string[];
  readonly path: string;
}

function list(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

function plain(node: YamlNode | undefined): string {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : "";
}

/** `anonymous: {enabled, conditions: [{path}]}` (apiserver.config.k8s.io AuthenticationConfiguration); absent: the flag decides. */
export function anonymousOf(reference: Reference<YamlNode>): Fact<Anonymous> {
  if (reference.state !== "known") return reference;
  const { path, content } = reference.value;
  const section = yamlGet(content, "anonymous");
  if (section?.kind !== "map") return absent(`${path} does not speak of anonymous requests`);
  const paths = list(yamlGet(section, "conditions")).map((item) => plain(yamlGet(item, "path")));
  return known({ enabled: plain(yamlGet(section, "enabled")) === "true", paths, path });
}

/** The kinds of authorizers in order (AuthorizationConfiguration). */
export function authorizersOf(reference: Reference<YamlNode>): Fact<readonly string[]> {
  if (reference.state !== "known") return reference;
  const { content } = reference.value;
  return known(list(yamlGet(content, "authorizers")).map((item) => plain(yamlGet(item, "type"))));
}

/** The directory a flag names, looked at but not into. */
export async function directory(
  host: Host,
  component: Component,
  flag: string,
  fallback: string,
): Promise<Reference<null>> {
  const given = component.flag(flag)?.value ?? fallback;
  const path = component.nodePath(given);
  if (path === undefined)
    return failed(`${given} lies inside the container of ${component.name}, not on the node`);
  const stat = await host.stat(path);
  if (stat.state === "ok") return known({ path, stat, content: null });
  // A process that no unit or manifest explains may be in a container.
  if (stat.state === "absent" && component.via.startsWith("process "))
    return failed(`${path} is not on the node: ${component.via} may see other files`);
  return stat.state === "absent" ? absent(stat.reason) : failed(stat.reason);
}
