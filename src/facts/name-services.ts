// Which sources the node asks for users, groups, hosts and the like (nsswitch.conf(5)), and whether it can. Not what they
// answer.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { parseNsswitchLines } from "../formats/nsswitch.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface NameService {
  readonly database: string;
  readonly sources: readonly string[];
  /** Of the sources, those whose module the C library does not find: it passes over them. */
  readonly missing: readonly string[];
  readonly source: Source;
}

const file = "/etc/nsswitch.conf";

/** Where the C library looks for libnss_NAME.so.2 without /etc/ld.so.conf; a 64-bit machine has one of the first three. */
const folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

/** The modules that are installed; undefined where none is seen, or a folder cannot be read: then nothing is known of any. */
async function modules(host: Host): Promise<ReadonlySet<string> | undefined> {
  const listings = await Promise.all(folders.map((folder) => host.list(folder)));
  if (listings.some(({ state }) => state !== "ok" && state !== "absent")) return undefined;
  const names = listings.flatMap((listing) => (listing.state === "ok" ? listing.entries : []));
  const found = names.flatMap(({ name }) => /^libnss_(\w+)\.so\.2$/.exec(name)?.[1] ?? []);
  return found.length === 0 ? undefined : new Set(found);
}

export const nameServices: FactSource<readonly NameService[]> = {
  title: "the sources of names (/etc/nsswitch.conf), and the C library's modules for them",
  async gather(host): Promise<Fact<readonly NameService[]>> {
    const read = await host.read(file);
    if (read.state === "absent")
      return absent("no /etc/nsswitch.conf: names come from the local files and DNS");
    if (read.state !== "ok") return failed(read.reason);
    const installed = await modules(host);
    return known(
      parseNsswitchLines(read.text).map(({ database, sources, line, text }) => ({
        database,
        sources,
        missing: installed === undefined ? [] : sources.filter((name) => !installed.has(name)),
        source: { file, line, span: { start: 0, end: 0 }, text },
      })),
    );
  },
};
