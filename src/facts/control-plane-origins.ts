// Where control-plane components are started on this node: static pods, units, k3s, microk8s, OpenShift, a bare process.
import { type Source, wholeFile } from "../core/source.js";
import { type Flag, goBoolean } from "../formats/component-flags.js";
import type { PodContainer, PodManifest } from "../formats/pod-manifest.js";
import { nodeAt, textAt } from "../formats/pod-manifest.js";
import { LineIndex } from "../formats/traced.js";
import { parseYaml } from "../formats/yaml.js";
import type { Host } from "../host/host.js";
import {
  type Component,
  type ComponentName,
  componentOf,
  etcdVariables,
  fromPod,
  readFlags,
  stopsOf,
} from "./control-plane-component.js";
import { processes } from "./processes.js";
import { type Rancher, rancher } from "./rancher.js";
import type { Ask } from "./source.js";
import type { StaticPods } from "./static-pods.js";
import { units } from "./units.js";

function runs(container: PodContainer, name: ComponentName): boolean {
  if (container.kind !== "main") return false;
  if (container.name === name) return true;
  const program = container.words[0]?.text ?? "";
  return program === name || program.endsWith(`/${name}`);
}

/** OpenShift passes flags in a file of its own: apiServerArguments and the like (openshift-config). */
async function openshiftFlags(host: Host, component: Component, unread: string[]): Promise<readonly Flag[]> {
  const config = component.flag("openshift-config") ?? component.flag("config");
  if (config === undefined || !component.flags.some(({ name }) => name === "openshift-config")) return [];
  const path = component.nodePath(config.value);
  const read = path === undefined ? undefined : await host.read(path);
  if (read?.state !== "ok") {
    unread.push(read === undefined ? `${config.value} is in the container alone` : read.reason);
    return [];
  }
  const parsed = parseYaml(read.text, "1.1");
  if (parsed.state === "error") {
    unread.push(`${read.path}:${parsed.problem.line}: ${parsed.problem.message}`);
    return [];
  }
  const lines = new LineIndex(read.text);
  const root = parsed.documents[0];
  const given = nodeAt(root, "apiServerArguments") ?? nodeAt(root, "extendedArguments");
  if (given?.kind !== "map") return [];
  return given.entries.flatMap(({ key, value }) => {
    const items = value.kind === "list" ? value.items : [value];
    const source = lines.source(read.path, value.span);
    const joined = items.map((item) => textAt(item)).join(",");
    return [{ name: key, value: joined, source, separate: false }];
  });
}

/** From the manifests that the kubelet runs. */
export async function fromStaticPods(
  host: Host,
  pods: StaticPods,
  name: ComponentName,
  unread: string[],
): Promise<Component | undefined> {
  const candidates = pods.files.flatMap((file) =>
    file.pods.flatMap((pod: PodManifest) =>
      pod.containers
        .filter((container) => runs(container, name))
        .map((container) => ({ file, pod, container })),
    ),
  );
  const found = candidates[0];
  if (found === undefined) return undefined;
  if (candidates.length > 1)
    unread.push(
      `${name} is in ${candidates.map(({ file }) => file.path).join(" and ")}: the kubelet starts each`,
    );
  const component = fromPod(name, found.pod, found.container, found.file.text);
  const extra = await openshiftFlags(host, component, unread);
  if (extra.length === 0) return component;
  const { via, source, version, nodePath, stops } = component;
  return componentOf(name, [...extra, ...component.flags], {
    via: `${via} (OpenShift)`,
    source,
    version,
    nodePath,
    stops,
  });
}

export async function fromUnit(
  ask: Ask,
  name: ComponentName,
  unread: string[],
): Promise<Component | undefined> {
  const all = await ask(units);
  if (all.state !== "known") return undefined;
  const unit = await all.value.get(`${name}.service`);
  if (unit === undefined || unit.masked) return undefined;
  const exec = await unit.exec();
  const command = exec.commands[0];
  if (command === undefined) return undefined;
  unread.push(...unit.unread, ...exec.unread, ...command.words.flatMap(({ unknown }) => unknown));
  const words = command.words.slice(1);
  return componentOf(name, readFlags(words, name), {
    via: unit.name,
    source: command.source,
    // Words of which not all is known may be none at all.
    stops: words.some(({ unknown }) => unknown.length > 0) ? [] : stopsOf(words, name),
    environment: etcdVariables(name, exec.variables),
  });
}

