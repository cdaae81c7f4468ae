// Which directories a walk over the node's own files starts from, and what it leaves out. Decides by the mount table; walks nothing.
import type { WalkStart } from "../host/host.js";
import type { MountKind } from "./mount-kinds.js";
import type { Mount, MountTable } from "./mounts.js";

export interface WalkPlan {
  readonly starts: readonly WalkStart[];
  /** Mount points, and directories of container runtimes. */
  readonly prune: ReadonlySet<string>;
  /** File systems left out on purpose, in words. */
  readonly leftOut: readonly string[];
  /** The node's own files that are not looked at, in words. */
  readonly unseen: readonly string[];
}

/** Directories where runtimes and the kubelet keep what belongs to containers and images. */
export const containerDirectories = [
  "/var/lib/containerd",
  "/var/lib/docker",
  "/var/lib/kubelet",
  "/var/lib/containers",
  "/var/lib/buildkit",
  "/var/lib/lxc",
  "/var/lib/lxd",
  "/var/lib/incus",
  "/var/lib/machines",
  "/var/lib/rancher/k3s/agent/containerd",
  "/var/lib/rancher/rke2/agent/containerd",
  "/var/snap/lxd/common",
  "/var/snap/microk8s/common/var/lib",
  "/var/snap/microk8s/common/run",
  "/run/containerd",
  "/run/containers",
  "/run/docker",
  "/run/k3s/containerd",
] as const;

/** The layers an overlay is made of lie in the runtime's own directory, wherever its configuration puts that. */
const layers = /^(\/.+?)\/(?:io\.containerd\.snapshotter\.v1\.[^/]+|overlay2|overlay)\//;

/** Is a path a container's? */
type InArea = (path: string) => boolean;

function upperOf({ options }: Mount): string {
  return [...options].find((option) => option.startsWith("upperdir="))?.slice("upperdir=".length) ?? "";
}

/** The directories an overlay is made of (overlayfs.rst in the kernel's documentation). */
function partsOf(mount: Mount): readonly string[] {
  const lower = [...mount.options].find((option) => option.startsWith("lowerdir="));
  return [upperOf(mount), ...(lower?.slice("lowerdir=".length).split(":") ?? [])];
}

function storageOf(mount: Mount): readonly string[] {
  const found = layers.exec(upperOf(mount))?.[1];
  return found === undefined ? [] : [found];
}

/** The directories above and those that running containers give away. */
export function containerAreas(table: MountTable | undefined): readonly string[] {
  const overlays = (table?.visible ?? []).filter(({ kind }) => kind === "overlay");
  return [...new Set([...containerDirectories, ...overlays.flatMap(storageOf)])];
}

export function isBelow(path: string, area: string): boolean {
  return path === area || path.startsWith(area === "/" ? "/" : `${area}/`);
}

/** Types whose parts have device numbers of their own. */
const manyDevices = new Set(["btrfs", "bcachefs"]);

/** systemd hands each service its credentials there, and hides them from every other (systemd.exec(5), CREDENTIALS). */
const credentials = "/run/credentials";

function isWalked(mount: Mount, inArea: InArea): boolean {
  const { point, kind } = mount;
  if (isBelow(point, credentials)) return false;
  if (point === "/") return kind !== "pseudo";
  if (isBelow(point, "/proc") || isBelow(point, "/sys")) return false;
  // Not every overlay is a container's: system extensions and images that may not be written have their own.
  if (kind === "overlay") return !partsOf(mount).some(inArea);
  return kind === "disk" || kind === "memory";
}

/** What a bind mount or subvolume shows is walked where it lies, if it can be reached there and is looked at there. */
function isSeenElsewhere(mount: Mount, table: MountTable, inArea: InArea): boolean {
  return table.visible.some((other) => {
    if (other === mount || other.device !== mount.device) return false;
    const inside =
      mount.root === other.root ? "" : mount.root.slice(other.root === "/" ? 0 : other.root.length);
    if (!isBelow(mount.root, other.root) || !isWalked(other, inArea)) return false;
    // Of two mounts of the same directory the first counts.
    if (inside === "" && table.visible.indexOf(other) > table.visible.indexOf(mount)) return false;
    const there = `${other.point === "/" ? "" : other.point}${inside}` || "/";
    return !inArea(there) && table.of(there) === other;
  });
}

const words: Readonly<Partial<Record<MountKind, string>>> = {
  network: "that another machine or a program hands out",
  overlay: "of containers",
  image: "that are read-only images",
};
const unknownType: Readonly<Partial<Record<MountKind, string>>> = {
  other: "of a type nodeward does not know",
};

function counted(
  mounts: readonly Mount[],
  meanings: Readonly<Partial<Record<MountKind, string>>>,
): readonly string[] {
  return Object.entries(meanings).flatMap(([kind, meaning]) => {
    const points = mounts.filter((mount) => mount.kind === kind).map(({ point }) => point);
    if (points.length === 0) return [];
    const shown = points.length > 3 ? `${points.slice(0, 3).join(", ")}, …` : points.join(", ");
    return [`${points.length} file systems ${meaning} (${shown})`];
  });
}

/** Without a table the walk starts from the top and stays on its file system. */
export function walkPlan(table: MountTable | undefined, areas: readonly string[]): WalkPlan {
  if (table === undefined)
    return { starts: [{ path: "/", crossDevices: false }], prune: new Set(areas), leftOut: [], unseen: [] };
  const inArea = (path: string) => areas.some((area) => isBelow(path, area));
  const own = table.visible.filter(({ point }) => !inArea(point));
  const walked = own.filter((mount) => isWalked(mount, inArea));
  const starts = walked
    .filter((mount) => mount.point === "/" || !isSeenElsewhere(mount, table, inArea))
    .map(({ point, type }) => ({ path: point, crossDevices: manyDevices.has(type) }));
  const left = own.filter((mount) => !walked.includes(mount) && mount.point !== "/");
  return {
    starts,
    prune: new Set([...table.visible.map(({ point }) => point), ...areas]),
    leftOut: counted(left, words),
    unseen: [
      ...counted(left, unknownType).map((what) => `not looked at: ${what}`),
      ...(walked.some(({ point }) => point === "/") ? [] : ["the file system of / was not looked at"]),
    ],
  };
}
