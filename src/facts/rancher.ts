// The configuration of k3s and rke2: config.yaml and its drop-ins, and the command line of the service. Not what they
// pass on to the components (facts/control-plane.ts, facts/kubelet.ts).
import { addTo } from "../core/add-to.js";
import { absent, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { LineIndex } from "../formats/traced.js";
import { parseYaml } from "../formats/yaml.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { Host, ReadOk } from "../host/host.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export interface RancherValue {
  readonly text: string;
  readonly source: Source;
}

export interface Rancher {
  readonly product: "k3s" | "rke2";
  readonly role: "server" | "agent";
  /** `/var/lib/rancher/k3s`, or what --data-dir says. */
  readonly dataDir: string;
  /** Values of a key such as `kube-apiserver-arg`: the files' last setting, then those of the command line. */
  all(key: string): readonly RancherValue[];
  last(key: string): RancherValue | undefined;
  readonly unread: readonly string[];
}

const products = ["k3s", "rke2"] as const;

function valuesOf(node: YamlNode, at: (node: YamlNode) => Source): readonly RancherValue[] {
  if (node.kind === "list") return node.items.flatMap((item) => valuesOf(item, at));
  if (node.kind !== "scalar" || node.value === null) return [];
  return [{ text: String(node.value), source: at(node) }];
}

/** Later files replace a key; `key+` adds to it (docs.k3s.io/installation/configuration). */
function merge(settings: Map<string, readonly RancherValue[]>, read: ReadOk): string | undefined {
  const parsed = parseYaml(read.text, "1.1");
  if (parsed.state === "error") return `${read.path}:${parsed.problem.line}: ${parsed.problem.message}`;
  const root = parsed.documents[0];
  if (root === undefined) return undefined;
  if (root.kind !== "map") return `${read.path}:${root.line}: is not a map`;
  const lines = new LineIndex(read.text);
  const at = (node: YamlNode) => lines.source(read.path, node.span);
  for (const { key, value } of root.entries) {
    const name = key.replace(/\+$/, "");
    const before = key.endsWith("+") ? (settings.get(name) ?? []) : [];
    settings.set(name, [...before, ...valuesOf(value, at)]);
  }
  return undefined;
}

async function fromFiles(
  host: Host,
  product: string,
  unread: string[],
): Promise<Map<string, readonly RancherValue[]>> {
  const main = `/etc/rancher/${product}/config.yaml`;
  const folder = await host.list(`${main}.d`);
  if (folder.state !== "ok" && folder.state !== "absent") unread.push(folder.reason);
  const names =
    folder.state === "ok"
      ? folder.entries.map(({ name }) => name).filter((name) => /\.ya?ml$/.test(name))
      : [];
  const settings = new Map<string, readonly RancherValue[]>();
  for (const path of [main, ...names.map((name) => `${main}.d/${name}`)]) {
    const read = await host.read(path);
    if (read.state === "absent") continue;
    const problem = read.state === "ok" ? merge(settings, read) : read.reason;
    if (problem !== undefined) unread.push(problem);
  }
  return settings;
}

interface Started {
  readonly role: "server" | "agent";
  readonly settings: ReadonlyMap<string, readonly RancherValue[]>;
}

/** The service's command line, read behind the flags of the files, so that lists grow (k3s, pkg/configfilearg/parser.go). */
async function fromUnits(ask: Ask, product: string): Promise<Started | undefined> {
  const all = await ask(units);
  if (all.state !== "known") return undefined;
  for (const name of [`${product}.service`, `${product}-server.service`, `${product}-agent.service`]) {
    const unit = await all.value.get(name);
    if (unit === undefined || unit.masked) continue;
    const words = (await unit.exec()).commands[0]?.words ?? [];
    const role = words.some(({ text }) => text === "agent") || name.includes("agent") ? "agent" : "server";
    const settings = new Map<string, RancherValue[]>();
    for (const [index, { text, source }] of words.entries()) {
      const match = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(text);
      if (match?.[1] === undefined) continue;
      const next = words[index + 1]?.text;
      const value = match[2] ?? (next === undefined || next.startsWith("-") ? "true" : next);
      addTo(settings, match[1], { text: value, source });
    }
    return { role, settings };
  }
  return undefined;
}

export const rancher: FactSource<Rancher> = {
  title: "the configuration of k3s or rke2 (/etc/rancher, its units)",
  async gather(host, ask) {
    for (const product of products) {
      const folder = `/var/lib/rancher/${product}`;
      const unread: string[] = [];
      const settings = await fromFiles(host, product, unread);
      const started = await fromUnits(ask, product);
      const data = await host.stat(folder);
      if (started === undefined && settings.size === 0 && data.state === "absent") {
        if (unread.length > 0) return failed(unread.join("; "));
        continue;
      }
      const server = (await host.stat(`${folder}/server`)).state === "ok";
      const all = (key: string) => [...(settings.get(key) ?? []), ...(started?.settings.get(key) ?? [])];
      const role = started?.role ?? (server ? "server" : "agent");
      const dataDir = all("data-dir").at(-1)?.text ?? folder;
      return known({ product, role, dataDir, all, last: (key) => all(key).at(-1), unread });
    }
    return absent("neither k3s nor rke2 is on this node");
  },
};
