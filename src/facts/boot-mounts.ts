// What the next boot mounts: fstab, systemd's .mount units, and what systemd mounts by itself. Not what is mounted now.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Step } from "../core/step.js";
import {
  appendLine,
  type FstabEntry,
  flagsOf,
  joinFlags,
  parseFstab,
  splitOptions,
  withFlags,
} from "../formats/fstab.js";
import type { Host, Read } from "../host/host.js";
import type { Ask } from "./source.js";
import { type Unit, units } from "./units.js";

export interface BootMount {
  readonly point: string;
  readonly type: string;
  readonly origin: string;
  /** nodev, nosuid, noexec, ro, hidepid=2, … that will hold. */
  readonly flags: ReadonlySet<string>;
  /** Mounted at boot, and not only by hand. */
  readonly automatic: boolean;
  readonly source: Source;
  /** Steps that make these flags hold at the next boot; none where they do. */
  set(flags: readonly string[]): readonly Step[];
}

export interface BootTable {
  /** Those that count: of one mount point one. */
  readonly entries: readonly BootMount[];
  at(point: string): BootMount | undefined;
  /** What could not be read, or is ignored as an error by mount(8). */
  readonly unread: readonly string[];
}

function withoutSlash(point: string): string {
  return point.length > 1 && point.endsWith("/") ? point.slice(0, -1) : point;
}

function fromFstab(entry: FstabEntry): BootMount {
  const { point, type, device: origin, source } = entry;
  const flags = flagsOf(entry.options);
  return {
    point: withoutSlash(point),
    type,
    origin,
    flags,
    automatic: !flags.has("noauto"),
    source,
    set: (wanted) => {
      const edits = withFlags(entry, wanted);
      return edits.length === 0 ? [] : [{ kind: "edit", file: source.file, edits }];
    },
  };
}

function fromUnit(unit: Unit): readonly BootMount[] {
  const where = unit.last("Mount", "Where")?.value ?? "";
  // What systemd-fstab-generator(8) made is fstab's, and is changed there.
  if (unit.masked || !where.startsWith("/") || unit.fragment.startsWith("/run/systemd/generator")) return [];
  const setting = unit.last("Mount", "Options");
  const options = splitOptions(setting?.value ?? "");
  const flags = flagsOf(options);
  // Sorts behind the drop-ins of others: of Options= the last one counts.
  const dropIn = `/etc/systemd/system/${unit.name}.d/zz-nodeward.conf`;
  return [
    {
      point: withoutSlash(where),
      type: unit.last("Mount", "Type")?.value ?? "",
      origin: unit.last("Mount", "What")?.value ?? "",
      flags,
      automatic: unit.pulledBy.length > 0,
      source: setting?.source ?? wholeFile(unit.fragment),
      set: (wanted) => {
        if (wanted.every((flag) => flags.has(flag))) return [];
        const content = `[Mount]\nOptions=${joinFlags(options, wanted)}\n`;
        return [{ kind: "write", file: dropIn, content, mode: 0o644 }];
      },
    },
  ];
}

/** File systems that systemd mounts without being told, with the flags it gives them (mount-setup.c of systemd 252). */
const ownMounts = [
  { point: "/dev/shm", type: "tmpfs", flags: ["nosuid", "nodev"] },
  { point: "/proc", type: "proc", flags: ["nosuid", "nodev", "noexec"] },
] as const;

function ownMount({ point, type, flags }: (typeof ownMounts)[number], fstab: Read): BootMount {
  const file = "/etc/fstab";
  return {
    point,
    type,
    origin: type,
    flags: new Set(flags),
    automatic: true,
    source: wholeFile(file, `no line for ${point}: systemd mounts it with ${flags.join(",")}`),
    set: (wanted) => {
      const more = wanted.filter((flag) => !flags.some((own) => own === flag));
      if (more.length === 0) return [];
      const text = fstab.state === "ok" ? fstab.text : "";
      const line = appendLine(text, [type, point, type, ["defaults", ...flags, ...more].join(",")]);
      return [{ kind: "edit", file, edits: [line] }];
    },
  };
}

interface MountUnits {
  /** Of the administrator: they win over fstab. */
  readonly own: readonly BootMount[];
  /** Of packages: fstab wins over them (systemd.mount(5)). */
  readonly packaged: readonly BootMount[];
  readonly unread: readonly string[];
}

async function mountUnits(ask: Ask): Promise<MountUnits> {
  const all = await ask(units);
  if (all.state === "absent") return { own: [], packaged: [], unread: [] };
  if (all.state === "error") return { own: [], packaged: [], unread: [all.reason] };
  const names = all.value.names.filter((name) => name.endsWith(".mount"));
  const found = (await Promise.all(names.map((name) => all.value.get(name)))).filter(
    (unit) => unit !== undefined,
  );
  const isOwn = ({ fragment }: Unit) => fragment.startsWith("/etc/");
  return {
    own: found.filter(isOwn).flatMap(fromUnit),
    packaged: found.filter((unit) => !isOwn(unit)).flatMap(fromUnit),
    unread: found.flatMap(({ unread }) => unread),
  };
}

/** Reads what the next boot will mount. */
export async function bootTable(host: Host, ask: Ask): Promise<Fact<BootTable>> {
  const [fstab, fromUnits] = await Promise.all([host.read("/etc/fstab"), mountUnits(ask)]);
  if (fstab.state !== "ok" && fstab.state !== "absent") return failed(fstab.reason);
  const { entries, unread } =
    fstab.state === "ok" ? parseFstab(fstab.path, fstab.text) : { entries: [], unread: [] };
  const { own, packaged } = fromUnits;
  if (fstab.state === "absent" && own.length + packaged.length === 0) return absent(fstab.reason);
  // Of a mount point that fstab names twice systemd keeps the first line (systemd-fstab-generator(8)).
  const byPoint = new Map<string, BootMount>();
  for (const mount of [
    ...own,
    ...entries.map(fromFstab),
    ...packaged,
    ...ownMounts.map((mount) => ownMount(mount, fstab)),
  ])
    if (!byPoint.has(mount.point)) byPoint.set(mount.point, mount);
  return known({
    entries: [...byPoint.values()],
    at: (point) => byPoint.get(point),
    unread: [
      ...unread.map((line) => `/etc/fstab:${line}: mount passes this line over as an error`),
      ...fromUnits.unread,
    ],
  });
}
