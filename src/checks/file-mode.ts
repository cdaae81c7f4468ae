// The shape of checks on a file's owner, group and mode: what is wrong with one file, and the step that repairs it.
import type { Problem } from "../core/outcome.js";
import { printable } from "../core/printable.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Accounts } from "../facts/accounts.js";
import type { FileState } from "../facts/file-state.js";

export interface ModeRule {
  /** The bits a file may have at most; fewer are as good. */
  readonly mode: number;
  /** Names of users that may own it; root unless said. */
  readonly owners?: readonly string[];
  /** Names of groups it may belong to; root unless said. */
  readonly groups?: readonly string[];
}

/** What tells names and numbers apart; without it only root is known. */
export type Names = Pick<Accounts, "user" | "group" | "userName" | "groupName">;

export interface Findings {
  readonly evidence: readonly Source[];
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
}

/** `0640`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

const rootOnly: Names = {
  user: () => undefined,
  group: () => undefined,
  userName: (uid) => (uid === 0 ? "root" : String(uid)),
  groupName: (gid) => (gid === 0 ? "root" : String(gid)),
};

function idsOf(wanted: readonly string[], idOf: (name: string) => number | undefined): readonly number[] {
  return wanted.map((name) => (name === "root" ? 0 : idOf(name))).filter((id) => id !== undefined);
}

/** Of a directory the sticky and set-group bits take nothing away from anybody's safety. */
function excess(kind: string, mode: number, most: number): number {
  return mode & ~most & (kind === "directory" ? 0o777 : 0o7777);
}

/** Judges one file. A file that is not there is nobody's problem: the caller says what its absence means. */
export function judgeMode(state: FileState, rule: ModeRule, names: Names = rootOnly): Findings {
  if (state.state === "absent") return { evidence: [], problems: [], unknowns: [] };
  if (state.state !== "ok")
    return { evidence: [wholeFile(state.path)], problems: [], unknowns: [state.reason] };
  const { path, realPath, kind, mode, uid, gid } = state;
  const { owners = ["root"], groups = ["root"] } = rule;
  const uids = idsOf(owners, (name) => names.user(name)?.uid);
  const gids = idsOf(groups, (name) => names.group(name)?.gid);
  const owner = printable(names.userName(uid));
  const group = printable(names.groupName(gid));
  const more = excess(kind, mode, rule.mode);
  const wrong = [
    ...(more === 0 ? [] : [`has mode ${octal(mode)}, more than ${octal(rule.mode)}`]),
    ...(uids.includes(uid) ? [] : [`belongs to user ${owner} instead of ${owners.join(" or ")}`]),
    ...(gids.includes(gid) ? [] : [`belongs to group ${group} instead of ${groups.join(" or ")}`]),
  ];
  const evidence = [wholeFile(path, `${octal(mode)} ${owner}:${group}`)];
  if (wrong.length === 0) return { evidence, problems: [], unknowns: [] };
  const newOwner = `${uids.includes(uid) ? uid : (uids[0] ?? 0)}:${gids.includes(gid) ? gid : (gids[0] ?? 0)}`;
  const message = `${printable(path)} ${wrong.join(" and ")}`;
  const fix = [{ kind: "chmod" as const, file: realPath, mode: mode & ~more, owner: newOwner }];
  return { evidence, problems: [{ message, fix }], unknowns: [] };
}

export function joinFindings(findings: readonly Findings[]): Findings {
  return {
    evidence: findings.flatMap(({ evidence }) => evidence),
    problems: findings.flatMap(({ problems }) => problems),
    unknowns: findings.flatMap(({ unknowns }) => unknowns),
  };
}
