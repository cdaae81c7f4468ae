// Where this node's configuration has the runtimes and the kubelet keep what belongs to containers, beside the usual
// directories. Not what lies there (containers.ts, file-tree.ts).
import { known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import { containerd } from "./containerd.js";
import { crio } from "./crio.js";
import { docker } from "./docker.js";
import { kubelet } from "./kubelet.js";
import type { Ask, FactSource } from "./source.js";
import { containerDirectories, isBelow } from "./walk-plan.js";

export interface ContainerStores {
  /** The directories that keep layers and volumes over a boot, where they are not the usual ones. */
  readonly kept: readonly string[];
  /**
   * Directories inside of them that a runtime makes for itself. Only these are taken for containers': a root that is named
   * carelessly, such as /srv, holds other things too.
   */
  readonly parts: readonly string[];
  /** dockerd's folder of containers, which holds their logs. */
  readonly dockerContainers: readonly string[];
  /** The kubelet's folder of pods, which holds their Secrets. */
  readonly pods: readonly string[];
}

interface Named {
  readonly root: string;
  /** Layers and volumes lie there, and not only the state of what runs. */
  readonly kept: boolean;
  readonly own: RegExp;
}

/** What dockerd(8) makes in its data-root and exec-root: one folder a storage driver, and these. */
const ofDocker =
  /^(?:aufs|btrfs|buildkit|containerd|containers|devicemapper|fuse-overlayfs|image|overlay|overlay2|rootfs|runtime-runc|swarm|tmp|vfs|volumes|zfs)$/;
/** containerd's plugins keep a folder each, by their full name. */
const ofContainerd = /^io\.containerd\./;
/** containers/storage: a folder a driver, and of each its images, layers and containers. */
const ofStorage = /^(?:btrfs|overlay|vfs|zfs)(?:-images|-layers|-containers|-locks)?$/;
const ofKubelet = /^(?:plugins|pods)$/;

/** Absolute, and without an end that would name the same directory twice. */
function clean(path: string): readonly string[] {
  return path.startsWith("/") ? [path.replace(/(?<=.)\/+$/, "")] : [];
}

async function namedHere(ask: Ask): Promise<readonly Named[]> {
  const [byDocker, byContainerd, byCrio, byKubelet] = await Promise.all([
    ask(docker),
    ask(containerd),
    ask(crio),
    ask(kubelet),
  ]);
  const kept = (own: RegExp, ...paths: readonly string[]) =>
    paths.flatMap(clean).map((root) => ({ root, own, kept: true }));
  const state = (own: RegExp, path: string) => clean(path).map((root) => ({ root, own, kept: false }));
  return [
    ...(byDocker.state === "known"
      ? [
          ...kept(ofDocker, byDocker.value.text("data-root", "").value),
          ...state(ofDocker, byDocker.value.text("exec-root", "").value),
        ]
      : []),
    ...(byContainerd.state === "known"
      ? [...kept(ofContainerd, byContainerd.value.root), ...state(ofContainerd, byContainerd.value.state)]
      : []),
    ...(byCrio.state === "known"
      ? [...kept(ofStorage, byCrio.value.root), ...state(ofStorage, byCrio.value.runRoot)]
      : []),
    ...(byKubelet.state === "known"
      ? kept(ofKubelet, ...byKubelet.value.views.map(({ view }) => view.option("root-dir")))
      : []),
  ];
}

async function partsOf(host: Host, { root, own }: Named): Promise<readonly string[]> {
  const listing = await host.list(root);
  if (listing.state !== "ok") return [];
  return listing.entries
    .filter(({ name, kind }) => kind === "directory" && own.test(name))
    .map(({ name }) => `${root === "/" ? "" : root}/${name}`);
}

export const containerStores: FactSource<ContainerStores> = {
  title: "the directories that dockerd, containerd, CRI-O and the kubelet are told to use for containers",
  async gather(host, ask) {
    const all = await namedHere(ask);
    const unusual = all.filter(({ root }) => !containerDirectories.some((usual) => isBelow(root, usual)));
    const inside = (own: RegExp, name: string) =>
      unusual.filter((one) => one.own === own).map(({ root }) => `${root === "/" ? "" : root}/${name}`);
    const parts = await Promise.all(unusual.map((one) => partsOf(host, one)));
    return known({
      kept: [...new Set(unusual.filter((one) => one.kept).map(({ root }) => root))],
      parts: [...new Set(parts.flat())],
      dockerContainers: [...new Set(inside(ofDocker, "containers"))],
      pods: [...new Set(inside(ofKubelet, "pods"))],
    });
  },
};
