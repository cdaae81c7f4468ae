// What goes back and forth on a node, as it is remembered from look to look and told. Decides nothing.

/** The recent changes of one thing or verdict. */
export interface Flap {
  /** `file /etc/motd`, `check sshd.x11-forwarding`. */
  readonly key: string;
  /** Short hash of its state before the first of these changes. */
  readonly first: string;
  readonly changes: readonly { readonly atMs: number; readonly state: string }[];
  /** It was told that this goes back and forth: its changes are not told any more until it stays. */
  readonly damped: boolean;
}

export interface FlapNote {
  readonly key: string;
  /** `contested`: a repair of ours was changed back. */
  readonly note: "flaps" | "settled" | "contested";
  /** One sentence. */
  readonly message: string;
}

export interface Damped {
  /** Told once each. */
  readonly notes: readonly FlapNote[];
  /** What changed, and is not told for it goes back and forth. */
  readonly silent: readonly string[];
}
