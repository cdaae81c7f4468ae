// What a container is granted beyond its box, in the same words for a manifest and for what runs. Judges nothing.
import type { Source } from "../core/source.js";

export type GrantKind =
  | "privileged"
  | "host-pid"
  | "host-network"
  | "host-ipc"
  | "host-path"
  | "capability"
  | "seccomp-unconfined"
  | "apparmor-unconfined"
  | "root-user"
  | "writable-root"
  | "proc-unmasked";

export interface Grant {
  readonly kind: GrantKind;
  /** The path of a host path, the name of a capability, else by what it is granted. */
  readonly detail: string;
  /** Of a host path: may the container write there? */
  readonly writable: boolean;
  readonly source: Source;
}

export interface Doubt {
  readonly kind: GrantKind;
  readonly reason: string;
}

export interface Contained {
  /** `namespace/pod`; `docker/name` or `containerd namespace/id` for what no kubelet started. */
  readonly owner: string;
  readonly container: string;
  readonly grants: readonly Grant[];
  /** What could not be told of this container. */
  readonly doubts: readonly Doubt[];
  readonly source: Source;
}

export interface ContainedSet {
  readonly all: readonly Contained[];
  /** What could not be read: containers may be hidden there. */
  readonly unread: readonly string[];
  /** Questions that this node does not raise, and why. */
  readonly moot?: ReadonlyMap<GrantKind, string>;
}

/** An absolute path without `.`, `..`, repeated and trailing slashes; /var/run is /run (file-hierarchy(7)). */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const plain = `/${parts.join("/")}`;
  return plain === "/var/run" || plain.startsWith("/var/run/") ? plain.slice("/var".length) : plain;
}

/** `SYS_ADMIN`, however it was written; `ALL` for all of them (capabilities(7)). */
export function capabilityName(text: string): string {
  return text.trim().toUpperCase().replace(/^CAP_/, "");
}
