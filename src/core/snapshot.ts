// What a node was like at one moment, as far as drift asks: things with fields, and verdicts. Not how it is gathered or kept.
import type { Damped, Flap } from "./flap.js";
import type { Severity, Status } from "./outcome.js";

/** Members that a later version adds are kept out of comparisons; one that means something else raises it. */
export const snapshotVersion = 1;

export const thingKinds = ["file", "listener", "unit", "package", "module", "root"] as const;
export type ThingKind = (typeof thingKinds)[number];

/** One watched thing: `file /etc/ssh/sshd_config`, `listener tcp 0.0.0.0:22`, with what is compared of it. */
export interface Thing {
  readonly kind: ThingKind;
  /** Unique within its kind. */
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch of its last change, where it has such a time; not compared. */
  readonly changedMs?: number;
  /** Of a file: the same stamp, the same bytes. Not compared. */
  readonly stamp?: string;
}

export interface SnapshotVerdict {
  readonly id: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly message: string;
}

export interface Snapshot {
  readonly version: typeof snapshotVersion;
  /** RFC 3339. */
  readonly takenAt: string;
  /** Of the audit it was taken with. */
  readonly run: string;
  readonly profile: string;
  readonly hostname: string;
  readonly things: readonly Thing[];
  /** Kinds that could not be seen, wholly or in part, and why: of these nothing is said to be gone. */
  readonly unseen: Readonly<Partial<Record<ThingKind, string>>>;
  readonly verdicts: readonly SnapshotVerdict[];
  /** What changed lately, and how often; in the same file, so that it is never of another look. */
  readonly flaps?: readonly Flap[];
}

/** `+`: was not there, `-`: is gone, `~`: is another. */
export type ThingChange =
  | { readonly change: "appeared"; readonly kind: ThingKind; readonly key: string; readonly after: Thing }
  | { readonly change: "gone"; readonly kind: ThingKind; readonly key: string; readonly before: Thing }
  | {
      readonly change: "changed";
      readonly kind: ThingKind;
      readonly key: string;
      readonly before: Thing;
      readonly after: Thing;
      /** Names of the fields that differ. */
      readonly fields: readonly string[];
    };

export interface VerdictChange {
  readonly id: string;
  readonly severity: Severity;
  /** `new`: fails now and did not. `resolved`: failed and does not. `changed`: another status, or fails for another reason. */
  readonly change: "new" | "resolved" | "changed";
  readonly before: Status | undefined;
  readonly after: Status | undefined;
  readonly message: string;
}

export interface Comparison {
  readonly since: string;
  readonly things: readonly ThingChange[];
  readonly verdicts: readonly VerdictChange[];
  /** What was not compared, and why. */
  readonly notCompared: readonly string[];
  /** What goes back and forth, where somebody looked for that. */
  readonly damped?: Damped;
}
