// What sudo answers when somebody asks for one command: the last rule that fits decides. Compares paths as texts; sudo
// also compares files, so that another name of the same program is the same to it.

import { passwordFor, type RootWay } from "../../src/facts/sudo-access.js";
import type { Sudoers } from "../../src/facts/sudoers.js";
import type { Grant } from "../../src/facts/sudoers-grants.js";
import { answer, type Fit, fitsPattern, type Person } from "../../src/facts/sudoers-match.js";
import type { Command } from "../../src/formats/sudoers-tree.js";

export interface SudoRequest {
  readonly person: Person;
  readonly target: Person;
  /** The whole path, or `sudoedit`. */
  readonly path: string;
  /** The arguments with a blank between them; undefined for none. */
  readonly args: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface SudoDecision {
  /** `deny` by a rule that forbids it, `none` where no rule means it. */
  readonly says: "allow" | "deny" | "none";
  readonly sure: boolean;
  readonly grant: Grant | undefined;
  readonly password: RootWay["password"];
}

function both(first: Fit, second: Fit): Fit {
  if (first === false || second === false) return false;
  return first === true && second === true ? true : "perhaps";
}

function isPattern(text: string): boolean {
  return text.startsWith("^") && text.endsWith("$");
}

/** sudoers(5), "Wildcards": in arguments a wildcard fits slashes and blanks too, but for sudoedit. */
function fitsArguments(command: Command, args: string | undefined): Fit {
  if (command.args === undefined) return true;
  if (command.args === '""') return args === undefined;
  if (isPattern(command.args)) return "perhaps";
  return fitsPattern(command.args, args ?? "", command.text === "sudoedit");
}

function fitsPath({ text }: Command, path: string): Fit {
  if (isPattern(text)) return "perhaps";
  if (!text.startsWith("/")) return text === path;
  if (text.endsWith("/") && !/[*?[]/.test(text)) return path.slice(0, path.lastIndexOf("/") + 1) === text;
  return fitsPattern(text, path, true);
}

/** Does a command of a rule mean the one asked for? A digest cannot be compared here. */
function fitsCommand(command: Command, { path, args }: SudoRequest): Fit {
  if (command.kind === "alias") return false;
  const fit = command.kind === "all" ? true : both(fitsPath(command, path), fitsArguments(command, args));
  return command.digests.length === 0 ? fit : both(fit, "perhaps");
}

function inForce({ from, until }: Grant, now: number): boolean {
  return (from ?? now) <= now && (until ?? now) >= now;
}

/** sudo's answer on this node (sudoers(5), "SUDOERS FILE FORMAT"). */
export function decide(sudoers: Sudoers, request: SudoRequest): SudoDecision {
  const { person, target, now } = request;
  let sure = true;
  if (sudoers.refused === undefined)
    for (const grant of [...sudoers.grants].reverse()) {
      if (!inForce(grant, now)) continue;
      const answers = [
        grant.means(person),
        grant.runsAs(target, person),
        answer(grant.commands, (command) => fitsCommand(command, request)),
        grant.here,
      ] as const;
      if (answers.some((one) => !one.sure)) sure = false;
      const [whom, as, what] = answers;
      if (whom.says !== "allow" || as.says !== "allow" || what.says === "none") continue;
      const password = passwordFor(sudoers, grant, person, target, request.path);
      return { says: what.says, sure, grant, password };
    }
  return { says: "none", sure, grant: undefined, password: "own" };
}
