// Do commands run in a pseudo-terminal of their own?
import { defineCheck } from "../define.js";
import { settingText, sudoOutcome, wholeRead } from "./shapes.js";

export default defineCheck({
  id: "sudo.use-pty",
  title: "sudo runs commands in a pseudo-terminal of their own",
  why: "In the caller's terminal a program that runs on in the background can push keystrokes into the shell after sudo has ended.",
  remedy: "`Defaults use_pty` in a file of /etc/sudoers.d, and no `!use_pty` after it.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const { defaults } = sudoers;
    const off = defaults.every("use_pty").filter(({ operator }) => operator === "off");
    const everybody = defaults.flag("use_pty");
    const unset =
      wholeRead(sudoers) &&
      everybody.state === "known" &&
      !everybody.value.value &&
      everybody.value.by === undefined;
    const on = everybody.state === "known" ? everybody.value : undefined;
    const problems = [
      ...off.map((setting) => ({
        message: `commands run in the caller's terminal: ${settingText(setting)}`,
        fix: [setting.replace("use_pty")],
      })),
      ...(unset
        ? [
            {
              message: "commands run in the caller's terminal: use_pty is not set",
              fix: sudoers.addDefaults("use_pty"),
            },
          ]
        : []),
    ];
    return sudoOutcome(sudoers, {
      expected: "use_pty",
      actual:
        off.map(settingText).join(", ") ||
        (on?.by === undefined ? (unset ? "not set" : "built in") : "use_pty"),
      evidence: [...off, ...(on?.by === undefined ? [] : [on.by])].map(({ source }) => source),
      problems,
      unknowns: everybody.state === "known" ? [] : [everybody.reason],
    });
  },
});