/** microk8s keeps a flag a line (microk8s.io/docs/ref-services); `${SNAP_DATA}` is its data folder. */
export async function fromMicrok8s(
  host: Host,
  name: ComponentName,
  unread: string[],
): Promise<Component | undefined> {
  const path = `/var/snap/microk8s/current/args/${name}`;
  const read = await host.read(path);
  if (read.state === "absent") return undefined;
  if (read.state !== "ok") {
    unread.push(read.reason);
    return undefined;
  }
  const lines = new LineIndex(read.text);
  const words = [...read.text.matchAll(/^[ \t]*(-[^\n]*?)[ \t\r]*$/gm)].map((match) => {
    const start = match.index + match[0].indexOf("-");
    const text = (match[1] ?? "")
      .replaceAll(/\$\{?SNAP_DATA\}?/g, "/var/snap/microk8s/current")
      .replaceAll(/\$\{?SNAP_COMMON\}?/g, "/var/snap/microk8s/common")
      // The snap's own files quote the socket of its database.
      .replaceAll(/["']/g, "");
    return { text, source: lines.source(path, { start, end: start + (match[1] ?? "").length }) };
  });
  return componentOf(name, readFlags(words, name), { via: "microk8s", source: wholeFile(path) });
}

/** What k3s passes to the components by itself (k3s, pkg/daemons/control/server.go); -arg settings override it. */
const k3sOwn: Readonly<Record<Exclude<ComponentName, "etcd">, Readonly<Record<string, string>>>> = {
  "kube-apiserver": {
    "anonymous-auth": "false",
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    profiling: "false",
    "tls-cert-file": "server/tls/serving-kube-apiserver.crt",
    "tls-private-key-file": "server/tls/serving-kube-apiserver.key",
    "client-ca-file": "server/tls/client-ca.crt",
    "service-account-key-file": "server/tls/service.key",
    "kubelet-certificate-authority": "server/tls/server-ca.crt",
    "kubelet-client-certificate": "server/tls/client-kube-apiserver.crt",
    "kubelet-client-key": "server/tls/client-kube-apiserver.key",
    "tls-min-version": "VersionTLS12",
    "tls-cipher-suites":
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
  },
  "kube-controller-manager": {
    profiling: "false",
    "bind-address": "127.0.0.1",
    "use-service-account-credentials": "true",
    "service-account-private-key-file": "server/tls/service.current.key",
    "root-ca-file": "server/tls/server-ca.crt",
  },
  "kube-scheduler": { profiling: "false", "bind-address": "127.0.0.1" },
};

function k3sImplied(name: Exclude<ComponentName, "etcd">, config: Rancher, source: Source): readonly Flag[] {
  const own = Object.entries(k3sOwn[name]).map(([flag, value]) => ({
    name: flag,
    value: value.startsWith("server/") ? `${config.dataDir}/${value}` : value,
    source,
    separate: false,
  }));
  if (name !== "kube-apiserver" || goBoolean(config.last("secrets-encryption")?.text ?? "") !== true)
    return own;
  const value = `${config.dataDir}/server/cred/encryption-config.json`;
  return [...own, { name: "encryption-provider-config", value, source, separate: false }];
}

/** k3s runs the components inside its own process; `kube-apiserver-arg` and the like add to its own flags. */
export async function fromK3s(ask: Ask, name: ComponentName): Promise<Component | undefined> {
  const fact = await ask(rancher);
  if (fact.state !== "known" || fact.value.product !== "k3s" || fact.value.role !== "server")
    return undefined;
  const config = fact.value;
  const source = wholeFile("/etc/rancher/k3s/config.yaml", "what k3s passes by itself");
  if (name === "etcd") {
    const path = `${config.dataDir}/server/db/etcd/config`;
    const flag = { name: "config-file", value: path, source: wholeFile(path), separate: false };
    return componentOf(name, [flag], { via: "k3s", source: wholeFile(path) });
  }
  const words = config
    .all(`${name}-arg`)
    .map(({ text, source: from }) => ({ text: text.startsWith("-") ? text : `--${text}`, source: from }));
  return componentOf(name, [...k3sImplied(name, config, source), ...readFlags(words, name)], {
    via: "k3s",
    source,
  });
}

/** The environment it was started with (proc_pid_environ(5)); of a file that is gone nothing is missed. */
async function environOf(
  host: Host,
  name: ComponentName,
  pid: number,
  unread: string[],
): Promise<readonly Flag[]> {
  if (name !== "etcd") return [];
  const read = await host.read(`/proc/${pid}/environ`);
  if (read.state !== "ok") {
    if (read.state !== "absent") unread.push(read.reason);
    return [];
  }
  const source = wholeFile(read.path);
  const variables = read.text.split("\0").flatMap((entry) => {
    const equals = entry.indexOf("=");
    return equals <= 0 ? [] : [[entry.slice(0, equals), { text: entry.slice(equals + 1), source }] as const];
  });
  return etcdVariables(name, variables);
}

/** A process that nothing above explains. */
export async function fromProcess(
  host: Host,
  ask: Ask,
  name: ComponentName,
  unread: string[],
): Promise<Component | undefined> {
  const all = await ask(processes);
  if (all.state !== "known") return undefined;
  const one = all.value.named(name).find(({ args, nsPids }) => args.length > 0 && nsPids <= 1);
  if (one === undefined) return undefined;
  const source = wholeFile(`/proc/${one.pid}/cmdline`, one.args.join(" "));
  const words = one.args.slice(1).map((text) => ({ text, source: { ...source, text } }));
  const environment = await environOf(host, name, one.pid, unread);
  return componentOf(name, readFlags(words, name), { via: `process ${one.pid}`, source, environment });
}
