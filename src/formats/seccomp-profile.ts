// A seccomp profile as values with their places: the structs of the OCI runtime specification, and Docker's additions.
// Not the reading of one (seccomp.ts).
import type { Span } from "../core/source.js";

export interface At<T> {
  readonly value: T;
  readonly line: number;
  readonly span: Span;
}

export interface SeccompArgument {
  readonly index: bigint;
  readonly value: bigint;
  readonly valueTwo: bigint;
  readonly op: string;
  readonly line: number;
}

/** Docker's and CRI-O's `includes` and `excludes`. */
export interface Conditions {
  readonly capabilities: readonly string[];
  readonly architectures: readonly string[];
  readonly minKernel: string;
}

export interface SeccompRule {
  readonly line: number;
  readonly span: Span;
  readonly names: readonly At<string>[];
  readonly action: At<string> | undefined;
  readonly errnoRet: At<bigint> | undefined;
  readonly args: readonly SeccompArgument[];
  /** Docker's older `name`: one call. */
  readonly oldName: At<string> | undefined;
  readonly includes: Conditions | undefined;
  readonly excludes: Conditions | undefined;
}

export interface ArchitectureMap {
  readonly architecture: string;
  readonly subArchitectures: readonly string[];
}

export interface SeccompProfile {
  readonly defaultAction: At<string> | undefined;
  readonly defaultErrnoRet: At<bigint> | undefined;
  readonly architectures: readonly At<string>[];
  readonly flags: readonly At<string>[];
  readonly listenerPath: At<string> | undefined;
  readonly rules: readonly SeccompRule[];
  readonly archMap: readonly ArchitectureMap[];
  /** Keys that only Docker and CRI-O know, as they are used. */
  readonly dockerKeys: readonly At<string>[];
}

/** `refused`: the runtime's decoder stops there; else it goes on without a word. */
export interface SeccompFault {
  readonly message: string;
  readonly line: number;
  readonly refused: boolean;
}

/** What the text is, where it is no profile. */
export type SeccompShape = "profile" | "null" | "empty" | "container-configuration" | "kubernetes-object";

export type SeccompText =
  | {
      readonly state: "ok";
      readonly shape: SeccompShape;
      readonly profile: SeccompProfile;
      readonly faults: readonly SeccompFault[];
    }
  | { readonly state: "error"; readonly message: string; readonly line: number };
