// Nodes with a kubelet, made of values: the files kubeadm leaves, and what a view of the kubelet fact says of a setting.
import { place } from "../../src/core/source.js";
import { asker } from "../../src/engine/gather.js";
import { type Kubelet, kubelet } from "../../src/facts/kubelet.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../src/host/memory.js";

export const config = "/var/lib/kubelet/config.yaml";
export const unit = "/usr/lib/systemd/system/kubelet.service";
export const dropIn = "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf";
export const extra = "/etc/default/kubelet";
export const ownUnit = "/etc/systemd/system/kubelet.service";
export const head = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

/** What every start needs besides its settings. */
export const surroundings: MemoryFiles = {
  "/etc/kubernetes/kubelet.conf": "",
  "/etc/kubernetes/pki/ca.crt": "",
};

/** A unit of our own in /etc with these words, and the files every start needs. */
export function started(words: string, files: MemoryFiles = {}): MemoryFiles {
  return {
    ...surroundings,
    [ownUnit]: `[Service]\nExecStart=/usr/bin/kubelet ${words}\n`,
    ...files,
  };
}

/** A kubelet with `--config` and a kubeconfig, its file made of these lines. */
export function configured(lines: string, files: MemoryFiles = {}): MemoryFiles {
  return started(`--config=${config} --kubeconfig=/etc/kubernetes/kubelet.conf`, {
    [config]: `${head}${lines}`,
    ...files,
  });
}

/** Words on top of a configuration file. */
export function flags(words: string, lines = "", files: MemoryFiles = {}): MemoryFiles {
  const command = `/usr/bin/kubelet --config=${config} --kubeconfig=/etc/kubernetes/kubelet.conf ${words}`;
  return { ...configured(lines, files), [ownUnit]: `[Service]\nExecStart=${command}\n` };
}

/** The package database of a node with this kubelet. */
export function installed(version: string): MemoryFiles {
  return {
    "/var/lib/dpkg/status": `Package: kubelet\nStatus: install ok installed\nVersion: ${version}\n\n`,
  };
}

/** As kubeadm and its package set a node up. */
export function kubeadm(lines: string, files: MemoryFiles = {}): MemoryFiles {
  return {
    ...surroundings,
    [unit]: "[Service]\nExecStart=/usr/bin/kubelet\n[Install]\nWantedBy=multi-user.target\n",
    [dropIn]: `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=${config}"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-${extra}
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
    "/var/lib/kubelet/kubeadm-flags.env":
      'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock"\n',
    [config]: `${head}${lines}`,
    ...files,
  };
}

/** A running process, started this many seconds after the epoch. */
export function process(
  pid: number,
  args: readonly string[],
  { since = 1000, name = "kubelet", nsPids = "" }: { since?: number; name?: string; nsPids?: string } = {},
): MemoryFiles {
  const numbers = Array.from({ length: 40 }, (_, index) => (index === 19 ? String(since * 100) : "0"));
  return {
    "/proc/stat": "cpu 0\nbtime 0\n",
    [`/proc/${pid}/status`]: `Name:\t${name}\nPPid:\t1\nUid:\t0\t0\nGid:\t0\t0\nNSpid:\t${pid}${nsPids}\n`,
    [`/proc/${pid}/cmdline`]: `${args.join("\0")}\0`,
    [`/proc/${pid}/stat`]: `${pid} (${name}) ${numbers.join(" ")}`,
  };
}

export async function kubeletOf(files: MemoryFiles, options: MemoryOptions = {}): Promise<Kubelet> {
  const fact = await asker(memoryHost(files, options))(kubelet);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

/** A line a view: `label: value @ place`, or `stops: why`, or `unread: why`. */
export async function effective(
  files: MemoryFiles,
  path: string,
  options: MemoryOptions = {},
): Promise<readonly string[]> {
  const { views } = await kubeletOf(files, options);
  return views.map(({ label, view, stops, unread }) => {
    const before = label === "" ? "" : `${label}: `;
    const [stop] = stops;
    if (stop !== undefined) return `${before}stops: ${stop.message}`;
    if (unread.length > 0) return `${before}unread: ${unread.join("; ")}`;
    const { shown, source, unknown } = view.setting(path);
    return `${before}${unknown === undefined ? shown : `not known (${unknown})`} @ ${place(source)}`;
  });
}
