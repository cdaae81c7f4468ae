// The shape of a check on how a container runtime's daemon is set up: a row says what is asked, this judges it. Not the
// rows, nor which fact they are asked of.
import {
  notApplicable,
  type Problem,
  type Risk,
  type Severity,
  undecided,
  type Verdict,
} from "../core/outcome.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Meta } from "./define.js";

export interface DaemonFinding {
  readonly actual: string;
  readonly evidence: readonly (Source | undefined)[];
  readonly problems: readonly Problem[];
  readonly unknowns?: readonly string[];
  readonly notes?: readonly string[];
}

interface Kept {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly realPath: string;
}

/** What every daemon's fact tells. */
export interface DaemonState {
  readonly configFile: string;
  readonly configStat: Kept | undefined;
  /** Why it would not start. */
  readonly problems: readonly { readonly message: string; readonly source: Source }[];
  /** What could not be read: settings may be missing. */
  readonly unread: readonly string[];
}

export interface DaemonRow<T extends DaemonState> {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly expected: string;
  readonly fixable?: boolean;
  /** Decided although the daemon's configuration is refused. */
  readonly always?: boolean;
  /** A text says why the row does not concern this node. */
  judge(daemon: T): DaemonFinding | string;
}

/** A problem without a repair, where `condition` holds. */
export function problemIf(condition: boolean, message: string): readonly Problem[] {
  return condition ? [{ message }] : [];
}

export function daemonMeta<T extends DaemonState>(domain: string, row: DaemonRow<T>): Meta {
  return {
    id: `${domain}.${row.name}`,
    title: row.title,
    why: row.why,
    remedy: row.remedy,
    severity: row.severity,
    risk: "none" satisfies Risk,
    fixable: row.fixable === true,
  };
}

export function daemonVerdict<T extends DaemonState>(row: DaemonRow<T>, daemon: T): Verdict {
  const { problems, unread, configFile, configStat } = daemon;
  const [refused] = problems;
  if (row.always !== true && refused !== undefined) return undecided(refused.message, [refused.source]);
  const found = row.judge(daemon);
  if (typeof found === "string")
    return unread.length > 0 ? undecided(unread.join("; ")) : notApplicable(found);
  const shown = found.evidence.filter((source) => source !== undefined);
  // A default is only known to be in force when everything could be read.
  if (unread.length > 0 && shown.length === 0) return undecided(unread.join("; "));
  return {
    expected: row.expected,
    actual: found.actual,
    evidence:
      shown.length > 0 ? shown : [wholeFile(configFile, configStat === undefined ? "no such file" : "")],
    problems: found.problems,
    unknowns: [...unread, ...(found.unknowns ?? [])],
    notes: found.notes ?? [],
  };
}

/** A socket or file that is root's, with no more than `most`; `group`: the group must be root's too. */
export function ownedByRoot(path: string, stat: Kept, most: number, group: boolean): DaemonFinding {
  const bad = stat.uid !== 0 || (group && stat.gid !== 0) || (stat.mode & ~most & 0o7777) !== 0;
  const shown = `mode ${stat.mode.toString(8).padStart(4, "0")}, owner ${stat.uid}:${stat.gid}`;
  const fix = [{ kind: "chmod" as const, file: stat.realPath, mode: stat.mode & most, owner: "root:root" }];
  return {
    actual: shown,
    evidence: [wholeFile(path, shown)],
    problems: bad ? [{ message: `${path} has ${shown}`, fix }] : [],
  };
}

interface Handler {
  readonly name: string;
  readonly programs: readonly { readonly path: string; readonly there: boolean }[];
  readonly source: Source;
}

/** Every low-level runtime that is configured has its programs. */
export function handlersFound(all: readonly Handler[]): DaemonFinding | string {
  if (all.length === 0) return "no runtime is configured beyond the daemon's own";
  const lacking = all.flatMap(({ name, programs, source }) =>
    programs.filter(({ there }) => !there).map(({ path }) => ({ name, path, source })),
  );
  return {
    actual: all.map(({ name }) => name).join(", "),
    evidence: (lacking.length > 0 ? lacking : all).map(({ source }) => source),
    problems: lacking.map(({ name, path }) => ({
      message: `the runtime ${name} needs ${path}, which is not there`,
    })),
  };
}
