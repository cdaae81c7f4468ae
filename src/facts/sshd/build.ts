// Which OpenSSH is installed: version and who built it, for everything that depends on them. Reads no configuration.
import type { Fact } from "../../core/fact.js";
import type { Host } from "../../host/host.js";
import type { Packages } from "../packages.js";
import type { Platform } from "../platform.js";

export type Vendor = "debian" | "redhat" | "other";

export interface SshdBuild {
  /** Major times 100 plus minor: 902 is OpenSSH 9.2. */
  readonly version: number;
  readonly vendor: Vendor;
  /** As the package manager or the program says it, such as `1:9.2p1-2+deb12u10`. */
  readonly text: string;
  /** Is it built with Kerberos and GSSAPI? */
  readonly gssapi: boolean;
  /** False where nothing tells the version: `version` is then the newest we know. */
  readonly known: boolean;
  /** Where the version was found, in words. */
  readonly from: string;
}

/** The newest version in our tables. */
export const newestKnown = 1006;
/** The oldest: of RHEL 7 and Debian 9. */
export const oldestKnown = 704;

/** Where an sshd is installed by the packages of the distributions, and by hand. */
const programs = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];

const packageNames = ["openssh-server", "openssh-server-gssapi", "openssh"];

/** `1:9.2p1-2+deb12u10` and `OpenSSH_8.7p1` alike. */
export function versionNumber(text: string): number | undefined {
  const match = /(?:^|[:_])(\d{1,2})\.(\d{1,2})(?:p\d|[-~+]|$)/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * 100 + Number(match[2]);
}

/** OpenSSH versions that releases of a distribution stay with for life. */
const shipped: readonly (readonly [id: string, release: RegExp, version: number])[] = [
  ["debian", /^10\b/, 709],
  ["debian", /^11\b/, 804],
  ["debian", /^12\b/, 902],
  ["debian", /^13\b/, 1000],
  ["ubuntu", /^18\.04$/, 706],
  ["ubuntu", /^20\.04$/, 802],
  ["ubuntu", /^22\.04$/, 809],
  ["ubuntu", /^24\.04$/, 906],
  ["ubuntu", /^25\.04$/, 909],
  ["ubuntu", /^25\.10$/, 1000],
  ["ubuntu", /^26\.04$/, 1002],
  ["rhel", /^7\b/, 704],
  ["rhel", /^8\b/, 800],
  ["rhel", /^9\b/, 807],
  ["rhel", /^10\b/, 909],
  ["amzn", /^2$/, 704],
  ["amzn", /^2023$/, 807],
];

function vendorOf(platform: Platform | undefined): Vendor {
  if (platform === undefined) return "other";
  if (platform.is("debian") || platform.is("ubuntu")) return "debian";
  return ["rhel", "fedora", "centos", "amzn"].some((family) => platform.is(family)) ? "redhat" : "other";
}

function fromRelease(platform: Platform | undefined): number | undefined {
  if (platform === undefined) return undefined;
  // Rebuilds of RHEL carry its release number.
  const same = (id: string) =>
    platform.id === id || (id === "rhel" && ["rocky", "almalinux", "centos", "ol"].includes(platform.id));
  return shipped.find(([id, release]) => same(id) && release.test(platform.versionId))?.[2];
}

/** A program of a few MiB; what is larger is no sshd. */
const programLimit = 16 * 1024 * 1024;

/** The version that the program itself carries. */
async function fromProgram(host: Host, path: string): Promise<string | undefined> {
  const read = await host.read(path, { limit: programLimit });
  if (read.state !== "ok") return undefined;
  return /OpenSSH_\d{1,2}\.\d{1,2}p?\d?[ -~]{0,40}/.exec(read.text)?.[0].trim();
}

export interface Installed {
  /** The program, or a package of it, is there. */
  readonly found: boolean;
  readonly build: SshdBuild;
}

async function firstProgram(host: Host): Promise<string | undefined> {
  const stats = await Promise.all(programs.map((path) => host.stat(path)));
  return programs[stats.findIndex(({ state }) => state !== "absent")];
}

/** Debian moved it to a package of its own with 10.4; builds of others differ, most have it not. */
function hasGssapi(vendor: Vendor, version: number, packages: Fact<Packages>): boolean {
  if (vendor !== "debian" || version < 1004) return vendor !== "other";
  return packages.state === "known" && packages.value.get("openssh-server-gssapi") !== undefined;
}

/** Finds the program and its version: the package database first, then the program, then what the release ships. */
export async function findBuild(
  host: Host,
  packages: Fact<Packages>,
  platform: Platform | undefined,
): Promise<Installed> {
  const program = await firstProgram(host);
  const vendor = vendorOf(platform);
  const one =
    packages.state === "known"
      ? packageNames.map((name) => packages.value.get(name)).find((each) => each !== undefined)
      : undefined;
  const made = (version: number, text: string, known: boolean, from: string): Installed => ({
    found: program !== undefined || one !== undefined,
    build: { version, vendor, text, gssapi: hasGssapi(vendor, version, packages), known, from },
  });
  const build = (version: number | undefined, text: string, from: string) =>
    version === undefined ? undefined : made(version, text, true, from);
  if (one !== undefined && program !== "/usr/local/sbin/sshd") {
    const found = build(versionNumber(one.version), one.version, "the package database");
    if (found !== undefined) return found;
  }
  if (program !== undefined) {
    const text = await fromProgram(host, program);
    const found = text === undefined ? undefined : build(versionNumber(text), text, program);
    if (found !== undefined) return found;
  }
  const release = build(fromRelease(platform), "", `the release (${platform?.os ?? ""})`);
  return release ?? made(newestKnown, "", false, "nowhere");
}
