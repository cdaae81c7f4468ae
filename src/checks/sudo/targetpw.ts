// Is another password asked for than the caller's own, where everything is allowed?
import { defineCheck } from "../define.js";
import { allowed, grantsToOthers, isEverything, settingText, sudoOutcome } from "./shapes.js";

const flags = ["rootpw", "targetpw", "runaspw"] as const;

export default defineCheck({
  id: "sudo.targetpw",
  title: "sudo asks for the caller's own password where everything is allowed",
  why: "With rootpw, targetpw or runaspw a rule for ALL means that people share root's password; and with the flag gone, as after an edit elsewhere, the rule lets them in with their own.",
  remedy: "Take the flag out of Defaults and limit the rules for ALL to the administrators' group.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const on = flags
      .flatMap((name) => sudoers.defaults.every(name))
      .filter(({ operator }) => operator === "on");
    const all = grantsToOthers(sudoers).filter((grant) => allowed(grant).some(isEverything));
    const problems =
      all.length === 0
        ? []
        : on.map((setting) => ({
            message: `${settingText(setting)}: another password than the caller's opens ${all.length === 1 ? "a rule" : `${all.length} rules`} for ALL`,
          }));
    return sudoOutcome(sudoers, {
      expected: "none of rootpw, targetpw and runaspw beside a rule for ALL",
      actual: on.map(settingText).join(", ") || "none",
      evidence: [
        ...on.map(({ source }) => source),
        ...(on.length === 0 ? [] : all.map(({ source }) => source)),
      ],
      problems,
      notes: all.length === 0 ? on.map((setting) => `${settingText(setting)}, but no rule is for ALL`) : [],
    });
  },
});
