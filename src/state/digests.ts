// The digests of large files from one run to the next, in digests.json. Hashes nothing.
import type { DigestAlgorithm } from "../host/host.js";
import { digestsName, type KnownDigest } from "../host/known-digests.js";
import type { Done, StateFiles } from "../host/node-writer.js";
import { isRecord } from "./event-shape.js";

const version = 1;
/** Once a day every file is read again, whatever the kernel says of it. */
const believedMs = 24 * 60 * 60 * 1000;

const algorithms: readonly DigestAlgorithm[] = ["sha256", "sha512", "md5"];

function digestOf(value: unknown): KnownDigest | undefined {
  if (!isRecord(value)) return undefined;
  const { path, hex, stamp, at } = value;
  const algorithm = algorithms.find((one) => one === value.algorithm);
  if (typeof path !== "string" || typeof stamp !== "string" || typeof at !== "number") return undefined;
  if (algorithm === undefined || typeof hex !== "string" || !/^[0-9a-f]{32,128}$/.test(hex)) return undefined;
  return { path, algorithm, hex, stamp, at };
}

/** Those of `text` that were taken since the machine was started (`boot`) and no longer than a day ago. */
export function believedDigests(text: string | undefined, boot: string, now: number): readonly KnownDigest[] {
  if (text === undefined || boot === "") return [];
  try {
    const data: unknown = JSON.parse(text);
    if (!isRecord(data) || data.version !== version || data.boot !== boot) return [];
    if (!Array.isArray(data.digests)) return [];
    return data.digests
      .map(digestOf)
      .filter((one) => one !== undefined)
      .filter(({ at }) => at <= now && now - at < believedMs);
  } catch {
    return [];
  }
}

/** Nothing is written where nothing was hashed (undefined). */
export function keepDigests(
  files: StateFiles,
  boot: string,
  digests: readonly KnownDigest[] | undefined,
): Done {
  if (digests === undefined || boot === "") return { state: "ok" };
  return files.put(digestsName, Buffer.from(`${JSON.stringify({ version, boot, digests })}\n`));
}
