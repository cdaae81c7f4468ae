// What repairs without anybody watching are remembered by: what drifted, when something was tried, and who changes things
// back. Decides nothing.

export interface Attempt {
  /** RFC 3339. */
  readonly at: string;
  readonly checks: readonly string[];
}

/** A check that passed because of such a repair. */
export interface Repaired {
  readonly check: string;
  /** RFC 3339: the last repair. */
  readonly at: string;
  /** The files that it changed. */
  readonly files: readonly string[];
  /** Seen to pass since. */
  readonly passed: boolean;
  /** How often it was seen to fail again after that. */
  readonly backs: number;
  /** RFC 3339 of the last time, or empty. */
  readonly backAt: string;
  /** Who changed it back, as far as that is known. */
  readonly by: string;
}

export interface AutofixLedger {
  /** Checks that fail and did not when the node was accepted, or last looked at where nobody accepted it. */
  readonly drifted: readonly string[];
  /** What the next repair is asked to do. */
  readonly asked: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly repaired: readonly Repaired[];
}

export const emptyLedger: AutofixLedger = { drifted: [], asked: [], attempts: [], repaired: [] };
