// auditd.loaded: the rules in the files are those of the next start and those of the kernel now.
import type { Problem } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { place, wholeFile } from "../../core/source.js";
import { namesUsers, ruleKey } from "../../facts/audit-cover.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "auditd.loaded",
  title: "The audit rules in the files are those that the kernel has",
  why: "A rule that auditctl refuses keeps all behind it from being loaded, and a rule that is only in a file records nothing.",
  remedy:
    "Put the refused line right, or write `-c` into a first file of /etc/audit/rules.d so that loading goes on; then `augenrules --load`, or reboot where rules are locked.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["auditRules"],
  params: {},
  evaluate({ auditRules: { rules, mistake, compiled, loaded } }) {
    const there = loaded.state === "known" ? new Set(loaded.value.map(ruleKey)) : undefined;
    const waiting =
      there === undefined ? [] : rules.filter(({ rule }) => !namesUsers(rule) && !there.has(ruleKey(rule)));
    const problems: Problem[] = [];
    if (mistake !== undefined)
      problems.push({
        message: `${printable(place(mistake.source))} is refused (${printable(mistake.reason)}): ${mistake.lost} rules behind it are not loaded`,
      });
    if (compiled === false)
      problems.push({
        message: "/etc/audit/audit.rules is not what /etc/audit/rules.d makes: augenrules was not run",
      });
    if (waiting.length > 0)
      problems.push({
        message: `${waiting.length} rules are not in the kernel: ${listing(
          waiting.map(({ source }) => source.text.trim()),
          3,
        )}`,
      });
    return {
      expected: "all loaded",
      actual: `${rules.length} rules in files${loaded.state === "known" ? `, ${loaded.value.length} in the kernel` : ""}`,
      evidence: [
        wholeFile(
          "/etc/audit/audit.rules",
          compiled === undefined ? "" : compiled ? "as rules.d" : "not as rules.d",
        ),
        ...(mistake === undefined ? [] : [mistake.source]),
        ...waiting.map(({ source }) => source),
      ],
      problems,
      unknowns: loaded.state === "error" ? [loaded.reason] : [],
      notes: loaded.state === "absent" ? [`what the kernel has is not known: ${loaded.reason}`] : [],
    };
  },
});
