// The shape of a check on how a container runtime's daemon is set up: a row says what is asked, this judges it. Not the
// rows, nor which fact they are asked of.
import { notApplicable, type Problem, type Severity, undecided, type Verdict } from "../core/outcome.js";
import { type Source, wholeFile } from "../core/source.js";
import type { SocketState } from "../facts/containerd.js";
import type { FactValues } from "../facts/index.js";
import { type Check, defineCheck } from "./define.js";

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

function daemonVerdict<T extends DaemonState>(row: DaemonRow<T>, daemon: T): Verdict {
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

/** The row on the socket of a daemon's API. */
export function socketRow<T extends DaemonState & { readonly socket: SocketState | undefined }>(
  name: string,
  remedy: string,
): DaemonRow<T> {
  return {
    name: "socket-permissions",
    title: `${name}'s socket is root's alone`,
    why: "Whoever can write to the socket is root on this machine.",
    remedy,
    severity: "critical",
    expected: "0660 or less, root:root",
    fixable: true,
    always: true,
    judge: ({ socket }) =>
      socket === undefined
        ? `${name}'s socket is not there: it does not run`
        : ownedByRoot(socket.path, socket.stat, 0o660, true),
  };
}

/** Why a container may well listen on low ports, or ping, without a capability. */
export const unprivilegedWhy =
  "Containers then need neither root nor a capability for it, and both can be taken away; the setting holds inside a pod's own network only.";

/** Checks `domain.name`, a row a check. */
export function daemonChecks<N extends "containerd" | "crio">(
  domain: N,
  rows: readonly DaemonRow<FactValues[N]>[],
): readonly Check[] {
  return rows.map((row) =>
    defineCheck({
      id: `${domain}.${row.name}`,
      title: row.title,
      why: row.why,
      remedy: row.remedy,
      severity: row.severity,
      risk: "none",
      fixable: row.fixable === true,
      needs: [domain],
      params: {},
      evaluate: (facts) => daemonVerdict(row, facts[domain]),
    }),
  );
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
