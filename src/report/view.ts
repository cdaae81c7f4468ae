// How a report is to be shown: width, colour, how much. Holds no report.

export interface View {
  /** Columns of the terminal, or 80 where there is none. */
  readonly columns: number;
  readonly colour: boolean;
  /** Also what passed and what does not apply, with its evidence. */
  readonly verbose: boolean;
  /** The summary alone. */
  readonly quiet: boolean;
  /** What the exit code of the run means, where there is one. */
  readonly closing?: string;
}
