// The platform's programs that lie on this node, where releases and distributions put them. Does not say whether they are good.
import type { FileStat, Host } from "../host/host.js";

const folders = ["/usr/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin", "/opt/bin"];
const names = [
  [
    "kubelet",
    "kubeadm",
    "kubectl",
    "kube-proxy",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
  ],
  [
    "etcd",
    "etcdctl",
    "k3s",
    "rke2",
    "containerd",
    "containerd-shim-runc-v2",
    "ctr",
    "nerdctl",
    "runc",
    "crun",
    "youki",
  ],
  [
    "crictl",
    "crio",
    "conmon",
    "conmonrs",
    "pinns",
    "dockerd",
    "docker",
    "docker-proxy",
    "docker-init",
    "cri-dockerd",
  ],
  ["runsc", "containerd-shim-runsc-v1", "containerd-shim-kata-v2", "kata-runtime", "falco", "tracee"],
].flat();
const pluginFolders = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

export interface Programs {
  readonly files: readonly { readonly path: string; readonly stat: FileStat }[];
  /** Why there may be more than these. */
  readonly problems: readonly string[];
}

/** The plugins of one folder. */
async function pluginsOf(host: Host, folder: string): Promise<Listed> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return { paths: [], problems: [] };
  if (listing.state !== "ok") return { paths: [], problems: [listing.reason] };
  return {
    paths: listing.entries
      .filter(({ name, kind }) => kind !== "directory" && !/\.|^LICENSE|^README/.test(name))
      .map(({ name }) => `${folder}/${name}`),
    problems: listing.undecodable.map(
      (name) => `${folder}: the name "${name}" is not valid UTF-8, the file was not looked at`,
    ),
  };
}

interface Listed {
  readonly paths: readonly string[];
  readonly problems: readonly string[];
}

/** Each once, however many paths lead to it. */
export async function platformPrograms(host: Host): Promise<Programs> {
  const plugins = await Promise.all(pluginFolders.map((folder) => pluginsOf(host, folder)));
  const paths = [
    ...folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)),
    ...plugins.flatMap((listed) => listed.paths),
  ];
  const found = new Map<string, { path: string; stat: FileStat }>();
  const problems = plugins.flatMap((listed) => listed.problems);
  const stats = await Promise.all(paths.map(async (path) => ({ path, stat: await host.stat(path) })));
  for (const { path, stat } of stats) {
    if (stat.state !== "ok" && stat.state !== "absent") problems.push(stat.reason);
    // /usr/sbin may be a link to /usr/bin: one file, one line.
    if (stat.state === "ok" && stat.kind === "file" && !found.has(stat.realPath))
      found.set(stat.realPath, { path, stat });
  }
  return { files: [...found.values()], problems };
}
