// The installed kubelet's version: from the package database, the names on its path, the distribution's own record, and
// last, on a running machine, from the kubelet itself.
import { absent, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import { packages } from "./packages.js";
import { platform } from "./platform.js";
import { processes } from "./processes.js";
import type { Ask, FactSource } from "./source.js";

export interface KubeletVersion {
  /** Such as `1.34.2`, or `1.34` where no more is told. */
  readonly text: string;
  /** The 34 of 1.34.2. */
  readonly minor: number;
  readonly source: Source;
}

const programs = [
  "/usr/bin/kubelet",
  "/usr/local/bin/kubelet",
  "/opt/bin/kubelet",
  "/home/kubernetes/bin/kubelet",
  "/var/lib/rancher/rke2/bin/kubelet",
];
const packageNames = [
  "kubelet",
  "kubernetes-node",
  "kubernetes1.34-node",
  "openshift-kubelet",
  "openshift-hyperkube",
];

/** `1.34.2-1.1`, `v1.31.1+k3s1`, `kubelet-v1.29.4`: the first version of Kubernetes in a text. */
function versionIn(text: string): { readonly text: string; readonly minor: number } | undefined {
  const match = /(?:^|[^\d.])v?(1\.(\d{1,2})(?:\.\d{1,3})?)(?!\d)/.exec(text);
  return match?.[1] === undefined ? undefined : { text: match[1], minor: Number(match[2]) };
}

function from(text: string, file: string): KubeletVersion | undefined {
  const found = versionIn(text);
  return found === undefined ? undefined : { ...found, source: wholeFile(file, text) };
}

async function packaged(ask: Ask): Promise<KubeletVersion | undefined> {
  const installed = await ask(packages);
  if (installed.state !== "known") return undefined;
  const one = packageNames.map((name) => installed.value.get(name)).find((found) => found !== undefined);
  if (one === undefined) return undefined;
  return from(
    ` ${one.version.replace(/^\d+:/, "")}`,
    `${installed.value.manager}: ${one.name} ${one.version}`,
  );
}

/** Symbolic links and folders carry the version in their names: `/opt/kubernetes/v1.30.1/kubelet`. */
async function onPath(host: Host, ask: Ask): Promise<KubeletVersion | undefined> {
  const running = await ask(processes);
  const own = running.state === "known" ? running.value.named("kubelet") : [];
  const paths = [...own.flatMap(({ args }) => args[0] ?? []), ...programs].filter((path) =>
    path.startsWith("/"),
  );
  for (const path of new Set(paths)) {
    const stat = await host.stat(path);
    const found = stat.state === "ok" ? from(stat.realPath, path) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

async function recorded(host: Host, ask: Ask): Promise<KubeletVersion | undefined> {
  const snap = await host.read("/snap/microk8s/current/meta/snap.yaml");
  const snapped = snap.state === "ok" ? /^version:\s*(\S+)/m.exec(snap.text)?.[1] : undefined;
  if (snapped !== undefined) return from(` ${snapped}`, "/snap/microk8s/current/meta/snap.yaml");
  const os = await ask(platform);
  if (os.state !== "known" || os.value.id !== "bottlerocket") return undefined;
  const release = await host.read("/etc/os-release");
  const variant = release.state === "ok" ? /^VARIANT_ID=(\S+)/m.exec(release.text)?.[1] : undefined;
  return variant === undefined ? undefined : from(variant, "/etc/os-release");
}

async function asked(host: Host): Promise<KubeletVersion | undefined> {
  const result = await host.run("kubelet-version");
  return result.state === "ok" && result.code === 0
    ? from(result.stdout.trim(), "kubelet --version")
    : undefined;
}

export const kubeletVersion: FactSource<KubeletVersion> = {
  title: "the installed kubelet's version (package database, the program's path, `kubelet --version`)",
  async gather(host, ask) {
    const found =
      (await packaged(ask)) ??
      (await onPath(host, ask)) ??
      (await recorded(host, ask)) ??
      (await asked(host));
    return found === undefined ? absent("the kubelet's version is not known") : known(found);
  },
};
