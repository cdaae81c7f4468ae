// The files apt keeps of an archive: how they are named, and what a Release file says of itself (Debian's repository
// format). Not the packages in them (apt-packages.ts), and no signature is checked.
import type { AptSource } from "./apt-source-entry.js";
import { parseControl } from "./deb-control.js";

/** The archive of one URI and suite. */
export interface AptArchive {
  readonly uri: string;
  readonly suite: string;
  /** What all its files in /var/lib/apt/lists begin with. */
  readonly prefix: string;
  /** What its lists of packages begin with: up to the architecture, or up to how it is compressed. */
  readonly lists: readonly string[];
  /** The same lists as the Release file names them: `main/binary-amd64/Packages`. */
  readonly indexes: readonly string[];
}

const special = new Set('\\|{}[]<>"^~_=!@#$%&*');

function quoted(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (char === "/") return "_";
      return byte <= 0x20 || byte >= 0x7f || special.has(char)
        ? `%${byte.toString(16).padStart(2, "0")}`
        : char;
    })
    .join("");
}

/** A URI as a file name: without its method and credentials (URItoFileName of apt's strutl.cc). */
export function aptFileName(uri: string): string {
  const [, rest = uri] = /^[^/]*?:(?:\/\/)?(.*)$/s.exec(uri) ?? [];
  const slash = rest.indexOf("/");
  const at = rest.lastIndexOf("@", slash < 0 ? undefined : slash);
  return quoted(at < 0 ? rest : rest.slice(at + 1));
}

/** Every archive of a source. `$(ARCH)` in a suite stands for the architecture. */
export function archivesOf(source: AptSource, architecture: string): readonly AptArchive[] {
  return source.uris.flatMap((given) => {
    const whole = given.replaceAll("$(ARCH)", architecture);
    const uri = whole.endsWith("/") ? whole : `${whole}/`;
    return source.suites.map((name) => {
      const suite = name.replaceAll("$(ARCH)", architecture);
      // A path is no distribution: the list lies beside the Release file.
      const flat = suite.endsWith("/");
      const prefix = aptFileName(flat ? `${uri}${suite === "/" ? "" : suite}` : `${uri}dists/${suite}/`);
      const lists = source.components.map((component) => `${prefix}${quoted(component)}_binary-`);
      const indexes = source.components.map((component) => `${component}/binary-${architecture}/Packages`);
      return flat
        ? { uri, suite, prefix, lists: [`${prefix}Packages`], indexes: ["Packages"] }
        : { uri, suite, prefix, lists, indexes };
    });
  });
}

/** What an archive says of itself. */
export interface ReleaseHeader {
  readonly origin: string;
  readonly label: string;
  readonly suite: string;
  readonly codename: string;
  /** Milliseconds since the epoch; undefined where the field is absent or no date. */
  readonly date: number | undefined;
  readonly validUntil: number | undefined;
}

function dateOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Characters of a Release file that are looked at: the header, an OpenPGP frame around it included. */
const headerLimit = 64 * 1024;

/** Reads a Release or InRelease file; undefined where there is no such header. The signature is apt's to check. */
export function parseRelease(text: string): ReleaseHeader | undefined {
  // Below are the hashes of hundreds of files.
  const header = parseControl(text.slice(0, headerLimit), 2).find(
    (one) => one.get("Suite") ?? one.get("Codename") ?? one.get("Origin"),
  );
  if (header === undefined) return undefined;
  const value = (name: string) => header.get(name)?.value ?? "";
  return {
    origin: value("Origin"),
    label: value("Label"),
    suite: value("Suite"),
    codename: value("Codename"),
    date: dateOf(header.get("Date")?.value),
    validUntil: dateOf(header.get("Valid-Until")?.value),
  };
}

/** Lists of packages that a Release file says are empty, such as `non-free/binary-amd64/Packages`: apt keeps no file of them. */
export function emptyIndexes(text: string): ReadonlySet<string> {
  const lines = text.matchAll(/^ [0-9a-f]{32,128} +0 (\S+\/Packages)$/gm);
  return new Set([...lines].map(([, path = ""]) => path));
}
