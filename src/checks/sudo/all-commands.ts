// Who may run every command as root?
import { words } from "../../core/param.js";
import { listing } from "../../core/printable.js";
import { defineCheck } from "../define.js";
import { allowed, grantsToOthers, isEverything, ruleOutcome, usersBeyond } from "./shapes.js";

export default defineCheck({
  id: "sudo.all-commands",
  title: "Only the administrators' groups may run every command as root",
  why: "A rule for ALL is root itself: each one more is an account that has to be guarded like root's.",
  remedy:
    "Give the named users rules for the commands they need, or make them members of the administrators' group and drop the rule. Name groups that are meant in the parameter `allowed`.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {
    allowed: words(["root", "%sudo", "%wheel", "%admin"], "a list of users and groups, such as root, %sudo"),
  },
  evaluate({ sudoers }, params) {
    const found = grantsToOthers(sudoers)
      .filter((grant) => grant.asRoot.says === "allow" && allowed(grant).some(isEverything))
      .map((grant) => ({ grant, users: usersBeyond(grant, [...params.allowed, "#0"]) }))
      .filter(({ users }) => users.length > 0)
      .map(({ grant, users }) => ({ grant, message: `${listing(users)} may run every command as root` }));
    return ruleOutcome(sudoers, `ALL for ${listing(params.allowed, 10)} at most`, found);
  },
});
