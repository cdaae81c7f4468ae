// Packed bytes -> bytes, bounded, by the ending of a file's name: gzip and LZ4. Other packings are named, not unpacked.
import { gunzipSync } from "node:zlib";
import { type Unpacked, unpackLz4 } from "./lz4.js";

/** Unpacks to at most `limit` bytes. */
export function unpack(name: string, bytes: Uint8Array, limit: number): Unpacked {
  if (name.endsWith(".lz4")) return unpackLz4(bytes, limit);
  if (!name.endsWith(".gz"))
    return { state: "error", message: "packed in a way that nodeward does not unpack" };
  try {
    return { state: "ok", bytes: gunzipSync(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    return { state: "error", message: error instanceof Error ? error.message : "cannot be unpacked" };
  }
}
