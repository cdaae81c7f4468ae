// The control plane on this node: which components run here, with which flags, and what the files they name say.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { listing } from "../core/printable.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { Host } from "../host/host.js";
import { type Component, type ComponentName, componentNames } from "./control-plane-component.js";
import {
  type Anonymous,
  type AuditRules,
  anonymousOf,
  auditPolicy,
  authorizersOf,
  configuration,
  directory,
  type EncryptionRules,
  effectiveEtcd,
  encryption,
  fingerprints,
  type Reference,
} from "./control-plane-contents.js";
import { fromK3s, fromMicrok8s, fromProcess, fromStaticPods, fromUnit } from "./control-plane-origins.js";
import type { Ask, FactSource } from "./source.js";
import { type StaticPods, staticPods } from "./static-pods.js";

export type { Component, ComponentName } from "./control-plane-component.js";
export type { AuditRules, EncryptionRules } from "./control-plane-contents.js";

/** The minor version, 34 of 1.34.2; undefined when nothing says. */
export function minorOf({ version }: Pick<Component, "version">): number | undefined {
  const minor = version?.split(".")[1];
  return minor === undefined ? undefined : Number(minor);
}

export interface ControlPlane {
  component(name: ComponentName): Component | undefined;
  readonly components: readonly Component[];
  readonly auditPolicy: Reference<AuditRules>;
  readonly encryption: Reference<EncryptionRules>;
  /** Absent: no configuration file speaks of it. */
  readonly anonymous: Fact<Anonymous>;
  readonly authorizers: Fact<readonly string[]>;
  readonly etcdDataDir: Reference<null>;
  readonly schedulerConfig: Reference<YamlNode>;
  /** SHA-256 of the certificates that sign clients of etcd, and of the API server. */
  readonly etcdAuthority: Reference<readonly string[]>;
  readonly clusterAuthority: Reference<readonly string[]>;
  /** What keeps a component's flags from being known. */
  readonly unread: readonly string[];
}

async function find(
  host: Host,
  ask: Ask,
  pods: StaticPods | undefined,
  name: ComponentName,
  unread: string[],
): Promise<Component | undefined> {
  const found =
    (pods === undefined ? undefined : await fromStaticPods(host, pods, name, unread)) ??
    (await fromMicrok8s(host, name, unread)) ??
    (await fromK3s(ask, name)) ??
    (await fromUnit(ask, name, unread)) ??
    (await fromProcess(host, ask, name, unread));
  if (found === undefined || name !== "etcd") return found;
  return await effectiveEtcd(host, found, unread);
}

const none: Fact<never> = absent("it does not run on this node");

export const controlPlane: FactSource<ControlPlane> = {
  title:
    "the control-plane components (static pods, units, /etc/rancher, microk8s arguments) and the files their flags name",
  async gather(host, ask) {
    const pods = await ask(staticPods);
    const unread: string[] = pods.state === "known" ? [...pods.value.unread] : [];
    if (pods.state === "error") unread.push(pods.reason);
    const manifests = pods.state === "known" ? pods.value : undefined;
    const found = await Promise.all(componentNames.map((name) => find(host, ask, manifests, name, unread)));
    const components = found.filter((component) => component !== undefined);
    if (components.length === 0)
      return unread.length > 0 ? failed(listing(unread)) : absent("no control-plane component on this node");
    const component = (name: ComponentName) => components.find((one) => one.name === name);
    const api = component("kube-apiserver");
    const scheduler = component("kube-scheduler");
    const etcd = component("etcd");
    return known({
      component,
      components,
      unread,
      auditPolicy: api === undefined ? none : await auditPolicy(host, api),
      encryption: api === undefined ? none : await encryption(host, api),
      anonymous:
        api === undefined ? none : anonymousOf(await configuration(host, api, "authentication-config")),
      authorizers:
        api === undefined ? none : authorizersOf(await configuration(host, api, "authorization-config")),
      etcdDataDir: etcd === undefined ? none : await directory(host, etcd, "data-dir", "default.etcd"),
      schedulerConfig: scheduler === undefined ? none : await configuration(host, scheduler, "config"),
      etcdAuthority: etcd === undefined ? none : await fingerprints(host, etcd, "trusted-ca-file"),
      clusterAuthority: api === undefined ? none : await fingerprints(host, api, "client-ca-file"),
    });
  },
};
