// Reads one regular file to its end, part by part. Keeps nothing of it.
import type { Missing } from "./host.js";
import { readsLater } from "./ops.js";
import { missing } from "./path-error.js";
import { isEnd } from "./process-entries.js";
import { notAFile, tooLarge } from "./refused.js";
import { type Found, kindOf, openForReading, type Resolver } from "./resolver.js";
import { type Steps, settled } from "./settle.js";

const chunk = 64 * 1024;
/** Command lines are short, and many are asked for together. */
const lateChunk = 8 * 1024;
const passing = Buffer.allocUnsafe(chunk);

/** Is handed a part, which is only valid until it returns; why it wants no more of them. */
type Take = (part: Uint8Array, found: Found) => Missing | undefined;

/** Reads to the end, or until `take` refuses; the descriptors are closed when it returns. */
export function* consume(
  resolver: Resolver,
  path: string,
  limit: number,
  take: Take,
): Steps<Found | Missing> {
  const found = yield* resolver.finding(path, true, "read");
  if (found.state !== "found") return found;
  const { ops, stats } = found;
  try {
    if (!stats.isFile()) return notAFile(path, kindOf(stats));
    if (stats.size > limit) return tooLarge(path, limit);
    // Opened again through the descriptor just looked at: the very file, whatever the name means by now.
    const fd = found.readable
      ? found.fd
      : yield* settled(ops.open(`/proc/self/fd/${found.fd}`, openForReading));
    try {
      // Read at once, nothing comes between: one buffer does for all.
      const buffer = readsLater(ops) ? Buffer.allocUnsafe(lateChunk) : passing;
      let total = 0;
      for (;;) {
        const count = yield* settled(ops.read(fd, buffer, 0, buffer.length));
        if (count === 0) return found;
        total += count;
        if (total > limit) return tooLarge(path, limit);
        const refused = take(buffer.subarray(0, count), found);
        if (refused !== undefined) return refused;
        if (isEnd(found.realPath, stats.size, total, count, buffer.length)) return found;
      }
    } finally {
      if (!found.readable) yield* settled(ops.close(fd));
    }
  } catch (error) {
    return missing(path, error);
  } finally {
    yield* resolver.releasing(found);
  }
}
