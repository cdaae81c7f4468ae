// A Debian node as apt sees it: sources, lists, installed packages, configuration. For tests of patches.
import type { MemoryFiles } from "../../src/host/memory.js";

export const now = Date.UTC(2026, 0, 10);
export const lists = "/var/lib/apt/lists";
export const sourceList = "/etc/apt/sources.list";
const security = "deb.debian.org_debian-security_dists_bookworm-security";
export const release = `${lists}/${security}_InRelease`;
export const packagesFile = `${lists}/${security}_main_binary-amd64_Packages`;

export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  readonly want?: string;
}

/** /var/lib/dpkg/status with dpkg itself and the packages given. */
export function dpkg(...installed: readonly Installed[]): MemoryFiles {
  const all = [{ name: "dpkg", version: "1.21.22" }, ...installed];
  const text = all
    .map(
      ({ name, version, architecture = "amd64", want = "install" }: Installed) =>
        `Package: ${name}\nStatus: ${want} ok installed\nArchitecture: ${architecture}\nVersion: ${version}\n`,
    )
    .join("\n");
  return { "/var/lib/dpkg/status": text };
}

export function listed(...packages: readonly Installed[]): string {
  return packages
    .map(
      ({ name, version, architecture = "amd64" }) =>
        `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nDescription: x\n`,
    )
    .join("\n");
}

export function releaseFile(date: string, validUntil?: string): string {
  return [
    "Origin: Debian",
    "Label: Debian-Security",
    "Suite: oldstable-security",
    "Codename: bookworm-security",
    `Date: ${date}`,
    ...(validUntil === undefined ? [] : [`Valid-Until: ${validUntil}`]),
    "",
  ].join("\n");
}

export const debian: MemoryFiles = {
  "/etc/os-release": 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian 12"\n',
  [sourceList]:
    "deb http://deb.debian.org/debian bookworm main\ndeb http://deb.debian.org/debian-security bookworm-security main\n",
  "/etc/apt/trusted.gpg.d/debian.asc": "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
};

/** Lists fetched two days ago, with these packages in the security archive. */
export function fetched(...packages: readonly Installed[]): MemoryFiles {
  return {
    ...debian,
    [release]: releaseFile("Thu, 08 Jan 2026 10:00:00 UTC", "Thu, 15 Jan 2026 10:00:00 UTC"),
    [packagesFile]: listed(...packages),
    [`${lists}/deb.debian.org_debian_dists_bookworm_InRelease`]:
      "Origin: Debian\nLabel: Debian\nSuite: oldstable\nCodename: bookworm\n",
  };
}
