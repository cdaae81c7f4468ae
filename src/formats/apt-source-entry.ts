// What a line of sources.list and a paragraph of a .sources file have in common (sources.list(5)). Parses neither.
import type { Span } from "../core/source.js";

export interface AptOption {
  readonly value: string;
  readonly line: number;
  readonly span: Span;
}

/** One place to fetch from: every URI, suite and component of an entry multiplied out is an archive. */
export interface AptSource {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** By the names of the one-line format: `signed-by`, `trusted`, `arch`, … Other names mean nothing to apt. */
  readonly options: ReadonlyMap<string, AptOption>;
  readonly enabled: boolean;
  readonly line: number;
  readonly span: Span;
}

export interface AptSourcesProblem {
  readonly line: number;
  readonly message: string;
}

export interface AptSources {
  readonly sources: readonly AptSource[];
  /** apt reads no source at all while there is one of these. */
  readonly problems: readonly AptSourcesProblem[];
}

/** A truth value as apt reads it (StringToBool of strutl.cc): undefined for what is neither. Empty is no. */
export function aptBoolean(text: string): boolean | undefined {
  const number = /^\s*\+?(?:0*([01])|0[xX]0*([01]))$/.exec(text);
  if (number !== null || text === "") return (number?.[1] ?? number?.[2]) === "1";
  const word = text.toLowerCase();
  if (["yes", "true", "with", "on", "enable"].includes(word)) return true;
  return ["no", "false", "without", "off", "disable"].includes(word) ? false : undefined;
}
