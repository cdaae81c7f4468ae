// How well a node stood at one look. Not the verdicts it comes from.

export interface Score {
  /** RFC 3339. */
  readonly at: string;
  readonly run: string;
  /** 0 to 100. */
  readonly score: number;
  /** Checks that failed. */
  readonly fail: number;
}
