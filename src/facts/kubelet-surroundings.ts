// What around the kubelet decides whether it starts with its settings: files it names, swap, kernel values, cgroups.
// Judges no setting.
import { wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import type { Stop } from "./kubelet-sources.js";
import type { KubeletSetting, View } from "./kubelet-view.js";
import type { SysctlKey } from "./sysctl-keys.js";

/** What a kubelet with protectKernelDefaults insists on (its container manager's own table). */
export const kernelDefaults: ReadonlyMap<SysctlKey, string> = new Map<SysctlKey, string>([
  ["vm.overcommit_memory", "1"],
  ["vm.panic_on_oom", "0"],
  ["kernel.panic", "10"],
  ["kernel.panic_on_oops", "1"],
  ["kernel.keys.root_maxkeys", "1000000"],
  ["kernel.keys.root_maxbytes", "25000000"],
]);

export interface Surroundings {
  /** Kernel values that keep a kubelet with protectKernelDefaults from starting: `kernel.panic is 0, not 10`. */
  readonly kernelDiffers: readonly string[];
  /** Whether the kernel's values could be seen at all. */
  readonly kernelKnown: boolean;
  readonly stops: readonly Stop[];
  readonly unread: readonly string[];
}

async function kernelValues(host: Host): Promise<{ differs: readonly string[]; known: boolean }> {
  const found = await Promise.all(
    [...kernelDefaults].map(async ([key, wanted]) => {
      const read = await host.read(`/proc/sys/${key.replaceAll(".", "/")}`);
      return read.state === "ok" ? { key, wanted, value: read.text.trim() } : undefined;
    }),
  );
  const seen = found.filter((one) => one !== undefined);
  const differs = seen.filter(({ value, wanted }) => value !== wanted);
  return {
    differs: differs.map(({ key, wanted, value }) => `${key} is ${value}, not ${wanted}`),
    known: seen.length === found.length,
  };
}

interface Named {
  readonly setting: KubeletSetting;
  readonly file: string;
}

/** Files without which the kubelet exits. */
async function missingFiles(host: Host, view: View): Promise<readonly Stop[]> {
  const named: readonly Named[] = [
    "authentication.x509.clientCAFile",
    "tlsCertFile",
    "tlsPrivateKeyFile",
  ].flatMap((path) => {
    const setting = view.setting(path);
    return typeof setting.value === "string" && setting.value.startsWith("/")
      ? [{ setting, file: setting.value }]
      : [];
  });
  const stats = await Promise.all(named.map(({ file }) => host.stat(file)));
  const gone = named.filter((_, index) => stats[index]?.state === "absent");
  return gone.map(({ setting, file }) => ({
    message: `${setting.path} is ${file}, which does not exist`,
    source: setting.source,
  }));
}

/** A kubelet with --kubeconfig needs it, or the bootstrap file it can make it from. */
async function missingKubeconfig(host: Host, view: View): Promise<readonly Stop[]> {
  const paths = [view.option("kubeconfig"), view.option("bootstrap-kubeconfig")].filter(
    (path) => path !== "",
  );
  const [first] = paths;
  const source = view.flag("kubeconfig")?.given.at(-1)?.source;
  if (first === undefined || source === undefined) return [];
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  if (stats.some(({ state }) => state !== "absent")) return [];
  return [{ message: `the kubelet's kubeconfig ${first} does not exist`, source }];
}

async function swapStops(host: Host, view: View): Promise<readonly Stop[]> {
  const setting = view.setting("failSwapOn");
  if (setting.value !== true) return [];
  const swaps = await host.read("/proc/swaps");
  if (swaps.state !== "ok") return [];
  const lines = swaps.text.split("\n").slice(1);
  const on = lines.filter((line) => line.trim() !== "");
  if (on.length === 0) return [];
  const first = on[0]?.split(/\s/, 1)[0] ?? "";
  return [
    { message: `swap is on (${first}) and failSwapOn is true`, source: wholeFile("/proc/swaps", on[0]) },
  ];
}

async function cgroupStops(host: Host, view: View): Promise<readonly Stop[]> {
  const setting = view.setting("failCgroupV1");
  if (setting.value !== true) return [];
  const [top, unified] = await Promise.all([
    host.list("/sys/fs/cgroup"),
    host.stat("/sys/fs/cgroup/cgroup.controllers"),
  ]);
  if (top.state !== "ok" || top.entries.length === 0 || unified.state !== "absent") return [];
  return [{ message: "failCgroupV1 is true and this node has cgroup v1", source: setting.source }];
}

export async function surroundingsOf(host: Host, view: View): Promise<Surroundings> {
  const kernel = await kernelValues(host);
  const protects = view.setting("protectKernelDefaults");
  const kernelStops =
    protects.value === true
      ? kernel.differs.map((differs) => ({
          message: `protectKernelDefaults is true and ${differs}`,
          source: protects.source,
        }))
      : [];
  const [files, kubeconfig, swap, cgroup] = await Promise.all([
    missingFiles(host, view),
    missingKubeconfig(host, view),
    swapStops(host, view),
    cgroupStops(host, view),
  ]);
  return {
    kernelDiffers: kernel.differs,
    kernelKnown: kernel.known,
    stops: [...files, ...kubeconfig, ...swap, ...cgroup, ...kernelStops],
    unread: [],
  };
}
