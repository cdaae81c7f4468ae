// Which folders a daemon watches so that nothing an audit reads changes unseen: for every path each folder on the way to it,
// where a part of the way can be taken away or made to lead elsewhere. Watches nothing itself.
import type { Host } from "../host/host.js";

export interface WatchedFolder {
  /** With no symbolic link on the way. */
  readonly path: string;
  /** The folder itself, whatever bears its name later: device and inode. */
  readonly identity: string;
  /** The entries that matter; null: all of them. */
  readonly names: readonly string[] | null;
}

/** What an audit asked for. */
export interface Asked {
  readonly paths: readonly string[];
  /** Those whose entries were asked for. */
  readonly folders: readonly string[];
}

/** What changes all the time by itself, or does not tell of changes at all; an audit looks at it when it is its time. */
const noisy = [
  "/proc",
  "/sys",
  "/dev",
  "/run",
  "/var/run",
  "/tmp",
  "/var/tmp",
  "/var/log",
  "/var/cache",
  "/var/lib/nodeward",
  "/var/lib/prometheus",
  "/var/lib/containerd",
  "/var/lib/docker",
  "/var/lib/containers",
  "/var/lib/kubelet/pods",
];
const calm = ["/run/systemd/system"];
/** As many links on one way as the kernel follows (path_resolution(7)). */
const linkLimit = 40;
const folderLimit = 20_000;

function below(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function isNoisy(path: string): boolean {
  const leadsToCalm = calm.some((folder) => folder.startsWith(`${path}/`));
  return below(path, noisy) && !below(path, calm) && !leadsToCalm;
}

type Found =
  | { readonly kind: "folder"; readonly identity: string }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "other" };

class Finder {
  private readonly names = new Map<string, Set<string> | null>();
  private readonly identities = new Map<string, string>();
  private readonly found = new Map<string, Promise<Found>>();

  constructor(private readonly host: Host) {}

  private async look(path: string): Promise<Found> {
    const stat = await this.host.lstat(path);
    if (stat.state !== "ok") return { kind: "other" };
    if (stat.kind === "directory") return { kind: "folder", identity: `${stat.dev}:${stat.ino}` };
    if (stat.kind !== "symlink") return { kind: "other" };
    const link = await this.host.readlink(path);
    return link.state === "ok" ? { kind: "link", target: link.target } : { kind: "other" };
  }

  private at(path: string): Promise<Found> {
    const known = this.found.get(path) ?? this.look(path);
    this.found.set(path, known);
    return known;
  }

  private want(folder: string, name: string): void {
    const names = this.names.get(folder);
    if (names === null) return;
    if (names === undefined) this.names.set(folder, new Set([name]));
    else names.add(name);
  }

  /** Follows the way to a path, noting each folder on it; answers the folder at its end, if there is one. */
  async follow(path: string): Promise<string | undefined> {
    const parts = path.split("/").filter((part) => part !== "");
    let here: readonly string[] = [];
    for (let links = 0; ; ) {
      const part = parts.shift();
      if (part === undefined) return `/${here.join("/")}`;
      if (part === ".") continue;
      if (part === "..") {
        here = here.slice(0, -1);
        continue;
      }
      const folder = `/${here.join("/")}`;
      const next = folder === "/" ? `/${part}` : `${folder}/${part}`;
      if (isNoisy(next)) return undefined;
      this.want(folder, part);
      const found = await this.at(next);
      if (found.kind === "folder") {
        this.identities.set(next, found.identity);
        here = [...here, part];
      } else if (found.kind === "link" && ++links <= linkLimit) {
        parts.unshift(...found.target.split("/").filter((one) => one !== ""));
        if (found.target.startsWith("/")) here = [];
      } else return undefined;
    }
  }

  /** As `follow`, and everything that comes or goes at its end. */
  async followInto(path: string): Promise<void> {
    const folder = await this.follow(path);
    if (folder !== undefined) this.names.set(folder, null);
  }

  async list(): Promise<readonly WatchedFolder[]> {
    const root = await this.at("/");
    if (root.kind === "folder") this.identities.set("/", root.identity);
    return [...this.names].flatMap(([path, names]) => {
      const identity = this.identities.get(path);
      return identity === undefined
        ? []
        : [{ path, identity, names: names === null ? null : [...names].sort() }];
    });
  }
}

/** The folders to be watched, those nearest the root first; `cut` are those left out because there are too many. */
export async function watchList(
  host: Host,
  { paths, folders }: Asked,
): Promise<{ readonly folders: readonly WatchedFolder[]; readonly cut: number }> {
  const finder = new Finder(host);
  for (const path of folders) await finder.followInto(path);
  for (const path of paths) await finder.follow(path);
  const depth = ({ path }: WatchedFolder) => path.split("/").length;
  const all = [...(await finder.list())].sort((a, b) => depth(a) - depth(b));
  return { folders: all.slice(0, folderLimit), cut: Math.max(0, all.length - folderLimit) };
}
