// What one walk over the node's own file systems came by: writable by all, nobody's, set-id, executable. Judges none of it.
import { type Fact, failed, known } from "../core/fact.js";
import { listing } from "../core/printable.js";
import type {
  Host,
  WalkEntry,
  WalkGroup,
  WalkLimits,
  WalkRequest,
  WalkResult,
  WalkStart,
} from "../host/host.js";
import { containerStores } from "./container-stores.js";
import { type KnownIds, knownIds } from "./known-ids.js";
import { type MountTable, mounts } from "./mounts.js";
import type { FactSource } from "./source.js";
import { containerAreas, isBelow, walkPlan } from "./walk-plan.js";

export type FoundFile = WalkEntry;
export type FoundFiles = WalkGroup;

export interface FileTree {
  /** Files that everybody may write. */
  readonly writable: FoundFiles;
  /** Directories that everybody may write and where anybody may delete anybody's files: no sticky bit. */
  readonly open: FoundFiles;
  /** Files and directories whose user or group id belongs to nobody. */
  readonly unowned: Fact<FoundFiles>;
  /** Sources of accounts beyond the local files: they may know whose the unowned are. */
  readonly otherSources: readonly string[];
  /** Files that run with another user's or group's rights. */
  readonly setId: FoundFiles;
  /** Files that somebody may execute. */
  readonly executable: FoundFiles;
  /** Parts of the node's own file systems that were not looked at, and why. */
  readonly unseen: readonly string[];
  /** What was left out on purpose, and what lies in the directories of containers, in words. */
  readonly remarks: readonly string[];
  /** Entries passed, and the milliseconds that took. */
  readonly seen: number;
  readonly milliseconds: number;
}

const limits: WalkLimits = { entries: 5_000_000, milliseconds: 120_000, depth: 256, keep: 50_000 };
/** Containers are counted, not judged: a sample is enough. */
const sampleLimits: WalkLimits = { entries: 200_000, milliseconds: 5_000, depth: 256, keep: 0 };

/** Empty files that carry modes and owners of what repairs changed, behind a directory of root's alone: nobody's files. */
const keptAttributes = "/var/lib/nodeward/originals";

const groups = ["writable", "open", "unowned", "setId", "executable"] as const;
type GroupName = (typeof groups)[number];

function sorter(ids: KnownIds | undefined): WalkRequest["sort"] {
  return ({ kind, mode, uid, gid }) => {
    const isFile = kind === "file";
    const found: GroupName[] = [];
    if ((mode & 0o002) !== 0 && isFile) found.push("writable");
    if ((mode & 0o1002) === 0o002 && !isFile) found.push("open");
    if (ids !== undefined && !(ids.isUser(uid) && ids.isGroup(gid))) found.push("unowned");
    if ((mode & 0o6000) !== 0 && isFile) found.push("setId");
    if ((mode & 0o111) !== 0 && isFile) found.push("executable");
    return found;
  };
}

function unseenOf(result: WalkResult, table: MountTable | undefined): readonly string[] {
  const { unread, unreadCount, cut, crossed } = result;
  const veiled = table?.veiled ?? [];
  return [
    ...(unreadCount === 0
      ? []
      : [
          `${unreadCount} places could not be looked at: ${listing(
            unread.map(({ reason }) => reason),
            3,
          )}`,
        ]),
    ...cut.map((reason) => `the walk over the files ${reason}`),
    ...(crossed.length === 0 ? [] : [`other file systems were not looked at: ${listing(crossed)}`]),
    ...(veiled.length === 0
      ? []
      : [`a sandbox hides the host's own files from nodeward: ${listing(veiled)}`]),
  ];
}

function counted(result: WalkResult): string | undefined {
  const count = (name: GroupName) => result.groups.get(name)?.count ?? 0;
  if (result.seen === 0) return undefined;
  const most = result.cut.length > 0 || result.unreadCount > 0 ? "at least " : "";
  return (
    `not judged, as containers bring them along: ${most}${count("setId")} set-id, ${count("writable") + count("open")} world-writable ` +
    `and ${count("unowned")} unowned among ${result.seen} entries of container directories`
  );
}

/** The container directories that are there, each once; `stores` where configuration puts them. */
async function presentAreas(
  host: Host,
  table: MountTable | undefined,
  stores: readonly string[],
): Promise<readonly string[]> {
  const stats = await Promise.all([...containerAreas(table), ...stores].map((path) => host.stat(path)));
  const paths = stats.flatMap((stat) => (stat.state === "ok" ? [stat.realPath] : []));
  return [...new Set(paths)].filter((path) => !paths.some((other) => other !== path && isBelow(path, other)));
}

/** Of the places a walk would start from, those that are files: a single file can be mounted too (mount(8) --bind). */
async function mountedFiles(host: Host, starts: readonly WalkStart[]): Promise<ReadonlySet<string>> {
  const stats = await Promise.all(starts.map(({ path }) => host.stat(path)));
  const paths = starts.map(({ path }) => path);
  return new Set(paths.filter((_path, at) => stats[at]?.state === "ok" && stats[at].kind === "file"));
}

export const fileTree: FactSource<FileTree> = {
  title: "every file of the node's own file systems, by owner and mode",
  async gather(host, ask) {
    const [mounted, ids, stores] = await Promise.all([ask(mounts), ask(knownIds), ask(containerStores)]);
    const running = mounted.state === "known" ? mounted.value.running : mounted;
    if (running.state === "error") return failed(running.reason);
    const table = running.state === "known" ? running.value : undefined;
    const areas = await presentAreas(host, table, stores.state === "known" ? stores.value.parts : []);
    const plan = walkPlan(table, areas);
    const sort = sorter(ids.state === "known" ? ids.value : undefined);
    const files = await mountedFiles(host, plan.starts);
    const starts = plan.starts.filter(({ path }) => !files.has(path));
    // A mounted file is judged as an entry of its directory.
    const prune = new Set([...plan.prune, keptAttributes].filter((path) => !files.has(path)));
    const result = await host.walk({ starts, prune, sort, limits });
    const inside = await host.walk({
      starts: areas.map((path) => ({ path, crossDevices: false })),
      prune,
      sort,
      limits: sampleLimits,
    });
    const group = (name: GroupName): FoundFiles => result.groups.get(name) ?? { count: 0, entries: [] };
    const remarks = [
      ...plan.leftOut.map((what) => `not looked at: ${what}`),
      counted(inside),
      table?.caveat,
    ].filter((text) => text !== undefined);
    return known({
      writable: group("writable"),
      open: group("open"),
      unowned: ids.state === "known" ? known(group("unowned")) : ids,
      otherSources: ids.state === "known" ? ids.value.otherSources : [],
      setId: group("setId"),
      executable: group("executable"),
      unseen: [...plan.unseen, ...unseenOf(result, table)],
      remarks,
      seen: result.seen + inside.seen,
      milliseconds: result.milliseconds + inside.milliseconds,
    });
  },
};
