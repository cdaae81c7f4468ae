// One way to root on a node, as a value: who, by what, under which condition, and the line that says so.
import type { Source } from "../core/source.js";

export const accessKinds = ["user", "sudo", "group", "key", "file", "socket", "process"] as const;
export type AccessKind = (typeof accessKinds)[number];

export interface AccessWay {
  /** `alice`, `group docker: ci`, `everybody`, `key SHA256:… (laptop)`, `node-exporter (1234)`. */
  readonly who: string;
  readonly kind: AccessKind;
  /** What makes it a way: `is root (user id 0)`, `sudo: may run ALL`. */
  readonly way: string;
  /** What stands in between: `a password`, `nothing`. */
  readonly asks: string;
  /** False where it hangs on something that cannot be seen here. */
  readonly sure: boolean;
  readonly sources: readonly Source[];
}

/** What one part of the inventory found, and what it could not look at. */
export interface AccessPart {
  readonly ways: readonly AccessWay[];
  readonly unknown: readonly string[];
  readonly remarks: readonly string[];
}

export const noWays: AccessPart = { ways: [], unknown: [], remarks: [] };

export function joinParts(parts: readonly AccessPart[]): AccessPart {
  return {
    ways: parts.flatMap(({ ways }) => ways),
    unknown: [...new Set(parts.flatMap(({ unknown }) => unknown))],
    remarks: [...new Set(parts.flatMap(({ remarks }) => remarks))],
  };
}
