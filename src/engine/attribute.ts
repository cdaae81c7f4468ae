// Ties changes to who made them: our own runs, the package manager, a login. Says `unknown` where nothing tells. Reads nothing.
import type { JournalLine } from "../core/journal-event.js";
import type { ThingChange } from "../core/snapshot.js";
import type { Deeds } from "../facts/deeds.js";
import type { ListenerOrigin } from "../facts/listener-origins.js";
import type { DpkgDeed } from "../formats/dpkg-log.js";

export interface Attributed {
  readonly thing: ThingChange;
  readonly by: string;
  /** Milliseconds since the epoch, where the time of the change is known. */
  readonly atMs: number | undefined;
  /** Changes of one deed have the same; undefined for a change of its own. */
  readonly deed: string | undefined;
}

export interface Evidence {
  readonly deeds: Deeds;
  /** Our own journal. */
  readonly journal: readonly JournalLine[];
  /** The package of a path, where one brought it. */
  readonly owner: (path: string) => string | undefined;
  readonly userName: (uid: number) => string | undefined;
  /** Of what listens now, by its key. */
  readonly listener: (key: string) => ListenerOrigin | undefined;
  /** The change happened between these, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** A run of the package manager: deeds that follow each other closely. */
interface Burst {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly deeds: readonly DpkgDeed[];
  readonly packages: ReadonlySet<string>;
}

/** dpkg and apt pause while hooks and maintainer scripts run. */
const pauseMs = 5 * 60_000;
/** What scripts of packages still write after dpkg's last line. */
const afterMs = 30_000;
/** The log's times are whole seconds. */
export const clockMs = 2000;

/** A command that was started so long before, and does not name the file, may have changed it. */
const commandMs = 10_000;

function bursts(deeds: readonly DpkgDeed[]): readonly Burst[] {
  const found: { fromMs: number; untilMs: number; deeds: DpkgDeed[] }[] = [];
  for (const deed of [...deeds].sort((a, b) => a.atMs - b.atMs)) {
    const last = found.at(-1);
    if (last !== undefined && deed.atMs - last.untilMs <= pauseMs) {
      last.deeds.push(deed);
      last.untilMs = deed.atMs;
    } else found.push({ fromMs: deed.atMs, untilMs: deed.atMs, deeds: [deed] });
  }
  return found.map((one) => ({
    ...one,
    packages: new Set(one.deeds.map((deed) => deed.package.split(":", 1)[0] ?? "")),
  }));
}

function described({ deeds }: Burst): string {
  const done = deeds.filter(({ action }) => action !== "work");
  const [only] = done;
  if (done.length === 1 && only !== undefined) {
    const versions = [only.before, only.after].filter((version) => version !== "").join(" -> ");
    return `dpkg (${only.action} of ${only.package} ${versions})`;
  }
  const names = new Set((done.length === 0 ? deeds : done).map((deed) => deed.package));
  return `dpkg (${[...new Set(done.map(({ action }) => action))].join(", ") || "configuration"} of ${names.size} packages)`;
}

function timeOf(thing: ThingChange): number | undefined {
  return thing.change === "gone" ? undefined : thing.after.changedMs;
}

/** The file whose change is a change of the thing. */
function pathOf(thing: ThingChange): string | undefined {
  if (thing.kind === "file") return thing.key;
  if (thing.kind !== "unit") return undefined;
  return (thing.change === "gone" ? thing.before : thing.after).fields.file;
}

function ownRun(path: string | undefined, { journal, sinceMs, untilMs }: Evidence): string | undefined {
  if (path === undefined) return undefined;
  for (const { event, time } of [...journal].reverse()) {
    const atMs = Date.parse(time);
    if (event?.event !== "file-done" || atMs < sinceMs - clockMs || atMs > untilMs) continue;
    if (event.path === path) return `nodeward run ${event.run}`;
  }
  return undefined;
}

function audited(path: string | undefined, atMs: number | undefined, evidence: Evidence): string | undefined {
  const near = evidence.deeds.audited.filter(
    (one) => one.path === path && (atMs === undefined || Math.abs(one.atMs - atMs) <= clockMs),
  );
  const last = near.at(-1);
  if (last === undefined) return undefined;
  const uid = last.loginUid ?? last.uid;
  const name = evidence.userName(uid) ?? `uid ${uid}`;
  return `${name}${last.loginUid === undefined ? " (no login)" : ""} with ${last.exe}`;
}

function byPackages(
  thing: ThingChange,
  atMs: number | undefined,
  all: readonly Burst[],
  { owner }: Evidence,
): Burst | undefined {
  if (thing.kind === "package") {
    const name = thing.key.split(":", 1)[0] ?? "";
    return all.findLast(({ packages }) => packages.has(name));
  }
  const path = pathOf(thing);
  if (path === undefined) return undefined;
  const from = owner(path);
  if (atMs === undefined)
    return from === undefined ? undefined : all.findLast(({ packages }) => packages.has(from));
  const during = all.find((one) => atMs >= one.fromMs - clockMs && atMs <= one.untilMs + afterMs);
  // A file of a package is dpkg's while that package was worked on; what no package brought, its scripts write.
  if (during === undefined || (from !== undefined && !during.packages.has(from))) return undefined;
  return during;
}

/** sudo ran something that names the file, or a login was open then. */
function byLogin(
  path: string | undefined,
  atMs: number | undefined,
  { deeds }: Evidence,
): string | undefined {
  if (atMs === undefined) return undefined;
  const command = deeds.commands.findLast(
    (one) =>
      path !== undefined &&
      one.command.includes(path) &&
      one.atMs <= atMs + clockMs &&
      atMs - one.atMs < 3_600_000,
  );
  if (command !== undefined) return `${command.user} by sudo (${command.command.slice(0, 200)})`;
  const near = deeds.commands.findLast((one) => one.atMs <= atMs + clockMs && atMs - one.atMs <= commandMs);
  if (near !== undefined) return `unknown, while ${near.user} ran ${near.command.slice(0, 200)} by sudo`;
  const open = deeds.sessions.filter(
    ({ fromMs, untilMs }) => fromMs <= atMs && (untilMs === undefined || untilMs >= atMs),
  );
  if (open.length === 0) return undefined;
  const names = [...new Set(open.map(({ user, host }) => (host === "" ? user : `${user} from ${host}`)))];
  return `unknown, while ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""} ${names.length === 1 ? "was" : "were"} logged in`;
}

function attributeOne(thing: ThingChange, all: readonly Burst[], evidence: Evidence): Attributed {
  const origin =
    thing.kind === "listener" && thing.change !== "gone" ? evidence.listener(thing.key) : undefined;
  if (origin !== undefined) return { thing, ...origin, deed: undefined };
  const time = timeOf(thing);
  // A time before the last look is that of something moved here, and tells nothing.
  const atMs = time !== undefined && time >= evidence.sinceMs - clockMs ? time : undefined;
  const path = pathOf(thing);
  const one = (by: string) => ({ thing, by, atMs, deed: undefined });
  const own = ownRun(path, evidence);
  if (own !== undefined) return { ...one(own), deed: own };
  const burst = byPackages(thing, atMs, all, evidence);
  if (burst !== undefined)
    return { thing, by: described(burst), atMs: burst.untilMs, deed: `dpkg ${burst.fromMs}` };
  return one(audited(path, atMs, evidence) ?? byLogin(path, atMs, evidence) ?? "unknown");
}

/** Who made each change, in the order given. */
export function attribute(things: readonly ThingChange[], evidence: Evidence): readonly Attributed[] {
  const all = bursts(evidence.deeds.packages);
  return things.map((thing) => attributeOne(thing, all, evidence));
}
