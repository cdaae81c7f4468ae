// Which of many assignments a program applies last to a key. Reads nothing; judges nothing.
import { addTo } from "../core/add-to.js";
import { matchesPathWildcard, matchesWildcard } from "../core/wildcard.js";
import type { SysctlEntry, SysctlReader } from "../formats/sysctl-conf.js";

/**
 * The patterns in the order in which systemd-sysctl applies them: it keeps one entry a key, and one that is given again
 * with another value moves to the end.
 */
function patternsOfSystemd(entries: readonly SysctlEntry[]): readonly SysctlEntry[] {
  const kept = new Map<string, SysctlEntry>();
  for (const entry of entries) {
    if (!entry.wildcard || kept.get(entry.path)?.value === entry.value) continue;
    kept.delete(entry.path);
    kept.set(entry.path, entry);
  }
  return [...kept.values()];
}

/** Assignments of a set of files, in the order of reading, asked by path. */
export interface Applied {
  /** The assignment in force for a path, and undefined where none sets it. */
  of(path: string): SysctlEntry | undefined;
  /** Every assignment that names the path itself, in order. */
  naming(path: string): readonly SysctlEntry[];
  /** Paths that are named, patterns aside. */
  readonly paths: readonly string[];
}

/** Patterns without a value: `-net.ipv4.conf.eth*.rp_filter`. */
export function excludingPatterns(entries: readonly SysctlEntry[]): readonly SysctlEntry[] {
  return entries.filter(({ wildcard, value }) => wildcard && value === undefined);
}

type InForce = (path: string, own: readonly SysctlEntry[]) => SysctlEntry | undefined;

/** systemd-sysctl keeps the last line of a key, one without a value too, and lets no pattern reach a key that has one. */
function systemdInForce(entries: readonly SysctlEntry[]): InForce {
  const patterns = patternsOfSystemd(entries);
  return (path, own) =>
    own.length > 0
      ? own.at(-1)
      : patterns.findLast((one) => one.value !== undefined && matchesPathWildcard(one.path, path));
}

/**
 * sysctl writes line by line; patterns pass over a path that some line names in these very letters and, from procps 4.0.5
 * on (`patternsExclude`), over what a pattern without a value matches: its stars take slashes too.
 */
function procpsInForce(entries: readonly SysctlEntry[], patternsExclude: boolean): InForce {
  const order = new Map(entries.map((entry, index) => [entry, index]));
  // Of the same pattern the last one counts.
  const last = new Map(
    entries.filter(({ wildcard, value }) => wildcard && value !== undefined).map((one) => [one.path, one]),
  );
  const patterns = [...last.values()].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const excluding = patternsExclude ? excludingPatterns(entries) : [];
  return (path, own) => {
    const named = own.findLast(({ value }) => value !== undefined);
    if (own.some(({ spelled }) => spelled === path)) return named;
    if (excluding.some(({ spelled }) => matchesWildcard(spelled, path))) return named;
    const pattern = patterns.findLast((one) => matchesPathWildcard(one.path, path));
    if (named === undefined || pattern === undefined) return named ?? pattern;
    return (order.get(named) ?? 0) > (order.get(pattern) ?? 0) ? named : pattern;
  };
}

export function applied(
  entries: readonly SysctlEntry[],
  reader: SysctlReader,
  patternsExclude: boolean,
): Applied {
  const named = new Map<string, SysctlEntry[]>();
  for (const entry of entries) {
    if (entry.wildcard) continue;
    addTo(named, entry.path, entry);
  }
  const inForce = reader === "systemd" ? systemdInForce(entries) : procpsInForce(entries, patternsExclude);
  const naming = (path: string) => named.get(path) ?? [];
  const of = (path: string): SysctlEntry | undefined => {
    const entry = inForce(path, naming(path));
    return entry?.value === undefined ? undefined : entry;
  };
  return { of, naming, paths: [...named.keys()] };
}
