// auditd.immutable: rules are locked until the next boot (-e 2).
import { place, wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "auditd.immutable",
  title: "Audit rules are locked until the next boot",
  why: "Who becomes root switches auditing off first; locked rules can only be changed by a reboot, which is seen.",
  remedy:
    "Write `-e 2` into the last file of /etc/audit/rules.d (99-finalize.rules) when all other rules are settled, and reboot.",
  breaks: "From then on every change of a rule needs a reboot of the node.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["auditRules", "auditd"],
  params: {},
  evaluate({ auditRules: { enabled, mistake }, auditd: { kernel } }) {
    const locked = enabled?.value === "2";
    const now = kernel.state === "known" ? kernel.value.enabled : undefined;
    return {
      expected: "-e 2",
      actual: `${enabled === undefined ? "not set" : `-e ${enabled.value}`}${now === undefined ? "" : `; kernel: enabled ${now}`}`,
      evidence: [enabled?.source ?? wholeFile("/etc/audit/audit.rules", "no -e")],
      problems: [
        ...(locked
          ? []
          : [
              {
                message:
                  enabled === undefined
                    ? "no rule locks the others (-e 2)"
                    : `rules are not locked: -e ${enabled.value} (${place(enabled.source)})`,
              },
            ]),
        ...(locked && mistake !== undefined
          ? [{ message: `-e 2 is not reached: ${place(mistake.source)} is refused` }]
          : []),
        ...(locked && now !== undefined && now !== 2
          ? [{ message: "the running kernel has its rules unlocked: reboot, or augenrules --load" }]
          : []),
      ],
      unknowns: kernel.state === "error" ? [kernel.reason] : [],
    };
  },
});
