// Every file below /var/log with its mode and owner, and whom the directories above let reach it. Those of containers
// (/var/log/pods) and of the audit daemon are other facts'. Reads no log.

import { byBytes } from "../core/byte-order.js";
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Host, StatResult, WalkEntry, WalkLimits } from "../host/host.js";
import { containerStores } from "./container-stores.js";
import type { FactSource } from "./source.js";

export interface LogFile extends Pick<WalkEntry, "path" | "exact" | "kind" | "mode" | "uid" | "gid"> {
  /** Bits that count: those of others or the group only where every directory above lets them pass. */
  readonly reach: number;
}

export interface LogFiles {
  /** Directories as well, /var/log itself first. */
  readonly files: readonly LogFile[];
  readonly unread: readonly string[];
}

export interface PodLogFolders {
  /** What is there of the directories in which logs of containers lie. */
  readonly folders: readonly StatResult[];
}

const top = "/var/log";
const podFolders = ["/var/log/pods", "/var/log/containers", "/var/lib/docker/containers"];
const elsewhere = new Set([...podFolders, "/var/log/audit"]);
const limits: WalkLimits = { entries: 50_000, milliseconds: 5_000, depth: 16, keep: 50_000 };

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/** The bits of what lies in a directory that its own mode leaves in force. */
function reachThrough({ mode }: { readonly mode: number }): number {
  return 0o700 | ((mode & 0o011) === 0 ? 0 : 0o070) | ((mode & 0o001) === 0 ? 0 : 0o007);
}

function withReach(found: readonly WalkEntry[], above: readonly StatResult[]): readonly LogFile[] {
  const outside = above.reduce(
    (bits, stat) => (stat.state === "ok" ? bits & reachThrough(stat) : bits),
    0o777,
  );
  const inside = new Map<string, number>();
  return [...found]
    .sort((a, b) => byBytes(a.path, b.path))
    .map((entry) => {
      const reach = inside.get(parentOf(entry.path)) ?? outside;
      if (entry.kind === "directory") inside.set(entry.path, reach & reachThrough(entry));
      return { ...entry, reach };
    });
}

async function walked(host: Host): Promise<Fact<LogFiles>> {
  const [above, start] = await Promise.all([host.stat("/var"), host.stat(top)]);
  if (start.state === "absent") return absent("no /var/log on this node");
  if (start.state !== "ok") return failed(start.reason);
  const result = await host.walk({
    starts: [{ path: start.realPath, crossDevices: true }],
    prune: elsewhere,
    sort: () => ["all"],
    limits,
  });
  const found = result.groups.get("all")?.entries ?? [];
  return known({
    files: withReach(
      found.map((entry) => ({ ...entry, path: `${top}${entry.path.slice(start.realPath.length)}` })),
      [above, start],
    ),
    unread: [
      ...result.unread.map(({ reason }) => reason),
      ...result.cut.map((reason) => `the walk over ${top} ${reason}`),
    ],
  });
}

export const logFiles: FactSource<LogFiles> = {
  title: "owner and mode of what lies below /var/log",
  gather: walked,
};

export const podLogFolders: FactSource<PodLogFolders> = {
  title:
    "the directories of containers' logs (/var/log/pods, /var/log/containers, containers in dockerd's data-root)",
  async gather(host, ask) {
    const stores = await ask(containerStores);
    const moved = stores.state === "known" ? stores.value.dockerContainers : [];
    const folders = await Promise.all([...podFolders, ...moved].map((path) => host.stat(path)));
    return folders.every(({ state }) => state === "absent")
      ? absent("no logs of containers on this node")
      : known({ folders });
  },
};
