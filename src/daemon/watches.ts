// Keeps the watches of a list of folders: opens what is new, closes what is gone, says what cannot be watched once. Decides
// what counts as a change of something watched; does not look at it.
import type { FolderEvent } from "../host/folder-watch.js";
import type { Service, Timers } from "../host/service.js";
import type { WatchedFolder } from "./watch-list.js";

interface Open {
  readonly identity: string;
  /** The entries that matter; null: all. */
  names: ReadonlySet<string> | null;
  readonly close: () => void;
}

export interface WatchesDoors {
  readonly timers: Timers;
  readonly watchFolder: Service["watchFolder"];
  /** Where the root directory lies; empty for the machine itself. */
  readonly prefix: string;
  /** Something watched changed. */
  readonly changed: (path: string) => void;
  readonly say: (text: string) => void;
}

/** The kernel's queue holds 16384 events (inotify(7), max_queued_events), and Node does not tell when it ran over. */
const stormEvents = 4096;
const stormMs = 1000;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export class Watches {
  private readonly open = new Map<string, Open>();
  /** Codes of the kernel that have been told. */
  private readonly told = new Set<string>();
  private unwatched = 0;
  private eventsSince = 0;
  private events = 0;

  constructor(private readonly doors: WatchesDoors) {}

  get size(): number {
    return this.open.size;
  }

  /** Folders that should be watched and cannot be. */
  get missing(): number {
    return this.unwatched;
  }

  /** Watches these and no others; answers how many were opened, in which something may have changed before. */
  sync(folders: readonly WatchedFolder[]): number {
    const wanted = new Set(folders.map(({ path }) => path));
    for (const path of [...this.open.keys()]) if (!wanted.has(path)) this.drop(path);
    this.unwatched = 0;
    let opened = 0;
    for (const folder of folders) {
      const names = folder.names === null ? null : new Set(folder.names);
      const known = this.open.get(folder.path);
      if (known?.identity === folder.identity) known.names = names;
      else {
        this.drop(folder.path);
        if (this.start(folder, names)) opened++;
      }
    }
    if (this.unwatched === 0) this.told.clear();
    return opened;
  }

  close(): void {
    for (const path of [...this.open.keys()]) this.drop(path);
  }

  private start({ path, identity }: WatchedFolder, names: Open["names"]): boolean {
    const { prefix, watchFolder } = this.doors;
    const watch = watchFolder(
      `${prefix}${path}`,
      (event) => this.seen(path, event),
      () => this.gone(path),
    );
    if (watch.state === "ok") {
      this.open.set(path, { identity, names, close: () => watch.close() });
      return true;
    }
    // Gone meanwhile: the folder above tells when it comes back.
    if (watch.code === "ENOENT" || watch.code === "ENOTDIR") return false;
    this.unwatched++;
    this.complain(watch.code, watch.reason);
    return false;
  }

  /** Once a cause, until all can be watched again. */
  private complain(code: string, reason: string): void {
    if (this.told.has(code)) return;
    this.told.add(code);
    const limit =
      code === "ENOSPC"
        ? "the kernel lets this user watch no more folders (raise fs.inotify.max_user_watches)"
        : code === "EMFILE"
          ? "the kernel lets this user have no more watches (raise fs.inotify.max_user_instances)"
          : reason;
    this.doors.say(`not every folder is watched: ${limit}; what changes there is found by the next look`);
  }

  private drop(path: string): void {
    this.open.get(path)?.close();
    this.open.delete(path);
  }

  private gone(path: string): void {
    this.drop(path);
    this.doors.changed(path);
  }

  private seen(folder: string, { kind, name }: FolderEvent): void {
    this.countEvent();
    const watch = this.open.get(folder);
    if (watch === undefined) return;
    // The folder itself was moved or removed; or an entry of the same name was, which costs no more than a new watch.
    if (kind === "moved" && name === baseName(folder)) this.gone(folder);
    else if (name === undefined || watch.names === null || watch.names.has(name))
      this.doors.changed(folder === "/" ? `/${name ?? ""}` : `${folder}/${name ?? ""}`);
  }

  /** So many events that some may have been lost: as if something had changed. */
  private countEvent(): void {
    const now = this.doors.timers.now();
    if (now - this.eventsSince > stormMs) {
      this.eventsSince = now;
      this.events = 0;
    }
    this.events++;
    if (this.events % stormEvents === 0) this.doors.changed("");
  }
}
