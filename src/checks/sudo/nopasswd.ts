// Is there a rule by which a command runs without its caller's password?
import { words } from "../../core/param.js";
import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { Grant, GrantTag } from "../../facts/sudoers-grants.js";
import { defineCheck } from "../define.js";
import { commandText, grantsToOthers, grantText, sudoOutcome, usersBeyond } from "./shapes.js";

interface Tagged {
  readonly grant: Grant;
  readonly tag: GrantTag;
  readonly users: readonly string[];
}

/** Whom of a rule no exception covers: an exception names a user, or a user and a command. */
function uncovered(grant: Grant, exceptions: readonly string[]): readonly string[] {
  const [, ...others] = grant.commands;
  const first = grant.commands[0]?.item;
  const command = first === undefined || others.length > 0 ? undefined : commandText(first);
  const names = exceptions.flatMap((exception) => {
    const space = exception.indexOf(" ");
    if (space === -1) return [exception];
    return exception.slice(space + 1) === command ? [exception.slice(0, space)] : [];
  });
  return usersBeyond(grant, names);
}

function tagged(grants: readonly Grant[], exceptions: readonly string[]): readonly Tagged[] {
  return grants.flatMap((grant) => {
    const tag = grant.tag("nopasswd");
    if (tag?.on !== true || grant.commands.every(({ negated }) => negated)) return [];
    return [{ grant, tag, users: uncovered(grant, exceptions) }];
  });
}

/** Commands that one word in the text frees of the password. */
function byWord(all: readonly Tagged[]): readonly (readonly Tagged[])[] {
  const words = new Map<string, Tagged[]>();
  for (const one of all) {
    const key = `${one.tag.source.span.start} ${one.tag.source.file}`;
    const same = words.get(key);
    if (same === undefined) words.set(key, [one]);
    else same.push(one);
  }
  return [...words.values()];
}

export default defineCheck({
  id: "sudo.nopasswd",
  title: "No sudo rule runs a command without a password",
  why: "Whoever gets hold of a session of that user, by a stolen key or a flaw in what he runs, is root at once.",
  remedy:
    "With `visudo`, take the NOPASSWD tag out of the named rule, or write PASSWD where a tag before it in the list would pass on. Programs that need it get a rule for just their command, and an exception here.",
  breaks:
    "Scripts and agents that call sudo unattended stop working; a user without a usable password can no longer become root.",
  severity: "high",
  risk: "lockout",
  fixable: true,
  needs: ["sudoers"],
  params: {
    exceptions: words(
      [],
      "a list of users, or of users with a command, such as `%backup` or `deploy /usr/bin/id`",
    ),
  },
  evaluate({ sudoers }, { exceptions }) {
    const groups = byWord(tagged(grantsToOthers(sudoers), exceptions));
    const open = groups.map((group) => group.filter(({ users }) => users.length > 0));
    const problems = open.flatMap((group, index) => {
      const [first] = group;
      if (first === undefined) return [];
      const users = listing([...new Set(group.flatMap((one) => one.users))]);
      const message = `${users} may run ${listing(group.map(({ grant }) => grantText(grant)))} without a password (${place(first.tag.source)})`;
      // A word that also frees an excepted command is left to a person.
      const fix = group.length === groups[index]?.length ? [first.tag.replace("PASSWD")] : [];
      return [{ message, fix }];
    });
    return sudoOutcome(sudoers, {
      expected: exceptions.length === 0 ? "no NOPASSWD" : `NOPASSWD for ${listing(exceptions)} at most`,
      actual: problems.length === 0 ? "no such rule" : `${problems.length} rules`,
      evidence: open.flatMap(([first]) => (first === undefined ? [] : [first.tag.source])),
      problems,
    });
  },
});
