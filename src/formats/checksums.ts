// Checksum lists: sha256sum(1) and BSD lines, a lone hash as Kubernetes publishes it, dpkg's md5sums. Computes nothing.

export type ChecksumAlgorithm = "sha256" | "sha512" | "md5";

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly hex: string;
  /** As written, without `./`; the name of the list without its ending where the hash stands alone. */
  readonly name: string;
  readonly line: number;
}

export interface Checksums {
  readonly entries: readonly Checksum[];
  /** Lines that are no checksum, by number. */
  readonly broken: readonly number[];
}

const byLength: Readonly<Record<number, ChecksumAlgorithm>> = { 32: "md5", 64: "sha256", 128: "sha512" };
const bsdNames: Readonly<Record<string, ChecksumAlgorithm>> = {
  SHA256: "sha256",
  SHA512: "sha512",
  MD5: "md5",
};
const lineLimit = 100_000;

function entry(hex: string, name: string, line: number): Checksum | undefined {
  const algorithm = byLength[hex.length];
  if (algorithm === undefined || name === "") return undefined;
  return { algorithm, hex: hex.toLowerCase(), name: name.replace(/^(?:\.\/)+/, ""), line };
}

function parseLine(text: string, line: number, lone: string): Checksum | undefined {
  const bsd = /^(SHA256|SHA512|MD5) \((.+)\) = ([0-9a-fA-F]{32,128})$/.exec(text);
  if (bsd?.[1] !== undefined && bsd[2] !== undefined && bsd[3] !== undefined) {
    const found = entry(bsd[3], bsd[2], line);
    return found?.algorithm === bsdNames[bsd[1]] ? found : undefined;
  }
  const plain = /^\\?([0-9a-fA-F]{32,128})(?: [ *](.+)|\s*)$/.exec(text);
  return plain?.[1] === undefined ? undefined : entry(plain[1], plain[2] ?? lone, line);
}

/** Reads a list. `file` is its path: `kubelet.sha512` holds the hash of `kubelet`. */
export function parseChecksums(file: string, text: string): Checksums {
  const base = file.slice(file.lastIndexOf("/") + 1);
  const lone = /\.(?:sha(?:256|512)|md5)(?:sum)?$/.test(base) ? base.replace(/\.[^.]+$/, "") : "";
  const entries: Checksum[] = [];
  const broken: number[] = [];
  for (const [index, raw] of text.split("\n", lineLimit).entries()) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "" || line.startsWith("#")) continue;
    const found = parseLine(line, index + 1, lone);
    if (found === undefined) broken.push(index + 1);
    else entries.push(found);
  }
  return { entries, broken };
}

const strengths: readonly ChecksumAlgorithm[] = ["sha512", "sha256", "md5"];

/** As releases name what is installed as `runc`: `runc.amd64`, `crictl-linux-arm64`. */
const platformEnding =
  /[.-](?:linux[.-])?(?:amd64|arm64|armhf|arm|386|i386|ppc64le|ppc64el|s390x|riscv64|x86_64|aarch64)$/;

/**
 * The entries for a file: those whose name is an end of its path, else those with its name, as for releases of several
 * architectures. All of one algorithm, the strongest there is; a file that matches any of them is the released one.
 */
export function checksumsFor<T extends Checksum>(entries: readonly T[], path: string): readonly T[] {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const ends = entries.filter(({ name }) => path === name || path.endsWith(`/${name}`));
  const exact = ends.filter(({ name }) => name.includes("/"));
  const last = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const named = entries.filter(({ name }) => last(name) === base);
  const byName =
    named.length > 0 ? named : entries.filter(({ name }) => last(name).replace(platformEnding, "") === base);
  const candidates = exact.length > 0 ? exact : byName;
  const best = strengths.find((algorithm) => candidates.some((one) => one.algorithm === algorithm));
  return candidates.filter(({ algorithm }) => algorithm === best);
}
