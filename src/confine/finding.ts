// A fault of a seccomp profile as a value, and what a profile is judged against. Finds none.
import type { SeccompProfile } from "../formats/seccomp-profile.js";
import type { Architecture, SyscallTable } from "../formats/syscall-table.js";
import type { LowRuntime, LowRuntimeAt } from "./runtime-base.js";
import type { EngineName } from "./runtime-default.js";

export const levels = ["error", "warning", "note"] as const;
export type Level = (typeof levels)[number];

export interface Finding {
  /** Stable, for a machine: `unknown-action`. */
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  /** From 1; 0 for the whole file. */
  readonly line: number;
  /** The runtimes that start no container with it. */
  readonly stops: readonly LowRuntime[];
}

/** The node that a profile is for. What is not known is judged as the strictest and as the newest. */
export interface Target {
  readonly architecture: Architecture;
  readonly kernel: string | undefined;
  readonly libseccomp: string | undefined;
  readonly engine: EngineName | undefined;
  readonly engineVersion: string | undefined;
  readonly low: readonly LowRuntimeAt[];
  /** As allowPrivilegeEscalation: false makes it: fewer calls are needed to start. */
  readonly noNewPrivileges: boolean;
}

export interface LintInput {
  readonly profile: SeccompProfile;
  readonly target: Target;
  readonly table: SyscallTable;
}

export function finding(
  rule: string,
  level: Level,
  message: string,
  line: number,
  stops: readonly LowRuntime[] = [],
): Finding {
  return { rule, level, message, line, stops };
}

/** A fault with which the named runtimes start nothing: an error where the target has one of them, else a warning. */
export function stopper(
  rule: string,
  message: string,
  line: number,
  stops: readonly LowRuntime[],
  { low }: Target,
): Finding {
  const here = low.some(({ name }) => stops.includes(name));
  return { rule, level: here ? "error" : "warning", message, line, stops };
}
