// Does sudo keep a log of its own?
import { someOf, word } from "../../core/param.js";
import type { Defaults } from "../../facts/sudoers-defaults.js";
import { defineCheck } from "../define.js";
import { settingText, sudoOutcome, wholeRead } from "./shapes.js";

/** Another record that stands in for the file, if one of `accepted` is kept for everybody. */
function alternative(defaults: Defaults, accepted: readonly string[]): string | undefined {
  const logged = defaults.flag("log_output");
  const output = logged.state === "known" && logged.value.value;
  if (accepted.includes("log_output") && output) return "log_output";
  const syslog = defaults.text("syslog");
  // Switched on without a value it takes the facility it was built with.
  const off = syslog.state === "known" && syslog.value.by?.operator === "off";
  return accepted.includes("journald") && !off ? "syslog, which the journal keeps" : undefined;
}

export default defineCheck({
  id: "sudo.logfile",
  title: "sudo keeps a log of its own",
  why: "In a file of its own what was run as root is found at once, and is not lost among the messages of everything else.",
  remedy:
    '`Defaults logfile="/var/log/sudo.log"` in a file of /etc/sudoers.d; let logrotate take care of it.',
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["sudoers"],
  params: {
    alternatives: someOf(["log_output", "journald"], []),
    file: word("/var/log/sudo.log", /\/[\w./-]+/, "an absolute path without blanks"),
  },
  evaluate({ sudoers }, { alternatives, file }) {
    const { defaults } = sudoers;
    const off = defaults.every("logfile").filter(({ value }) => value === undefined);
    const everybody = defaults.text("logfile");
    const set = everybody.state === "known" ? everybody.value : undefined;
    const instead = alternative(defaults, alternatives);
    const unset = wholeRead(sudoers) && set !== undefined && set.value === undefined && set.by === undefined;
    const text = `logfile="${file}"`;
    const problems = [
      ...off.map((setting) => ({
        message: `sudo writes no log of its own: ${settingText(setting)}`,
        fix: [setting.replace(text)],
      })),
      ...(unset
        ? [{ message: "sudo writes no log of its own: logfile is not set", fix: sudoers.addDefaults(text) }]
        : []),
    ];
    return sudoOutcome(sudoers, {
      expected: ["logfile", ...alternatives].join(" or "),
      actual: instead ?? set?.value ?? "no log file",
      evidence: [...off, ...(set?.by === undefined ? [] : [set.by])].map(({ source }) => source),
      problems: instead === undefined ? problems : [],
      unknowns: everybody.state === "known" ? [] : [everybody.reason],
    });
  },
});
