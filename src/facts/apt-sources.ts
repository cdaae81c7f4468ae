// Where apt fetches packages from and which keys it trusts for that (sources.list(5)). Not what could be fetched (updates.ts).
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { AptSource, AptSources as Parsed } from "../formats/apt-source-entry.js";
import { parseDeb822Sources } from "../formats/apt-sources-deb822.js";
import { parseSourcesList } from "../formats/apt-sources-list.js";
import { LineIndex } from "../formats/traced.js";
import type { Host, StatResult } from "../host/host.js";
import { aptFiles } from "./apt-config.js";
import type { FactSource } from "./source.js";

export { aptBoolean as aptTruth } from "../formats/apt-source-entry.js";

export interface AptEntry extends AptSource {
  readonly source: Source;
  /** The line of an option by its name; undefined where it is not given. */
  readonly option: (name: string) => { readonly value: string; readonly source: Source } | undefined;
}

export interface AptSourcesFact {
  /** Those that are switched on. */
  readonly entries: readonly AptEntry[];
  /** Why apt reads no source at all: `file:line: reason`. */
  readonly problems: readonly { readonly message: string; readonly source: Source }[];
  readonly unread: readonly string[];
  readonly files: readonly string[];
  /** Key files that serve every source without Signed-By (apt-secure(8)). */
  readonly sharedKeys: readonly KeyFile[];
  /** Key files that sources name. */
  keyFile(path: string): KeyFile;
}

export interface KeyFile {
  readonly path: string;
  readonly stat: StatResult;
}

const main = "/etc/apt/sources.list";
const parts = "/etc/apt/sources.list.d";
const sharedFolder = "/etc/apt/trusted.gpg.d";
const shared = "/etc/apt/trusted.gpg";

/** Paths in a Signed-By: several with commas; a key in the file itself and fingerprints are no paths. */
export function keyPathsOf(signedBy: string): readonly string[] {
  if (signedBy.includes("-----BEGIN")) return [];
  return signedBy.split(/[,\s]+/).filter((word) => word.startsWith("/"));
}

interface Files {
  readonly paths: readonly string[];
  readonly unread: readonly string[];
}

async function filesOf(host: Host): Promise<Files> {
  const listing = await host.list(parts);
  if (listing.state === "ok") return { paths: [main, ...aptFiles(listing, ["list", "sources"])], unread: [] };
  return { paths: [main], unread: listing.state === "absent" ? [] : [listing.reason] };
}

async function sharedKeys(
  host: Host,
): Promise<{ readonly keys: readonly KeyFile[]; readonly unread: readonly string[] }> {
  const listing = await host.list(sharedFolder);
  const names = listing.state === "ok" ? aptFiles(listing, ["gpg", "asc"]) : [];
  const stats = await Promise.all(
    [shared, ...names].map(async (path) => ({ path, stat: await host.stat(path) })),
  );
  return {
    keys: stats.filter(({ stat }) => stat.state !== "absent"),
    unread: listing.state === "ok" || listing.state === "absent" ? [] : [listing.reason],
  };
}

interface Read {
  readonly entries: readonly AptEntry[];
  readonly problems: AptSourcesFact["problems"];
}

function entriesOf(path: string, text: string, { sources, problems }: Parsed): Read {
  const lines = new LineIndex(text);
  return {
    entries: sources
      .filter(({ enabled }) => enabled)
      .map((entry) => ({
        ...entry,
        source: lines.source(path, entry.span),
        option: (name) => {
          const found = entry.options.get(name);
          return found === undefined
            ? undefined
            : { value: found.value, source: lines.source(path, found.span) };
        },
      })),
    problems: problems.map(({ line, message }) => ({ message, source: { ...wholeFile(path), line } })),
  };
}

export const aptSources: FactSource<AptSourcesFact> = {
  title: "the package sources of apt (/etc/apt/sources.list, sources.list.d, trusted.gpg, trusted.gpg.d)",
  async gather(host) {
    const folder = await host.stat("/etc/apt");
    if (folder.state === "absent") return absent("apt is not used here: no /etc/apt");
    if (folder.state !== "ok") return failed(folder.reason);
    const [{ paths, unread }, keys] = await Promise.all([filesOf(host), sharedKeys(host)]);
    const reads = await Promise.all(paths.map((path) => host.read(path)));
    const good = reads.filter((read) => read.state === "ok");
    const all = good.map(({ path, text }) =>
      entriesOf(path, text, path.endsWith(".sources") ? parseDeb822Sources(text) : parseSourcesList(text)),
    );
    const entries = all.flatMap((read) => read.entries);
    const named = [
      ...new Set(entries.flatMap((entry) => keyPathsOf(entry.option("signed-by")?.value ?? ""))),
    ];
    const stats = new Map(
      await Promise.all(named.map(async (path) => [path, await host.stat(path)] as const)),
    );
    return known({
      entries,
      problems: all.flatMap(({ problems }) => problems),
      unread: [
        ...unread,
        ...keys.unread,
        ...reads.flatMap((read) => (read.state === "denied" || read.state === "failed" ? [read.reason] : [])),
      ],
      files: good.map(({ path }) => path),
      sharedKeys: keys.keys,
      keyFile: (path) => {
        const reason = `${path} is named by no source`;
        return { path, stat: stats.get(path) ?? { state: "absent", path, reason } };
      },
    });
  },
};
