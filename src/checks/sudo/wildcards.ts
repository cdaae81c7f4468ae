// Do wildcards in a rule fit more than they seem to?
import type { Grant } from "../../facts/sudoers-grants.js";
import { defineCheck } from "../define.js";
import { allowed, commandText, grantsToOthers, isEverything, ruleOutcome } from "./shapes.js";

type GrantedCommand = ReturnType<typeof allowed>[number];

const wildcard = /(?:^|[^\\])(?:\\\\)*[*?[]/;

function isPattern(text: string): boolean {
  return text.startsWith("^") && text.endsWith("$");
}

/** Anything may stand there, or anything repeated. */
function wide(pattern: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*(?:\.[*+{]|\[\^[^\]]*\][*+{])/.test(pattern);
}

function ofPath({ text }: GrantedCommand): string | undefined {
  if (isPattern(text)) return wide(text) ? "fits any path that matches the pattern" : undefined;
  if (text.endsWith("/")) return "means every program of the directory";
  return wildcard.test(text) ? "means every program that fits" : undefined;
}

function ofArguments({ text, args = "" }: GrantedCommand): string | undefined {
  if (isPattern(args)) return wide(args) ? "fits arguments with blanks and slashes in them" : undefined;
  // A lone star says that any arguments will do, and they do.
  if (args === "*" || args === '""' || !wildcard.test(args)) return undefined;
  // For sudoedit no wildcard fits a slash (sudoers(5), "Wildcards").
  if (text === "sudoedit" && !wildcard.test(args.slice(0, args.lastIndexOf("/") + 1))) return undefined;
  return "fits blanks and slashes too, so further arguments and other directories";
}

function messageOf(grant: Grant, command: GrantedCommand): string | undefined {
  if (command.kind !== "command" || isEverything(command)) return undefined;
  const what = ofPath(command) ?? ofArguments(command);
  return what === undefined ? undefined : `${commandText(command)} for ${grant.userText} ${what}`;
}

export default defineCheck({
  id: "sudo.wildcards",
  title: "No wildcard in a sudo rule gives more than it says",
  why: "In arguments `*` fits blanks and slashes: `/bin/cat /var/log/*` also allows `/bin/cat /var/log/x /etc/shadow`. A directory allows whatever is put into it later.",
  remedy:
    "Name each program and its arguments in full, or use a regular expression without `.*` (sudo 1.9.10 and later).",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const found = grantsToOthers(sudoers).flatMap((grant) =>
      allowed(grant).flatMap((command) => {
        const message = messageOf(grant, command);
        return message === undefined ? [] : [{ grant, message }];
      }),
    );
    return ruleOutcome(sudoers, "no wildcard in paths and arguments", found);
  },
});
