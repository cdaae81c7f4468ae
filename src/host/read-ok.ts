// The content of one file as a value. Does not read it.
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { ReadOk } from "./host.js";

/** One file as read, its hash computed when asked for. */
export function readOk(
  path: string,
  bytes: Buffer,
  stat: Omit<ReadOk, "state" | "path" | "text" | "encoding" | "sha256">,
): ReadOk {
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  const text = bytes.toString(encoding);
  let hash: string | undefined;
  return {
    state: "ok",
    path,
    ...stat,
    text,
    encoding,
    get sha256() {
      hash ??= createHash("sha256").update(text, encoding).digest("hex");
      return hash;
    },
  };
}
