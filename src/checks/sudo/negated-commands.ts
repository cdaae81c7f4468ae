// Does a rule rely on forbidding single commands?
import { defineCheck } from "../define.js";
import { commandText, grantsToOthers, ruleOutcome } from "./shapes.js";

export default defineCheck({
  id: "sudo.negated-commands",
  title: "No sudo rule forbids single commands by negation",
  why: "`ALL, !/bin/sh` does not hold: a copy of the program, a link with another name, or any program that starts it is not what the rule forbids.",
  remedy: "List the commands that are meant instead of all but some.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const found = grantsToOthers(sudoers).flatMap((grant) =>
      grant.commands
        // `!ALL` forbids everything before it, and that does hold.
        .filter(({ negated, item }) => negated && item.kind !== "all")
        .map(({ item }) => ({ grant, message: `!${commandText(item)} for ${grant.userText} does not hold` })),
    );
    return ruleOutcome(sudoers, "no negated command", found);
  },
});
