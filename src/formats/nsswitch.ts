// nsswitch.conf(5): text -> the sources of each database, in order. Actions in brackets are left out; nothing is looked up.

export interface NsswitchLine {
  readonly database: string;
  readonly sources: readonly string[];
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export function parseNsswitchLines(text: string): readonly NsswitchLine[] {
  return text.split("\n").flatMap((raw, index) => {
    const bare = raw.replace(/#.*$/, "");
    const colon = bare.indexOf(":");
    if (colon < 0) return [];
    const sources = bare
      .slice(colon + 1)
      .replace(/\[[^\]]*\]?/g, " ")
      .split(/\s+/)
      .filter((word) => word !== "");
    return [{ database: bare.slice(0, colon).trim(), sources, line: index + 1, text: raw.trimEnd() }];
  });
}

/** `passwd` -> `files`, `sss`, …; of a database named twice the last line counts, as glibc reads it. */
export function parseNsswitch(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(parseNsswitchLines(text).map(({ database, sources }) => [database, sources]));
}
