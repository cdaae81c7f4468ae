// A snapshot of a node from its facts and its report. Compares and keeps nothing.
import type { Report } from "../core/report.js";
import { type Snapshot, snapshotVersion, type Thing, type ThingKind } from "../core/snapshot.js";
import { access } from "../facts/access.js";
import { kernelModules } from "../facts/kernel-modules.js";
import { listenerKey } from "../facts/listener-origins.js";
import { packages } from "../facts/packages.js";
import { services } from "../facts/services.js";
import { sockets } from "../facts/sockets.js";
import type { Ask } from "../facts/source.js";
import { type WatchedFiles, watchFiles } from "../facts/watched-files.js";
import { fileThing, keyFiles, knownFiles } from "../facts/watched-things.js";
import type { Host } from "../host/host.js";

/** The things of one kind, and why some of them may be missing. */
interface Seen {
  readonly things: readonly Thing[];
  readonly unseen?: string;
}

type Gather = (ask: Ask) => Promise<Seen>;

function partly(things: readonly Thing[], unread: readonly string[]): Seen {
  const [first] = unread;
  if (first === undefined) return { things };
  return { things, unseen: unread.length > 1 ? `${first} (and ${unread.length - 1} more)` : first };
}

/** A process that comes and goes on ports the kernel chose is not what listens on this node. */
const ephemeralFrom = 32_768;

const listeners: Gather = async (ask) => {
  const fact = await ask(sockets);
  if (fact.state !== "known") return { things: [], unseen: fact.reason };
  const things = new Map<string, Thing>();
  for (const socket of fact.value.listening) {
    const { port, loopback, owner, uid } = socket;
    if (loopback && port >= ephemeralFrom) continue;
    const names = owner.state === "known" ? owner.holders.map(({ program }) => program) : [owner.state];
    const key = listenerKey(socket);
    const fields = { process: [...new Set(names)].sort().join(", "), uid: String(uid) };
    things.set(key, { kind: "listener", key, fields });
  }
  return partly([...things.values()], fact.value.unread);
};

const startingUnits: Gather = async (ask) => {
  const fact = await ask(services);
  if (fact.state !== "known") return { things: [], unseen: fact.reason };
  const things = fact.value.starting.map(
    ({ name, state, source }): Thing => ({ kind: "unit", key: name, fields: { state, file: source.file } }),
  );
  return partly(things, fact.value.unread);
};

const installed: Gather = async (ask) => {
  const fact = await ask(packages);
  if (fact.state !== "known") return { things: [], unseen: fact.reason };
  const things = new Map<string, Thing>();
  for (const { name, version, architecture, want } of fact.value.all) {
    const key = `${name}:${architecture}`;
    // rpm keeps several versions of a kernel side by side.
    const before = things.get(key)?.fields.version;
    const all = before === undefined ? version : [...before.split(" "), version].sort().join(" ");
    things.set(key, { kind: "package", key, fields: { version: all, want } });
  }
  return { things: [...things.values()] };
};

const modules: Gather = async (ask) => {
  const fact = await ask(kernelModules);
  const loaded = fact.state === "known" ? fact.value.loaded : fact;
  if (loaded.state !== "known") return { things: [], unseen: loaded.reason };
  return { things: [...loaded.value.keys()].map((key): Thing => ({ kind: "module", key, fields: {} })) };
};

/** Process ids are no part of who has root. */
function withoutPids(text: string): string {
  return text.replace(/ \(\d+(?:, \d+)*(?:, …)?\)/g, "");
}

const roots: Gather = async (ask) => {
  const fact = await ask(access);
  if (fact.state !== "known") return { things: [], unseen: fact.reason };
  const things = new Map<string, Thing>();
  for (const { who, way, asks, kind } of fact.value.ways) {
    if (kind === "process") continue;
    const key = `${withoutPids(who)}: ${withoutPids(way)}`;
    things.set(key, { kind: "root", key, fields: { asks } });
  }
  return partly([...things.values()], fact.value.unknown);
};

export interface Taken {
  readonly snapshot: Snapshot;
  readonly files: WatchedFiles;
}

/** Takes the snapshot that belongs to `report`. `before` spares reading what it knows already. */
export async function takeSnapshot(
  host: Host,
  ask: Ask,
  report: Report,
  before: Snapshot | undefined,
): Promise<Taken> {
  const [files, ...others] = await Promise.all([
    keyFiles(ask).then((more) => watchFiles(host, knownFiles(before), more)),
    listeners(ask),
    startingUnits(ask),
    installed(ask),
    modules(ask),
    roots(ask),
  ]);
  const kinds: readonly ThingKind[] = ["listener", "unit", "package", "module", "root"];
  const seen: readonly (readonly [ThingKind, Seen])[] = [
    ["file", partly(files.files.map(fileThing), files.unread)],
    ...others.map((one, index) => [kinds[index] ?? "root", one] as const),
  ];
  const unseen = Object.fromEntries(
    seen.flatMap(([kind, { unseen: reason }]) => (reason === undefined ? [] : [[kind, reason]])),
  );
  const snapshot: Snapshot = {
    version: snapshotVersion,
    takenAt: report.run.startedAt,
    run: report.run.id,
    profile: report.run.profile,
    hostname: report.host.hostname,
    things: seen.flatMap(([, { things }]) => things),
    unseen,
    verdicts: report.results.map(({ id, status, severity, message }) => ({ id, status, severity, message })),
  };
  return { snapshot, files };
}
