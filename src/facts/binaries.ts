// The platform's programs on this node and what they should be: by a checksum list, else by the package that installed
// them. Hashes each once; judges nothing.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type ChecksumAlgorithm, checksumsFor, parseChecksums } from "../formats/checksums.js";
import type { DigestOptions, FileStat, Host } from "../host/host.js";
import { type Manifest, manifestPath, nodeManifest } from "./checksum-lists.js";
import { type Package, packages } from "./packages.js";
import { platformPrograms } from "./platform-programs.js";
import { rpmDatabase } from "./rpm-database.js";
import type { Ask, FactSource } from "./source.js";

export interface Binary {
  readonly path: string;
  readonly stat: FileStat;
  readonly verdict: BinaryVerdict;
}

export type BinaryVerdict =
  | { readonly state: "match"; readonly by: string; readonly source: Source }
  | {
      readonly state: "differs";
      readonly by: string;
      readonly source: Source;
      readonly expected: string;
      readonly found: string;
    }
  /** Nothing on this node says what it should be, or it could not be read. */
  | { readonly state: "unknown"; readonly reason: string };

export interface Binaries {
  readonly binaries: readonly Binary[];
  readonly problems: readonly string[];
}

/** Packages that install any of these, by distribution and vendor. */
const owners = [
  ["kubelet", "kubeadm", "kubectl", "kubernetes-cni", "cri-tools", "kubernetes-node", "kubernetes-master"],
  [
    "containerd",
    "containerd.io",
    "moby-containerd",
    "runc",
    "moby-runc",
    "crun",
    "cri-o",
    "cri-o-runc",
    "conmon",
  ],
  ["docker.io", "docker-ce", "docker-ce-cli", "docker-cli", "moby-engine", "cri-dockerd", "nerdctl"],
  [
    "containernetworking-plugins",
    "etcd-server",
    "etcd-client",
    "etcd",
    "runsc",
    "kata-containers",
    "falco",
    "k3s",
    "rke2-server",
  ],
].flat();
interface Recorded {
  readonly algorithm: ChecksumAlgorithm;
  readonly hex: string;
  /** The package and its version. */
  readonly name: string;
  readonly source: Source;
}

/** `digest  path`, a line each, as rpm or its database has them; nothing where neither can be asked. */
async function rpmLines(host: Host, ask: Ask, name: string): Promise<string> {
  if (host.live) {
    const asked = await host.run("rpm-digests", name);
    return asked.state === "ok" && asked.code === 0 ? asked.stdout : "";
  }
  const database = await ask(rpmDatabase);
  const headers = database.state === "known" ? database.value.headers : [];
  const files = headers.filter((one) => one.name === name).flatMap((one) => one.files() ?? []);
  return files.map(({ digest, path }) => `${digest}  ${path}\n`).join("");
}

/** What rpm recorded of every file of these packages. */
async function fromRpm(
  host: Host,
  ask: Ask,
  owned: readonly Package[],
): Promise<ReadonlyMap<string, Recorded>> {
  const found = new Map<string, Recorded>();
  for (const { name, version } of owned) {
    // A folder has no digest, and its line is none.
    for (const { algorithm, hex, name: path } of parseChecksums("rpm", await rpmLines(host, ask, name))
      .entries)
      found.set(path, {
        algorithm,
        hex,
        name: `${name} ${version}`,
        source: wholeFile(`rpm: ${name}`, path),
      });
  }
  return found;
}

/** Path -> what dpkg recorded when it unpacked the file (dpkg(1), DIR/info/*.md5sums), or rpm. */
async function packaged(host: Host, ask: Ask): Promise<ReadonlyMap<string, Recorded>> {
  const installed = await ask(packages);
  if (installed.state !== "known") return new Map();
  const owned = owners.map((name) => installed.value.get(name)).filter((one) => one !== undefined);
  if (installed.value.manager === "rpm") return await fromRpm(host, ask, owned);
  const found = new Map<string, Recorded>();
  for (const one of owned) {
    const { name } = one;
    const base = `/var/lib/dpkg/info/${name}`;
    const lists = await Promise.all(
      [`${base}.md5sums`, `${base}:${one.architecture}.md5sums`].map((path) => host.read(path)),
    );
    for (const list of lists) {
      if (list.state !== "ok") continue;
      for (const { algorithm, hex, name: path, line } of parseChecksums(list.path, list.text).entries)
        found.set(`/${path}`, {
          algorithm,
          hex,
          name: `${name} ${one.version}`,
          source: { ...wholeFile(list.path, path), line },
        });
    }
  }
  return found;
}

interface Expected {
  readonly algorithm: ChecksumAlgorithm;
  /** Any of these. */
  readonly hex: readonly string[];
  readonly by: string;
  readonly source: Source;
}

function expectedOf(
  manifest: Manifest,
  recorded: Recorded | undefined,
  paths: readonly string[],
): Expected | undefined {
  const listed = paths.map((path) => checksumsFor(manifest.entries, path)).find((found) => found.length > 0);
  const [first] = listed ?? [];
  if (listed !== undefined && first !== undefined) {
    const { algorithm, file, name, line } = first;
    const hex = listed.map((one) => one.hex);
    return { algorithm, hex, by: `${algorithm} of ${file}`, source: { ...wholeFile(file, name), line } };
  }
  if (recorded === undefined) return undefined;
  return {
    algorithm: recorded.algorithm,
    hex: [recorded.hex],
    by: `package ${recorded.name}`,
    source: recorded.source,
  };
}

/** Compares files with a manifest, and where that is silent with what their package recorded. */
export async function compare(
  host: Host,
  ask: Ask,
  manifest: Manifest,
  options: DigestOptions = {},
): Promise<Binaries> {
  const [{ files, problems }, byPackage] = [await platformPrograms(host), await packaged(host, ask)];
  const verdict = async (path: string, realPath: string): Promise<BinaryVerdict> => {
    const expected = expectedOf(manifest, byPackage.get(path) ?? byPackage.get(realPath), [path, realPath]);
    if (expected === undefined)
      return {
        state: "unknown",
        reason: `no checksum list and no package on this node says what ${path} should be`,
      };
    const digest = await host.digest(path, expected.algorithm, options);
    if (digest.state !== "ok") return { state: "unknown", reason: digest.reason };
    const { by, source, hex } = expected;
    if (hex.includes(digest.hex)) return { state: "match", by, source };
    return { state: "differs", by, source, expected: hex[0] ?? "", found: digest.hex };
  };
  const binaries = await Promise.all(
    files.map(async ({ path, stat }) => ({ path, stat, verdict: await verdict(path, stat.realPath) })),
  );
  return { binaries, problems: [...manifest.problems, ...problems] };
}

export const binaries: FactSource<Binaries> = {
  title: `the platform's programs (kubelet, containerd, runc, CNI plugins, …), checksum lists in ${manifestPath}, the record of dpkg or rpm`,
  waits: "thread",
  async gather(host, ask): Promise<Fact<Binaries>> {
    const manifest = await nodeManifest(host);
    const found = await compare(host, ask, manifest, { recorded: true });
    if (found.binaries.length > 0) return known(found);
    const [reason] = found.problems.filter((problem) => !manifest.problems.includes(problem));
    return reason === undefined
      ? absent("no kubelet, container runtime or CNI plugin on this node")
      : failed(reason);
  },
};
