// Which processes hold a socket: its inode looked up in /proc/PID/fd (proc_pid_fd(5)). Reads links, not tables.
import { addTo } from "../core/add-to.js";
import type { Host } from "../host/host.js";
import type { Accounts } from "./accounts.js";
import type { Process, Processes } from "./processes.js";

export interface Holder {
  readonly pid: number;
  /** Last part of the program's path; the kernel's name of the process where the path may not be read. */
  readonly program: string;
  /** The program's path as the kernel knows it: no process can choose it. Undefined where it may not be read. */
  readonly path: string | undefined;
  readonly args: readonly string[];
  readonly uid: number;
  readonly user: string;
}

export interface SocketOwners {
  readonly byInode: ReadonlyMap<number, readonly Holder[]>;
  /** Processes whose descriptors may not be read. */
  readonly hidden: number;
}

const socketLink = /^socket:\[(\d{1,20})\]$/;

class Search {
  readonly holders = new Map<number, Process[]>();
  hidden = 0;

  constructor(
    private readonly host: Host,
    private readonly wanted: ReadonlySet<number>,
  ) {}

  get done(): boolean {
    return this.holders.size === this.wanted.size;
  }

  /** The network namespace of a process; empty where it cannot be told. */
  async namespace(pid: number): Promise<string> {
    const link = await this.host.readlink(`/proc/${pid}/ns/net`);
    return link.state === "ok" ? link.target : "";
  }

  async look(running: Process): Promise<void> {
    const links = await this.host.readlinks(`/proc/${running.pid}/fd`);
    if (links.state !== "ok") {
      // Gone meanwhile is not hidden.
      if (links.state !== "absent") this.hidden++;
      return;
    }
    if (links.unread > 0) this.hidden++;
    const inodes = new Set(
      [...links.targets.values()].map((target) => Number(socketLink.exec(target)?.[1] ?? 0)),
    );
    for (const inode of inodes) if (this.wanted.has(inode)) addTo(this.holders, inode, running);
  }
}

/** Splits by a test, the order kept. */
function split<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** The kernel cuts its name of a process at 15 characters; the command line has the whole, where it was not rewritten. */
function ownName({ comm, args }: Process): string {
  const first = args[0] ?? "";
  const base = first.slice(first.lastIndexOf("/") + 1);
  return base.length > comm.length && base.startsWith(comm) ? base : comm;
}

async function describe(host: Host, running: Process, accounts: Accounts | undefined): Promise<Holder> {
  const link = await host.readlink(`/proc/${running.pid}/exe`);
  const path = link.state === "ok" ? link.target.replace(/ \(deleted\)$/, "") : undefined;
  return {
    pid: running.pid,
    program: path === undefined ? ownName(running) : path.slice(path.lastIndexOf("/") + 1),
    path,
    args: running.args,
    uid: running.euid,
    user: accounts?.userName(running.euid) ?? String(running.euid),
  };
}

/**
 * Finds the holders of `wanted` (inode -> uid of the socket). Looked at first are the processes of the host's network
 * namespace that run as a user who owns a wanted socket; the rest only as long as a socket has no holder, since a node
 * has tens of thousands of descriptors.
 */
export async function socketOwners(
  host: Host,
  processes: Processes,
  accounts: Accounts | undefined,
  wanted: ReadonlyMap<number, number>,
): Promise<SocketOwners> {
  const search = new Search(host, new Set(wanted.keys()));
  const candidates = processes.all.filter(({ kernelThread }) => !kernelThread);
  const [own, ...namespaces] = await Promise.all([
    search.namespace(1),
    ...candidates.map(({ pid }) => search.namespace(pid)),
  ]);
  const foreign = new Set(
    candidates.filter((_, index) => own !== "" && namespaces[index] !== "" && namespaces[index] !== own),
  );
  const uids = new Set(wanted.values());
  const [outside, inside] = split(candidates, (running) => foreign.has(running));
  const [likely, unlikely] = split(inside, ({ uid, euid }) => uids.has(uid) || uids.has(euid));
  for (const group of [likely, unlikely, outside]) {
    if (search.done) break;
    for (const running of group) await search.look(running);
  }
  const byInode = new Map<number, readonly Holder[]>();
  for (const [inode, holders] of search.holders)
    byInode.set(inode, await Promise.all(holders.map((running) => describe(host, running, accounts))));
  return { byInode, hidden: search.hidden };
}
