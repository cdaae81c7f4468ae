// Does a rule for a single program hand over a root shell?

import { shellProgram } from "../../facts/shell-programs.js";
import { handsOverRoot } from "../../facts/sudo-access.js";
import type { Sudoers } from "../../facts/sudoers.js";
import type { Grant } from "../../facts/sudoers-grants.js";
import { defineCheck } from "../define.js";
import { allowed, commandText, grantsToOthers, ruleOutcome } from "./shapes.js";

type GrantedCommand = ReturnType<typeof allowed>[number];

/** The tag decides, then a Defaults line for the command, then one for everybody. */
function noexec(sudoers: Sudoers, grant: Grant, command: GrantedCommand): boolean {
  const everybody = sudoers.defaults.flag("noexec");
  return (
    grant.tag("noexec")?.on ??
    sudoers.defaults.flagForCommand("noexec", command.text) ??
    (everybody.state === "known" && everybody.value.value)
  );
}

export default defineCheck({
  id: "sudo.shell-escapes",
  title: "No sudo rule is for a program that hands over a root shell",
  why: "From an editor, a pager, an interpreter, a package manager or a file tool run as root it is one step to a root shell: the rule for one program is a rule for all.",
  remedy:
    "Use `sudoedit FILE` for editing, fix the arguments of the command, write a program that does the one thing and name that; or set NOEXEC where the program only has to be kept from starting others.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const rows = grantsToOthers(sudoers)
      .filter(({ asRoot }) => asRoot.says === "allow")
      .flatMap((grant) => allowed(grant).map((command) => ({ grant, command })))
      .filter(({ command }) => handsOverRoot(command, false))
      .map(({ grant, command }) => ({
        grant,
        command,
        kept: noexec(sudoers, grant, command) && !handsOverRoot(command, true),
      }));
    const what = ({ text }: GrantedCommand) => shellProgram(text)?.kind ?? "a program";
    const found = rows
      .filter(({ kept }) => !kept)
      .map(({ grant, command }) => ({
        grant,
        message: `${commandText(command)} for ${grant.userText} is ${what(command)} and hands over a root shell`,
      }));
    const notes = rows
      .filter(({ kept }) => kept)
      .map(
        ({ command }) =>
          `NOEXEC keeps ${commandText(command)} from starting programs, not from writing files as root`,
      );
    return ruleOutcome(sudoers, "no such program, or NOEXEC", found, { notes: [...new Set(notes)] });
  },
});
