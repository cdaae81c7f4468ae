// What is mounted where with which options, now (the kernel's table of process 1) and after the next boot (fstab).
// Not what the options should be.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { type MountLine, type MountTree, mountTree, parseMountinfo } from "../formats/mountinfo.js";
import type { Host, ReadOk } from "../host/host.js";
import { type BootTable, bootTable } from "./boot-mounts.js";
import { type MountKind, mountKind } from "./mount-kinds.js";
import type { FactSource } from "./source.js";

export type { BootMount, BootTable } from "./boot-mounts.js";

export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly kind: MountKind;
  /** The device or name that was mounted. */
  readonly origin: string;
  /** The folder of the file system that is mounted: `/` unless it is a bind mount or a subvolume. */
  readonly root: string;
  /** `8:1`: the same for every mount of one file system. */
  readonly device: string;
  /** Of the mount and of its file system together. */
  readonly options: ReadonlySet<string>;
  readonly source: Source;
}

export interface MountTable {
  /** Mounts that a path can reach, in the kernel's order. */
  readonly visible: readonly Mount[];
  /** The mount on which `path` (absolute, no symbolic link in it) lies. */
  of(path: string): Mount | undefined;
  /** The mount whose mount point is exactly `path`. */
  at(path: string): Mount | undefined;
  /** Set when this is not process 1's own table: why what it says may not be so for the host. */
  readonly caveat: string | undefined;
  /** Mount points where nodeward's own process sees other files than process 1 does: it runs in a sandbox. */
  readonly veiled: readonly string[];
}

export interface Mounts {
  readonly running: Fact<MountTable>;
  readonly boot: Fact<BootTable>;
}

/** Overlay mounts name all their layers: a node with hundreds of containers has MiB of them. */
const tableLimit = 64 * 1024 * 1024;

function mountOf(line: MountLine): Mount {
  const { point, type, origin, root, device, source } = line;
  const options = new Set([...line.superOptions, ...line.options]);
  // Read-only by the mount or by the file system: nothing can be written either way.
  if (options.has("ro")) options.delete("rw");
  const kind = mountKind(type);
  // An unknown type on a block device is a disk whose file system is newer than this program.
  return {
    point,
    type,
    kind: kind === "other" && origin.startsWith("/dev/") ? "disk" : kind,
    origin,
    root,
    device,
    options,
    source,
  };
}

/**
 * Plumbing of systemd that every unit with a sandbox sees for itself alone (its credentials, its mount propagation), and
 * what a container's manager lays over single files of the kernel's views.
 */
const ownOfUnits = /^\/(?:run\/(?:credentials|systemd\/incoming)(?:\/|$)|proc\/|sys\/)/;

/** What a path shows: which folder of which file system. A view of the kernel is the same wherever it is mounted. */
function shown(tree: MountTree, path: string): string | undefined {
  const mount = tree.of(path);
  if (mount === undefined) return undefined;
  if (mountKind(mount.type) === "pseudo") return mount.type;
  const rest = path.slice(mount.point === "/" ? 0 : mount.point.length);
  return `${mount.device} ${`${mount.root}/${rest}`.replace(/\/+/g, "/").replace(/(?<=.)\/$/, "")}`;
}

/** Mount points where two tables show different files. */
function differences(one: string, other: string): readonly string[] {
  if (one === other) return [];
  const [mine, theirs] = [
    mountTree(parseMountinfo("", one).mounts),
    mountTree(parseMountinfo("", other).mounts),
  ];
  const points = new Set([...mine.visible, ...theirs.visible].map(({ point }) => point));
  return [...points].filter(
    (point) => !ownOfUnits.test(point) && shown(mine, point) !== shown(theirs, point),
  );
}

function tableOf(
  { path, text }: ReadOk,
  own: string,
  caveat: string | undefined = undefined,
): Fact<MountTable> {
  const { mounts, unread } = parseMountinfo(path, text);
  if (mounts.length === 0) return failed(`${path} names no mount`);
  if (unread.length > 0) return failed(`${path}:${unread[0]}: is not a line of a mount table`);
  const tree = mountTree(mounts);
  const made = new Map(tree.visible.map((line) => [line, mountOf(line)]));
  const of = (path: string): Mount | undefined => {
    const line = tree.of(path);
    return line === undefined ? undefined : made.get(line);
  };
  const at = (path: string): Mount | undefined => {
    const mount = of(path);
    return mount?.point === path ? mount : undefined;
  };
  return known({ visible: [...made.values()], of, at, caveat, veiled: differences(text, own) });
}

/** systemd gives the processes of a sandboxed unit a copy of the mounts that only receives changes (systemd.exec(5)). */
function isCopy(text: string): boolean {
  return parseMountinfo("", text).mounts.some(
    ({ point, propagation }) => point === "/" && propagation.some((word) => word.startsWith("master:")),
  );
}

async function runningTable(host: Host): Promise<Fact<MountTable>> {
  const first = await host.read("/proc/1/mountinfo", { limit: tableLimit });
  const own = host.live ? await host.read("/proc/self/mountinfo", { limit: tableLimit }) : undefined;
  if (first.state === "ok") return tableOf(first, own?.state === "ok" ? own.text : first.text);
  if (own === undefined)
    return first.state === "absent"
      ? absent("what is mounted cannot be seen: no /proc/1/mountinfo under this root")
      : failed(first.reason);
  if (own.state !== "ok") return failed(first.reason);
  // What a sandbox shows this process says nothing of the host.
  if (isCopy(own.text)) return failed(`${first.reason}, and this process has mounts of its own`);
  return tableOf(own, own.text, `${first.reason}: judged by the mounts of nodeward's own process`);
}

export const mounts: FactSource<Mounts> = {
  title: "the mounts (/proc/1/mountinfo, /etc/fstab, systemd .mount units)",
  async gather(host, ask) {
    const [running, boot] = await Promise.all([runningTable(host), bootTable(host, ask)]);
    if (running.state === "absent" && boot.state === "absent")
      return absent(`${running.reason}; ${boot.reason}`);
    return known({ running, boot });
  },
};
