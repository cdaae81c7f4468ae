// The running kernel and those installed (/proc, /boot, /lib/modules, the package database). Not how they were booted.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { compareDebianVersions } from "../formats/debian-version.js";
import { compareKernelReleases, kernelFlavour } from "../formats/kernel-release.js";
import type { Host } from "../host/host.js";
import { type Packages, packages } from "./packages.js";
import type { Ask, FactSource } from "./source.js";

export interface InstalledKernel {
  readonly release: string;
  readonly source: Source;
}

export interface Kernels {
  readonly running: { readonly release: string; readonly source: Source };
  /** Oldest first. */
  readonly installed: readonly InstalledKernel[];
  /** The newest of the running kernel's build variant, or of all where none of its variant is installed. */
  readonly newest: InstalledKernel;
  /** Negative when the running kernel is older than the newest. */
  readonly order: number;
  /** The same release, rebuilt: the version of the running one and of the package that is newer. */
  readonly rebuilt:
    | { readonly running: string; readonly installed: string; readonly source: Source }
    | undefined;
  readonly unread: readonly string[];
}

const image = /^(?:vmlinuz|vmlinux|kernel|bzImage)-(\d.*)$/;
const notBootable = /(?:\.old|\.bak|\.dpkg-[a-z]+|\.rpm[a-z]+|\+?rescue.*|\.sig|\.hmac)$/;

interface Found {
  readonly kernels: readonly InstalledKernel[];
  readonly unread: readonly string[];
}

async function inBoot(host: Host): Promise<Found> {
  const listing = await host.list("/boot");
  if (listing.state === "absent") return { kernels: [], unread: [] };
  if (listing.state !== "ok") return { kernels: [], unread: [listing.reason] };
  const kernels = listing.entries.flatMap(({ name }) => {
    const release = image.exec(name)?.[1];
    return release === undefined || notBootable.test(name)
      ? []
      : [{ release, source: wholeFile(`/boot/${name}`) }];
  });
  return { kernels, unread: [] };
}

/** Where /boot holds none (an image-based system), the kernel lies beside its modules. */
async function besideModules(host: Host): Promise<Found> {
  const folder = "/usr/lib/modules";
  const listing = await host.list(folder);
  if (listing.state === "absent") return { kernels: [], unread: [] };
  if (listing.state !== "ok") return { kernels: [], unread: [listing.reason] };
  const candidates = listing.entries.filter(({ name }) => /^\d/.test(name));
  const stats = await Promise.all(
    candidates.map(async ({ name }) => ({ name, stat: await host.stat(`${folder}/${name}/vmlinuz`) })),
  );
  return {
    kernels: stats.flatMap(({ name, stat }) =>
      stat.state === "ok" ? [{ release: name, source: wholeFile(stat.path) }] : [],
    ),
    unread: stats.flatMap(({ stat }) =>
      stat.state === "denied" || stat.state === "failed" ? [stat.reason] : [],
    ),
  };
}

const dpkgImage = /^linux-image-(?:unsigned-)?(\d.*)$/;
const rpmImage = new Set([
  "kernel-core",
  "kernel-uek-core",
  "kernel-rt-core",
  "kernel-64k-core",
  "kernel-default",
]);

/** Kernels that the database names: /boot may be a partition that is not mounted. */
function inPackages(installed: Fact<Packages>): readonly InstalledKernel[] {
  if (installed.state !== "known") return [];
  const source = (name: string) =>
    wholeFile(installed.value.manager === "dpkg" ? "/var/lib/dpkg/status" : "the rpm database", name);
  return installed.value.all.flatMap(({ name, version, architecture }) => {
    const release =
      installed.value.manager === "dpkg" ? dpkgImage.exec(name)?.[1]?.replace(/-dbg$/, "") : undefined;
    if (release !== undefined) return [{ release, source: source(name) }];
    return rpmImage.has(name) ? [{ release: `${version}.${architecture}`, source: source(name) }] : [];
  });
}

/** What the running kernel was built from, in the version of its package: Ubuntu and Debian write it down. */
async function buildOf(
  host: Host,
  release: string,
): Promise<{ readonly version: string; readonly source: Source } | undefined> {
  const [ubuntu, version] = await Promise.all([
    host.read("/proc/version_signature"),
    host.read("/proc/version"),
  ]);
  // `Ubuntu 6.8.0-45.45-generic 6.8.12`
  const signed = ubuntu.state === "ok" ? /^Ubuntu (\S+) /.exec(ubuntu.text)?.[1] : undefined;
  if (signed !== undefined && ubuntu.state === "ok") {
    const plain = signed.replace(kernelFlavour(release), "");
    return { version: plain, source: { ...wholeFile(ubuntu.path, ubuntu.text.trim()), line: 1 } };
  }
  // `… #1 SMP PREEMPT_DYNAMIC Debian 6.1.147-1 (2025-08-02)`
  const debian = version.state === "ok" ? / Debian (\d\S*) \(/.exec(version.text)?.[1] : undefined;
  return debian === undefined || version.state !== "ok"
    ? undefined
    : { version: debian, source: { ...wholeFile(version.path, version.text.trim()), line: 1 } };
}

async function rebuiltOf(
  host: Host,
  release: string,
  installed: Fact<Packages>,
): Promise<Kernels["rebuilt"]> {
  if (installed.state !== "known" || installed.value.manager !== "dpkg") return undefined;
  const build = await buildOf(host, release);
  const names = [`linux-image-${release}`, `linux-image-unsigned-${release}`];
  const version = names.map((name) => installed.value.get(name)?.version).find((one) => one !== undefined);
  if (build === undefined || version === undefined) return undefined;
  return compareDebianVersions(build.version, version) < 0
    ? { running: build.version, installed: version, source: build.source }
    : undefined;
}

async function gatherKernels(host: Host, ask: Ask): Promise<Fact<Kernels>> {
  const path = "/proc/sys/kernel/osrelease";
  const read = await host.read(path);
  if (read.state === "absent") return absent("the running kernel cannot be seen: no /proc");
  if (read.state !== "ok") return failed(read.reason);
  const release = read.text.trim();
  if (release === "") return failed(`${path} is empty`);
  const database = await ask(packages);
  const [boot, beside] = await Promise.all([inBoot(host), besideModules(host)]);
  const unread = [...boot.unread, ...beside.unread, ...(database.state === "error" ? [database.reason] : [])];
  const all = [...boot.kernels, ...beside.kernels, ...inPackages(database)];
  const installed = [...new Map(all.reverse().map((one) => [one.release, one])).values()].sort((a, b) =>
    compareKernelReleases(a.release, b.release),
  );
  const alike = installed.filter((one) => kernelFlavour(one.release) === kernelFlavour(release));
  const newest = alike.at(-1) ?? installed.at(-1);
  if (newest === undefined)
    return unread.length > 0
      ? failed(unread.join("; "))
      : absent(
          "no kernel is installed here: it comes from outside (a container, or a machine booted directly)",
        );
  return known({
    running: { release, source: { ...wholeFile(path, release), line: 1 } },
    installed,
    newest,
    order: compareKernelReleases(release, newest.release),
    rebuilt: await rebuiltOf(host, release, database),
    unread,
  });
}

export const kernels: FactSource<Kernels> = {
  title:
    "the running and the installed kernels (/proc/sys/kernel/osrelease, /proc/version, /boot, /usr/lib/modules)",
  gather: gatherKernels,
};
