// Can somebody besides root replace a program that a rule runs as root?
import { defineCheck } from "../define.js";
import { allowed, grantsToOthers, ruleOutcome } from "./shapes.js";

export default defineCheck({
  id: "sudo.writable-commands",
  title: "Nobody but root can replace a program that sudo runs as root",
  why: "Who can write to the program, or to a directory on the way to it, decides what runs as root.",
  remedy:
    "Give the program and every directory above it to root and take write access from group and others: `chown root:root`, `chmod go-w`.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["sudoers", "sudoPaths"],
  params: {},
  evaluate({ sudoers, sudoPaths }) {
    const rows = grantsToOthers(sudoers)
      .filter(({ asRoot }) => asRoot.says === "allow")
      .flatMap((grant) => allowed(grant).map((command) => ({ grant, command })))
      // With a digest another program is not run.
      .filter(({ command }) => command.digests.length === 0)
      .flatMap(({ grant, command }) => sudoPaths.of(command).map((trust) => ({ grant, trust })));
    const found = rows.flatMap(({ grant, trust }) =>
      trust.weak.map((weak) => ({
        grant,
        message: `${grant.userText} runs ${trust.path} as root, and ${weak}`,
      })),
    );
    const unknowns = rows.flatMap(({ trust }) => trust.unknown);
    return ruleOutcome(sudoers, "programs and directories only root can change", found, {
      unknowns: [...new Set([...unknowns, ...sudoPaths.unread])],
    });
  },
});
