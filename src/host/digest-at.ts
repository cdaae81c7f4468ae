// The digest of the file at a path, through the resolver. Hashing itself is digest.ts; what was hashed before, known-digests.ts.
import { digestOf } from "./digest.js";
import type { DigestAlgorithm, DigestResult } from "./host.js";
import type { KnownDigests } from "./known-digests.js";
import { digestLimit } from "./limits.js";
import { readsLater } from "./ops.js";
import { missing } from "./path-error.js";
import { notAFile, tooLarge } from "./refused.js";
import { kindOf, openForReading, type Resolver } from "./resolver.js";

/** `known` are digests of earlier runs that will do; a file system of another machine keeps times of its own, and is always read. */
export async function digestAt(
  resolver: Resolver,
  path: string,
  algorithm: DigestAlgorithm,
  known: KnownDigests | undefined,
): Promise<DigestResult> {
  const found = await resolver.find(path, true);
  if (found.state !== "found") return found;
  const { ops, stats, realPath } = found;
  try {
    if (!stats.isFile()) return notAFile(path, kindOf(stats));
    if (stats.size > digestLimit) return tooLarge(path, digestLimit);
    const fd = await ops.open(`/proc/self/fd/${found.fd}`, openForReading);
    try {
      const take = () => digestOf(fd, stats.size, algorithm, digestLimit);
      const { hex, total } =
        known === undefined || readsLater(ops) ? await take() : await known.of(realPath, fd, algorithm, take);
      return total > digestLimit ? tooLarge(path, digestLimit) : { state: "ok", path, hex };
    } finally {
      await ops.close(fd);
    }
  } catch (error) {
    return missing(path, error);
  } finally {
    await resolver.release(found);
  }
}
