// The installed packages, from the database of dpkg or rpm. Not what could be upgraded (facts/patches.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import {
  type DpkgPackage,
  dpkgConffileOwner,
  dpkgPackagesByName,
  findDpkgPackage,
  parseDpkgStatus,
} from "../formats/dpkg-status.js";
import type { Host } from "../host/host.js";
import { rpmDatabase, rpmDatabases } from "./rpm-database.js";
import type { Ask, FactSource } from "./source.js";

export interface Package {
  readonly name: string;
  /** As the package manager writes it, epoch included. */
  readonly version: string;
  readonly architecture: string;
  /** The source package; the same as the name where there is no other. */
  readonly source: string;
  /** dpkg: `install`, `hold`, `deinstall`; rpm: always `install`. */
  readonly want: string;
}

export interface Packages {
  readonly manager: "dpkg" | "rpm";
  /** Unpacked and configured, or left half-way: what has files on the disk. */
  readonly all: readonly Package[];
  get(name: string): Package | undefined;
  /** The package whose configuration file `path` is, where the database itself says so: no answer is not a no. */
  conffileOwner(path: string): string | undefined;
}

/** The status file of a machine with thousands of packages is a few MiB. */
const databaseLimit = 64 * 1024 * 1024;

/** States of dpkg-query(1) in which a package's programs are on the disk. */
const present = new Set([
  "installed",
  "unpacked",
  "half-configured",
  "triggers-awaited",
  "triggers-pending",
  "half-installed",
]);

function isPresent({ status }: DpkgPackage): boolean {
  return present.has(status);
}

function packageOf({ name, version, architecture, source, want }: DpkgPackage): Package {
  return { name, version, architecture, source, want };
}

/** Read whole only where it must be: many checks want two or three of a thousand. */
function fromStatus(text: string): Packages {
  let whole: readonly Package[] | undefined;
  let named: ReturnType<typeof dpkgPackagesByName> | undefined;
  return {
    manager: "dpkg",
    get all() {
      whole ??= parseDpkgStatus(text).filter(isPresent).map(packageOf);
      return whole;
    },
    get: (name) => {
      named ??= dpkgPackagesByName(text);
      const one = named(name).find(isPresent);
      return one && packageOf(one);
    },
    conffileOwner: (path) => dpkgConffileOwner(text, path),
  };
}

function packagesOf(manager: Packages["manager"], all: readonly Package[]): Packages {
  const byName = new Map(all.toReversed().map((one) => [one.name, one]));
  return { manager, all, get: (name) => byName.get(name), conffileOwner: () => undefined };
}

/** `bash-5.1.8-9.el9.src.rpm` -> `bash`; the package's own name where it has no source. */
function sourceOf(name: string, file: string): string {
  return /^(.+)-[^-]+-[^-]+\.src\.rpm$/.exec(file)?.[1] ?? name;
}

function rpmPackage(name: string, version: string, architecture: string, sourceFile: string): Package {
  return { name, version, architecture, source: sourceOf(name, sourceFile), want: "install" };
}

async function fromDatabase(ask: Ask): Promise<Fact<Packages>> {
  const database = await ask(rpmDatabase);
  if (database.state !== "known") return database;
  const all = database.value.headers.map((one) =>
    rpmPackage(one.name, one.version, one.architecture, one.sourceFile),
  );
  return known(packagesOf("rpm", all));
}

async function fromRpm(host: Host, ask: Ask): Promise<Fact<Packages>> {
  const stats = await Promise.all(rpmDatabases.map((path) => host.stat(path)));
  if (stats.every(({ state }) => state === "absent"))
    return absent("no package database (dpkg, rpm) on this node");
  if (!host.live) return await fromDatabase(ask);
  const result = await host.run("rpm-packages");
  if (result.state === "absent") return await fromDatabase(ask);
  if (result.state !== "ok") return failed(`rpm did not say what is installed: ${result.reason}`);
  if (result.code !== 0) return failed(`rpm ended with ${result.code}: ${result.stderr.trim()}`);
  const all = result.stdout
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([name = ""]) => name !== "")
    .map(([name = "", version = "", architecture = "", source = ""]) =>
      rpmPackage(name, version.replace(/^\(none\):/, ""), architecture.replace("(none)", ""), source),
    );
  return all.length === 0 ? failed("rpm names no package") : known(packagesOf("rpm", all));
}

export const packages: FactSource<Packages> = {
  title: "the installed packages (/var/lib/dpkg/status, or the rpm database)",
  async gather(host, ask) {
    const status = await host.read("/var/lib/dpkg/status", { limit: databaseLimit });
    if (status.state === "absent") return await fromRpm(host, ask);
    if (status.state !== "ok") return failed(status.reason);
    // An image without packages is rarer than a database that was cut off.
    return findDpkgPackage(status.text, isPresent) === undefined
      ? failed(`${status.path} names no installed package`)
      : known(fromStatus(status.text));
  },
};
