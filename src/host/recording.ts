// A host that notes what was asked of another one: the evidence trail, and what a daemon has to watch. Changes nothing.
import type { Host } from "./host.js";

export interface Trail {
  /** Paths asked for, in order of the first question. */
  readonly paths: readonly string[];
  /** Those of them whose entries were asked for. */
  readonly folders: readonly string[];
  /** Programs started. */
  readonly runs: readonly string[];
}

export interface RecordingHost extends Host {
  readonly trail: Trail;
}

export function recordingHost(inner: Host): RecordingHost {
  const paths = new Set<string>();
  const folders = new Set<string>();
  const runs: string[] = [];
  const note = (path: string): string => {
    paths.add(path);
    return path;
  };
  return {
    live: inner.live,
    root: inner.root,
    now: inner.now,
    read: (path, options) => inner.read(note(path), options),
    scan: (path, take, options) => inner.scan(note(path), take, options),
    list: (dir) => {
      folders.add(dir);
      return inner.list(note(dir));
    },
    stat: (path) => inner.stat(note(path)),
    lstat: (path) => inner.lstat(note(path)),
    readlink: (path) => inner.readlink(note(path)),
    readlinks: (dir) => inner.readlinks(note(dir)),
    digest: (path, algorithm, options) => inner.digest(note(path), algorithm, options),
    walk: (request) => inner.walk(request),
    run: (probe, ...args) => {
      runs.push([probe, ...args].join(" "));
      return inner.run(probe, ...args);
    },
    http: (probe) => inner.http(probe),
    close: () => inner.close(),
    get trail() {
      return { paths: [...paths], folders: [...folders], runs: [...runs] };
    },
  };
}
