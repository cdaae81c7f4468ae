// kube-proxy on this node, as a pod, a unit or inside k3s: its command line, its configuration file and its kubeconfig.
// Judges nothing.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type FlagWord, parseFlags } from "../formats/component-flags.js";
import { parseGoYaml } from "../formats/go-yaml.js";
import { LineIndex } from "../formats/traced.js";
import { type YamlNode, yamlGet } from "../formats/yaml-node.js";
import type { Host } from "../host/host.js";
import { type FileState, fileStates } from "./file-state.js";
import { kubelet } from "./kubelet.js";
import { processes } from "./processes.js";
import { rancher } from "./rancher.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export interface KubeProxy {
  /** The address and port of /metrics, such as `127.0.0.1:10249`. */
  readonly metrics: { readonly value: string; readonly source: Source } | undefined;
  /** Kubeconfig files it is told to use, where they lie on this node. */
  readonly kubeconfigs: readonly FileState[];
  readonly unread: readonly string[];
}

/** Without a setting (kube-proxy's own defaulting). */
const usualMetrics = "127.0.0.1:10249";

interface Found {
  readonly words: readonly FlagWord[];
  readonly source: Source;
  readonly unread: readonly string[];
}

const booleans = new Set(["masquerade-all", "cleanup", "profiling", "bind-address-hard-fail", "init-only"]);

async function startOf(ask: Ask): Promise<Found | undefined> {
  const [all, loaded, ranch] = await Promise.all([ask(processes), ask(units), ask(rancher)]);
  const running = all.state === "known" ? all.value.named("kube-proxy")[0] : undefined;
  if (running !== undefined) {
    const file = `/proc/${running.pid}/cmdline`;
    const words = running.args.slice(1).map((text) => ({ text, source: wholeFile(file, text) }));
    return { words, source: wholeFile(file, running.args.join(" ")), unread: [] };
  }
  const unit = loaded.state === "known" ? await loaded.value.get("kube-proxy.service") : undefined;
  if (unit !== undefined && !unit.masked) {
    const exec = await unit.exec();
    const command = exec.commands.at(-1)?.words ?? [];
    const at = command.findIndex(({ text }) => text.endsWith("kube-proxy"));
    return { words: command.slice(at + 1), source: wholeFile(unit.fragment), unread: exec.unread };
  }
  if (ranch.state !== "known" || ranch.value.last("disable-kube-proxy")?.text === "true") return undefined;
  const { product, dataDir } = ranch.value;
  const given = ranch.value.all("kube-proxy-arg").map(({ text, source }) => ({ text: `--${text}`, source }));
  const own = { text: `--kubeconfig=${dataDir}/agent/kubeproxy.kubeconfig`, source: wholeFile(product) };
  const source = wholeFile(`/etc/rancher/${product}/config.yaml`);
  return { words: [own, ...given], source, unread: ranch.value.unread };
}

/** A file of the pod's ConfigMap, where the kubelet put it on this node. */
async function inPod(host: Host, ask: Ask, name: string): Promise<readonly string[]> {
  const own = await ask(kubelet);
  const root = own.state === "known" ? own.value.views[0]?.view.option("root-dir") : "";
  const pods = `${root === undefined || root === "" ? "/var/lib/kubelet" : root}/pods`;
  const listing = await host.list(pods);
  if (listing.state !== "ok") return [];
  const paths = listing.entries.map(
    (entry) => `${pods}/${entry.name}/volumes/kubernetes.io~configmap/kube-proxy/${name}`,
  );
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return paths.filter((_, index) => stats[index]?.state === "ok");
}

interface Configuration {
  readonly metrics: { readonly value: string; readonly source: Source };
  readonly kubeconfig: string;
}

async function configuration(host: Host, path: string): Promise<Configuration | string> {
  const read = await host.read(path);
  if (read.state !== "ok") return read.reason;
  const parsed = parseGoYaml(read.text);
  if (parsed.state !== "ok") return `${path}:${parsed.problem.line}: ${parsed.problem.message}`;
  const lines = new LineIndex(read.text);
  const text = (node: YamlNode | undefined) =>
    node?.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  const node = yamlGet(parsed.root, "metricsBindAddress");
  const value = text(node);
  const source =
    node === undefined ? wholeFile(path, `metricsBindAddress is not set`) : lines.source(path, node.span);
  return {
    metrics: { value: value === "" ? usualMetrics : value, source },
    kubeconfig: text(yamlGet(yamlGet(parsed.root, "clientConnection"), "kubeconfig")),
  };
}

function flagOf(words: readonly FlagWord[], name: string) {
  return parseFlags(words, (flag) => booleans.has(flag)).flags.findLast((flag) => flag.name === name);
}

async function read(host: Host, ask: Ask, { words, source, unread }: Found): Promise<KubeProxy> {
  const named = flagOf(words, "config")?.value ?? "";
  const metrics = flagOf(words, "metrics-bind-address");
  const kubeconfig = flagOf(words, "kubeconfig")?.value ?? "";
  if (named === "") {
    const value = metrics?.value ?? usualMetrics;
    const seen =
      metrics?.source ?? wholeFile(source.file, `--metrics-bind-address is not given: ${usualMetrics}`);
    const states = await fileStates(host, kubeconfig === "" ? [] : [kubeconfig]);
    return { metrics: { value, source: seen }, kubeconfigs: states, unread };
  }
  // With --config the other flags count for nothing (kube-proxy --help).
  const base = named.slice(named.lastIndexOf("/") + 1);
  const direct = await host.stat(named);
  const paths = direct.state === "ok" ? [named] : await inPod(host, ask, base);
  const [path] = paths;
  if (path === undefined)
    return {
      metrics: undefined,
      kubeconfigs: [],
      unread: [`kube-proxy's configuration ${named} is not on this node's disk`],
    };
  const found = await configuration(host, path);
  if (typeof found === "string") return { metrics: undefined, kubeconfigs: [], unread: [found] };
  // A pod's kubeconfig without credentials comes out of the same ConfigMap.
  const states = path === named && found.kubeconfig !== "" ? await fileStates(host, [found.kubeconfig]) : [];
  return { metrics: found.metrics, kubeconfigs: states, unread };
}

export const kubeProxy: FactSource<KubeProxy> = {
  title: "kube-proxy (its process or unit, its configuration file, its kubeconfig)",
  async gather(host, ask) {
    const all = await ask(processes);
    const start = await startOf(ask);
    if (start !== undefined) return known(await read(host, ask, start));
    if (all.state === "error") return failed(all.reason);
    const hidden =
      all.state === "known" ? all.value.unread.find((one) => one.startsWith("permission denied")) : undefined;
    return hidden === undefined ? absent("kube-proxy is not on this node") : failed(hidden);
  },
};
