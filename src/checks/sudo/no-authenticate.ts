// Does a Defaults line take the password away altogether?
import { defineCheck } from "../define.js";
import { settingText, sudoOutcome } from "./shapes.js";

export default defineCheck({
  id: "sudo.no-authenticate",
  title: "No Defaults line switches authentication off",
  why: "`!authenticate` and `exempt_group` free commands of the password without a word in the rule itself, where a reader looks for it.",
  remedy:
    "With `visudo`, take `!authenticate` out of the named Defaults line or write `authenticate`; take `exempt_group` out.",
  breaks:
    "Scripts and agents that call sudo unattended stop working; a user without a usable password can no longer become root.",
  severity: "high",
  risk: "lockout",
  fixable: true,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const { defaults } = sudoers;
    const off = defaults.every("authenticate").filter(({ operator }) => operator === "off");
    const exempt = defaults.every("exempt_group").filter(({ value }) => value !== undefined);
    const problems = [
      ...off.map((setting) => ({
        message: `sudo asks for no password (${settingText(setting)})`,
        fix: [setting.replace("authenticate")],
      })),
      ...exempt.map((setting) => ({
        message: `sudo asks the members of a group for no password: ${settingText(setting)}`,
        fix: [setting.replace("!exempt_group")],
      })),
    ];
    return sudoOutcome(sudoers, {
      expected: "authenticate, and no exempt_group",
      actual: [...off, ...exempt].map(settingText).join(", ") || "authenticate",
      evidence: [...off, ...exempt].map(({ source }) => source),
      problems,
    });
  },
});
