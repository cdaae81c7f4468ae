// How long does sudo remember a password?
import { integer } from "../../core/param.js";
import type { BoundSetting } from "../../facts/sudoers-defaults.js";
import { defineCheck } from "../define.js";
import { settingText, sudoOutcome, wholeRead } from "./shapes.js";

/** Minutes; switched off it asks every time. */
function minutes({ value }: Pick<BoundSetting, "value">): number {
  return value === undefined ? 0 : Number(value);
}

export default defineCheck({
  id: "sudo.timestamp-timeout",
  title: "sudo asks for the password again after a short time",
  why: "As long as it is remembered, whoever comes to the open session is root; a negative time means until the next boot.",
  remedy: "`Defaults timestamp_timeout=15` or less in a file of /etc/sudoers.d, and no other value after it.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["sudoers"],
  params: { max: integer(15, { max: 1440, unit: "minutes" }) },
  evaluate({ sudoers }, { max }) {
    const { defaults } = sudoers;
    const settings = defaults.every("timestamp_timeout");
    const bad = settings.filter((setting) => !(minutes(setting) >= 0 && minutes(setting) <= max));
    const everybody = defaults.text("timestamp_timeout");
    const built =
      wholeRead(sudoers) && everybody.state === "known" && everybody.value.by === undefined
        ? everybody.value.value
        : undefined;
    const text = `timestamp_timeout=${max}`;
    const problems = [
      ...bad.map((setting) => ({
        message:
          minutes(setting) < 0
            ? `a password given once is remembered until the next boot: ${settingText(setting)}`
            : `a password is remembered for more than ${max} minutes: ${settingText(setting)}`,
        fix: [setting.replace(text)],
      })),
      ...(built !== undefined && Number(built) > max
        ? [
            {
              message: `a password is remembered for ${built} minutes, as sudo was built`,
              fix: sudoers.addDefaults(text),
            },
          ]
        : []),
    ];
    const shown = settings.map(settingText);
    return sudoOutcome(sudoers, {
      expected: `0 to ${max} minutes`,
      actual: [...shown, ...(built === undefined ? [] : [`${built} minutes, built in`])].join(", "),
      evidence: settings.map(({ source }) => source),
      problems,
      unknowns: everybody.state === "known" ? [] : [everybody.reason],
    });
  },
});
