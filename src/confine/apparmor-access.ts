// The words for what a program was seen to need of its AppArmor profile: files, or rules of another kind. No logic.

export interface FileNeed {
  readonly kind: "file";
  readonly path: string;
  /** Of r w a m k l x. */
  readonly permissions: string;
  readonly isOwner: boolean;
  /** The user that acted is root: owning says little then. */
  readonly isRoot: boolean;
  /** The other name, of a link; the profile that is entered, of a start. */
  readonly target: string;
}

export interface Condition {
  readonly name: string;
  readonly values: readonly string[];
  readonly isPeer: boolean;
}

export interface RuleNeed {
  readonly kind:
    | "capability"
    | "network"
    | "unix"
    | "signal"
    | "ptrace"
    | "mount"
    | "remount"
    | "umount"
    | "pivot_root"
    | "dbus"
    | "change_profile"
    | "userns"
    | "io_uring"
    | "mqueue"
    | "rlimit";
  readonly access: readonly string[];
  readonly conditions: readonly Condition[];
}

export type Need = FileNeed | RuleNeed;
/** The needs of an event, or why it tells none. */
export type Drawn = { readonly needs: readonly Need[] } | { readonly gap: string };
