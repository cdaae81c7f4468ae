// The static pods of this node: the manifests in the kubelet's directory, as the kubelet reads them. Judges nothing.
import { absent, failed, known } from "../core/fact.js";
import { listing, printable } from "../core/printable.js";
import { type PodManifest, parsePods } from "../formats/pod-manifest.js";
import type { FileStat, Host } from "../host/host.js";
import { kubelet } from "./kubelet.js";
import type { Ask, FactSource } from "./source.js";

export interface ManifestFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly text: string;
  readonly pods: readonly PodManifest[];
}

export interface StaticPods {
  readonly directories: readonly { readonly path: string; readonly stat: FileStat }[];
  readonly files: readonly ManifestFile[];
  /** What is there and could not be read or understood, and why. */
  readonly unread: readonly string[];
}

/** kubeadm, kops, kubespray, OpenShift; rke2; k3s. */
export const manifestFolders = [
  "/etc/kubernetes/manifests",
  "/var/lib/rancher/rke2/agent/pod-manifests",
  "/var/lib/rancher/k3s/agent/pod-manifests",
];
const fileLimit = 500;

async function readFolder(host: Host, folder: string, unread: string[]): Promise<readonly ManifestFile[]> {
  const found = await host.list(folder);
  if (found.state === "absent") return [];
  if (found.state !== "ok") {
    unread.push(found.reason);
    return [];
  }
  for (const name of found.undecodable) unread.push(`${folder}/${name}: the name is not valid UTF-8`);
  // The kubelet reads every file but those whose name starts with a dot, whatever its ending (pkg/kubelet/config/file.go).
  const names = found.entries.filter(({ name, kind }) => !name.startsWith(".") && kind !== "directory");
  if (names.length > fileLimit) unread.push(`${folder}: more than ${fileLimit} files`);
  const files: ManifestFile[] = [];
  for (const { name } of names.slice(0, fileLimit))
    files.push(...(await readFile(host, `${folder}/${name}`, unread)));
  return files;
}

async function readFile(host: Host, path: string, unread: string[]): Promise<readonly ManifestFile[]> {
  const read = await host.read(path);
  if (read.state !== "ok") {
    unread.push(read.reason);
    return [];
  }
  const parsed = parsePods(path, read.text);
  if (parsed.state === "error") unread.push(`${path}:${parsed.line}:${parsed.column}: ${parsed.message}`);
  return [{ path, stat: read, text: read.text, pods: parsed.state === "ok" ? parsed.pods : [] }];
}

/** Where the kubelet is told to look, now and after its next start: a folder, a single file, or an address. */
async function toldByKubelet(
  ask: Ask,
): Promise<{ readonly paths: readonly string[]; readonly unread: readonly string[] }> {
  const found = await ask(kubelet);
  if (found.state !== "known") return { paths: [], unread: [] };
  const texts = (key: string) =>
    found.value.views.flatMap(({ view }) => {
      const { value } = view.setting(key);
      return typeof value === "string" && value !== "" ? [value] : [];
    });
  return {
    paths: texts("staticPodPath")
      .filter((path) => path.startsWith("/"))
      .map((path) => path.replace(/(?<=.)\/+$/, "")),
    unread: [...new Set(texts("staticPodURL"))].map(
      (url) => `the kubelet takes static pods from ${printable(url)} too, which was not asked`,
    ),
  };
}

export const staticPods: FactSource<StaticPods> = {
  title:
    "the static pod manifests (the kubelet's staticPodPath, /etc/kubernetes/manifests and the folders of rke2 and k3s)",
  async gather(host, ask) {
    const unread: string[] = [];
    const files: ManifestFile[] = [];
    const directories: { path: string; stat: FileStat }[] = [];
    const told = await toldByKubelet(ask);
    unread.push(...told.unread);
    for (const path of new Set([...manifestFolders, ...told.paths])) {
      const stat = await host.stat(path);
      if (stat.state === "absent") continue;
      if (stat.state === "ok" && stat.kind !== "directory") {
        files.push(...(await readFile(host, path, unread)));
        directories.push({ path, stat });
        continue;
      }
      if (stat.state === "ok") directories.push({ path, stat });
      files.push(...(await readFolder(host, path, unread)));
    }
    if (directories.length > 0) return known({ directories, files, unread });
    return unread.length > 0 ? failed(listing(unread)) : absent("no static pod directory on this node");
  },
};
