// The low-level runtime that is installed, and whether its package carries known fixes. Starts nothing.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { compareDebianVersions } from "../formats/debian-version.js";
import { packages } from "./packages.js";
import { ownBuild } from "./runtime-versions.js";
import type { FactSource } from "./source.js";

export interface Runc {
  readonly packageName: string;
  /** As the package manager writes it. */
  readonly packaged: string;
  /** Such as `1.1.5`; undefined where the package's version is not runc's own (containerd.io). */
  readonly version: string | undefined;
  /** Is the package at least this upstream version, or a distribution's build with its fixes? */
  atLeast(floor: string): boolean | undefined;
  /** Ways out of a container that this release leaves open; of a distribution's build nobody can tell by its version. */
  readonly escapes: readonly string[];
  readonly byDistribution: boolean;
  readonly source: Source;
}

/** Releases that close CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881, a release line each (GHSA-9493-h29p-rfm2). */
const masked: Readonly<Record<string, string>> = { "1.2": "1.2.8", "1.3": "1.3.3" };
const maskedNames = ["CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"];

/** Lines up to 1.1 were past their end when these were found; 1.4 and later came with the fixes. */
function escapesOf(version: string): readonly string[] {
  const line = /^\d+\.\d+/.exec(version)?.[0] ?? "";
  const fixed = masked[line] ?? (compareDebianVersions(version, "1.2") < 0 ? "1.2.8" : undefined);
  return fixed !== undefined && compareDebianVersions(version, fixed) < 0 ? maskedNames : [];
}

/**
 * Builds below 1.1.12 into which a distribution put the fix of CVE-2024-21626 (security-tracker.debian.org, ubuntu.com/security/CVE-2024-21626).
 */
const patched: readonly string[] = [
  "1.0.0~rc6+dfsg1-3+deb10u3",
  "1.0.0~rc93+ds1-5+deb11u3",
  "1.1.5+ds1-1+deb12u1",
  "1.1.7-0ubuntu1~20.04.2",
  "1.1.7-0ubuntu1~22.04.2",
  "1.1.7-0ubuntu2.2",
];

const names = ["runc", "moby-runc", "runc-app", "containerd.io"];

function upstream(version: string): string | undefined {
  return /^(?:\d+:)?(\d+\.\d+\.\d+)/.exec(version)?.[1];
}

/** The same version but for the number at its end. */
function sameLine(a: string, b: string): boolean {
  return a.replace(/\d+$/, "") === b.replace(/\d+$/, "");
}

/** Debian and Ubuntu count the fixes of a release at the end of its version. */
function hasFix(version: string): boolean {
  return patched.some((fixed) => sameLine(version, fixed) && compareDebianVersions(version, fixed) >= 0);
}

export const runc: FactSource<Runc> = {
  title: "the installed runc (package database)",
  async gather(host, ask) {
    const installed = await ask(packages);
    if (installed.state === "error") return failed(installed.reason);
    const found =
      installed.state === "known"
        ? names.map((name) => installed.value.get(name)).find((one) => one !== undefined)
        : undefined;
    if (found === undefined) {
      const programs = ["/usr/local/sbin/runc", "/usr/local/bin/runc", "/usr/sbin/runc", "/usr/bin/runc"];
      const stats = await Promise.all(programs.map((path) => host.stat(path)));
      const there = stats.find(({ state }) => state === "ok");
      if (there === undefined) return absent("runc is not on this node");
      return failed(`${there.path} belongs to no package: its version is not known`);
    }
    const version = found.name === "containerd.io" ? undefined : upstream(found.version);
    const byDistribution = ownBuild.test(found.version);
    return known({
      packageName: found.name,
      packaged: found.version,
      version,
      byDistribution,
      escapes: version === undefined || byDistribution ? [] : escapesOf(version),
      atLeast: (floor) => {
        if (version === undefined) return undefined;
        return compareDebianVersions(version, floor) >= 0 || (floor === "1.1.12" && hasFix(found.version));
      },
      source: wholeFile("/var/lib/dpkg/status", `${found.name} ${found.version}`),
    });
  },
};
