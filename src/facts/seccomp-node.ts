// What of this node decides what a seccomp profile does: the kernel and its architecture, libseccomp, the container engine and
// the runtimes below it. From the package database and /proc; starts nothing.
import { known } from "../core/fact.js";
import { type Architecture, architectures } from "../formats/syscall-table.js";
import type { Host } from "../host/host.js";
import { kubelet } from "./kubelet.js";
import { type Packages, packages } from "./packages.js";
import { platform } from "./platform.js";
import type { Ask, FactSource } from "./source.js";

export type SeccompEngine = "containerd" | "cri-o" | "docker";

export interface SeccompNode {
  readonly architecture: Architecture;
  /** Release of the running kernel; undefined where none can be seen. */
  readonly kernel: string | undefined;
  readonly libseccomp: string | undefined;
  readonly engine: SeccompEngine | undefined;
  readonly engineVersion: string | undefined;
  /** runc and crun, those that are installed; both where neither is seen: an engine may bring its own. */
  readonly low: readonly { readonly name: "runc" | "crun"; readonly version: string | undefined }[];
}

/** dpkg's and rpm's words for the architectures of the table. */
const packaged: Readonly<Record<string, Architecture>> = {
  amd64: "x86_64",
  i386: "x86",
  i686: "x86",
  arm64: "aarch64",
  armhf: "arm",
  armv7hl: "arm",
  ppc64el: "ppc64le",
};

const enginePackages: readonly (readonly [SeccompEngine, readonly string[]])[] = [
  ["containerd", ["containerd", "containerd.io"]],
  ["cri-o", ["cri-o", "cri-o-runc"]],
  ["docker", ["docker-ce", "docker.io", "moby-engine"]],
];

/** `1:1.7.24-1~deb12u1` is upstream's 1.7.24. */
function upstream(version: string | undefined): string | undefined {
  return /^(?:\d+:)?(\d+(?:\.\d+)+)/.exec(version ?? "")?.[1];
}

/** The kernel's word (since Linux 6.1), else that of an installed package. */
async function architectureOf(host: Host, installed: Packages | undefined): Promise<Architecture> {
  const read = await host.read("/proc/sys/kernel/arch", { limit: 4096 });
  const own = read.state === "ok" ? read.text.trim() : "";
  const word =
    own !== ""
      ? own
      : (installed?.all.find(({ name }) => name === "libc6" || name === "glibc")?.architecture ?? "");
  const mapped = Object.hasOwn(packaged, word) ? packaged[word] : undefined;
  return mapped ?? architectures.find((one) => one === word) ?? "x86_64";
}

/** What the kubelet talks to; its socket's name tells. */
async function toldEngine(ask: Ask): Promise<SeccompEngine | undefined> {
  const found = await ask(kubelet);
  const view = found.state === "known" ? found.value.views[0]?.view : undefined;
  const value = view?.setting("containerRuntimeEndpoint").value;
  const endpoint =
    typeof value === "string" && value !== "" ? value : (view?.option("container-runtime-endpoint") ?? "");
  if (/crio/.test(endpoint)) return "cri-o";
  if (/docker/.test(endpoint)) return "docker";
  return /containerd/.test(endpoint) ? "containerd" : undefined;
}

function engineOf(told: SeccompEngine | undefined, installed: Packages | undefined) {
  const found = enginePackages.flatMap(([engine, names]) => {
    const one = names.map((name) => installed?.get(name)).find((each) => each !== undefined);
    return one === undefined ? [] : [{ engine, version: upstream(one.version) }];
  });
  const engine = told ?? found[0]?.engine;
  return { engine, engineVersion: found.find((one) => one.engine === engine)?.version };
}

function lowOf(installed: Packages | undefined): SeccompNode["low"] {
  const names = ["runc", "crun"] as const;
  const found = names.flatMap((name) => {
    const one = installed?.get(name);
    return one === undefined ? [] : [{ name, version: upstream(one.version) }];
  });
  return found.length > 0 ? found : names.map((name) => ({ name, version: undefined }));
}

export const seccompNode: FactSource<SeccompNode> = {
  title: "what seccomp profiles meet here (kernel, architecture, libseccomp, container engine, runc, crun)",
  async gather(host, ask) {
    const [system, database, told] = await Promise.all([ask(platform), ask(packages), toldEngine(ask)]);
    const installed = database.state === "known" ? database.value : undefined;
    const kernel = system.state === "known" && system.value.kernel !== "" ? system.value.kernel : undefined;
    const libseccomp = installed?.get("libseccomp2") ?? installed?.get("libseccomp");
    return known({
      architecture: await architectureOf(host, installed),
      kernel,
      libseccomp: upstream(libseccomp?.version),
      ...engineOf(told, installed),
      low: lowOf(installed),
    });
  },
};
