// A repair of the node as a value: what is there, what is wanted, in which groups and order. Not how it is carried out.
import type { Risk } from "./outcome.js";
import type { ActionName } from "./step.js";

/** What is at a path before or after a change. The bytes of a file lie in the object store under their hash. */
export type Image =
  | { readonly state: "absent" }
  | {
      readonly state: "file";
      /** Hexadecimal, of the bytes. */
      readonly sha256: string;
      readonly size: number;
      /** Permission bits, set-id and sticky included (07777). */
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly state: "directory"; readonly mode: number; readonly uid: number; readonly gid: number }
  | { readonly state: "symlink"; readonly target: string; readonly uid: number; readonly gid: number };

/** What a path shall be. Mode and owner that are left out stay as they are; a new file is 0644 root:root without them. */
export type Wanted =
  | { readonly state: "absent" }
  | {
      readonly state: "file";
      readonly content: string;
      /** How `content` was read, and is written (host/host.ts ReadOk). */
      readonly encoding: "utf8" | "latin1";
      readonly mode?: number;
      /** `user:group`, names or numbers. */
      readonly owner?: string;
    }
  /** Bytes as they are; also for directories. */
  | { readonly state: "attributes"; readonly mode?: number; readonly owner?: string }
  | { readonly state: "directory"; readonly mode: number; readonly owner: string }
  | { readonly state: "symlink"; readonly target: string };

/** One path, with everything that the checks want of it. */
export interface FileChange {
  readonly path: string;
  /** What the plan was made on: a path that is something else when it is to be changed is left alone. */
  readonly before: Image;
  readonly wanted: Wanted;
  /** The checks that asked for it. */
  readonly checks: readonly string[];
  /** Unified diff, redacted; empty for a file that holds secrets, and where only attributes change. */
  readonly diff: string;
}

/** A change of the running system: one row of host/actions.ts with its arguments. */
export interface LiveChange {
  readonly action: ActionName;
  readonly args: readonly string[];
  readonly checks: readonly string[];
}

/**
 * The groups in the order in which they are applied. A group is what one validator and one reaction belong to: it is
 * applied whole or put back whole.
 */
export const groupNames = [
  "profiles",
  "file-modes",
  "sudo",
  "accounts",
  "sshd",
  "modules-needed",
  "sysctl",
  "modules-blocked",
  "ufw-rules",
  "ufw-enable",
  "services",
  "mounts",
  "boot",
  "logging",
  "packages",
  "control-plane",
  "kubelet",
  "runtime",
  "other",
] as const;
export type GroupName = (typeof groupNames)[number];

export interface Group {
  readonly name: GroupName;
  /** The highest risk among its checks. */
  readonly risk: Risk;
  readonly files: readonly FileChange[];
  readonly live: readonly LiveChange[];
  readonly checks: readonly string[];
}

/** A repair that is not made, or not now. */
export interface Left {
  readonly check: string;
  /** `defer`: allowed once `first` is done. `refuse`: not by nodeward. */
  readonly answer: "defer" | "refuse";
  /** What would happen, and the evidence. */
  readonly because: string;
  /** What to do first, or instead. */
  readonly first: string;
}

export interface Plan {
  readonly groups: readonly Group[];
  readonly left: readonly Left[];
}
