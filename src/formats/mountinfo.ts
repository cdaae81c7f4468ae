// The kernel's mount table as proc_pid_mountinfo(5) describes it: text -> mounts with lines. Not fstab, no judgement of options.
import type { Source } from "../core/source.js";

export interface MountLine {
  readonly id: number;
  readonly parent: number;
  /** `8:1`. */
  readonly device: string;
  /** The folder of the file system that is mounted: `/` unless it is a bind mount or a subvolume. */
  readonly root: string;
  /** Where it is mounted. */
  readonly point: string;
  /** Of this mount alone (`nodev`, `ro`, …). */
  readonly options: readonly string[];
  /** `shared:1`, `master:2`, … */
  readonly propagation: readonly string[];
  readonly type: string;
  /** What was given to mount: a device, a name, or nothing. */
  readonly origin: string;
  /** Of the file system, whichever mount of it is looked at. */
  readonly superOptions: readonly string[];
  readonly source: Source;
}

export interface MountLines {
  readonly mounts: readonly MountLine[];
  /** Lines that are no mount: numbers from 1. */
  readonly unread: readonly number[];
}

const octal = /\\([0-7]{3})/g;

/** The kernel writes space, tab, newline, `#` and the backslash as three octal digits (seq_path(9)). */
export function unmangle(text: string): string {
  if (!text.includes("\\")) return text;
  // Bytes of an UTF-8 sequence are never escaped: only single ASCII characters are.
  return text.replace(octal, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function parseLine(raw: string): Omit<MountLine, "source"> | undefined {
  // Single spaces: an empty device name leaves two beside each other.
  const fields = raw.split(" ");
  const [id = "", parent = "", device = "", root = "", point = "", options = ""] = fields;
  const dash = fields.indexOf("-", 6);
  const type = fields[dash + 1];
  if (dash < 0 || type === undefined || type === "") return undefined;
  if (!/^\d+$/.test(id) || !/^\d+$/.test(parent) || !/^\d+:\d+$/.test(device)) return undefined;
  if (!point.startsWith("/")) return undefined;
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unmangle(root),
    point: unmangle(point),
    options: options.split(","),
    propagation: fields.slice(6, dash),
    type: unmangle(type),
    origin: unmangle(fields[dash + 2] ?? ""),
    superOptions: (fields[dash + 3] ?? "").split(",").filter((option) => option !== ""),
  };
}

/** Reads `/proc/PID/mountinfo`. */
export function parseMountinfo(file: string, text: string): MountLines {
  const mounts: MountLine[] = [];
  const unread: number[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const span = { start, end: start + raw.length };
    start = span.end + 1;
    if (raw === "") continue;
    const mount = parseLine(raw);
    if (mount === undefined) unread.push(index + 1);
    else mounts.push({ ...mount, source: { file, line: index + 1, span, text: raw } });
  }
  return { mounts, unread };
}

/** `8:1` as the `st_dev` that stat(2) gives (makedev(3) of glibc). */
export function deviceNumber(device: string): number {
  const [major = 0, minor = 0] = device.split(":").map(Number);
  const low = ((major & 0xfff) << 8) | (minor & 0xff);
  // Beyond 32 bits for large numbers: arithmetic instead of shifts.
  return low + (minor - (minor & 0xff)) * 0x1000 + (major - (major & 0xfff)) * 0x1_0000_0000;
}

/** The mounts by what hides what: a path belongs to one of them only. */
export interface MountTree {
  /** Those that a path can reach: not those under a later mount. */
  readonly visible: readonly MountLine[];
  /** The mount on which `path` (absolute, without symbolic links) lies; undefined where the table has no root. */
  of(path: string): MountLine | undefined;
}

function rootOf(mounts: readonly MountLine[], ids: ReadonlySet<number>): MountLine | undefined {
  const tops = mounts.filter(({ point }) => point === "/");
  return tops.find(({ id, parent }) => id === parent || !ids.has(parent)) ?? tops[0];
}

/** Follows each path as the kernel does, from mount to mount mounted on it (path_resolution(7)). */
export function mountTree(mounts: readonly MountLine[]): MountTree {
  const root = rootOf(mounts, new Set(mounts.map(({ id }) => id)));
  const children = new Map<number, Map<string, MountLine>>();
  for (const mount of mounts) {
    if (mount === root || mount.id === mount.parent) continue;
    const siblings = children.get(mount.parent) ?? new Map<string, MountLine>();
    children.set(mount.parent, siblings.set(mount.point, mount));
  }
  /** What is mounted on `mount` at `point`, and on that again. */
  const topAt = (mount: MountLine, point: string): MountLine => {
    let top = mount;
    // Each step goes to another mount; a table that loops is cut off.
    for (let left = mounts.length; left > 0; left--) {
      const next = children.get(top.id)?.get(point);
      if (next === undefined) return top;
      top = next;
    }
    return top;
  };
  const of = (path: string): MountLine | undefined => {
    if (root === undefined) return undefined;
    let mount = topAt(root, "/");
    for (let slash = path.indexOf("/", 1); ; slash = path.indexOf("/", slash + 1)) {
      const part = slash < 0 ? path : path.slice(0, slash);
      if (part !== "" && part !== "/") mount = topAt(mount, part);
      if (slash < 0) return mount;
    }
  };
  return { of, visible: mounts.filter((mount) => of(mount.point) === mount) };
}
