// auditd.enabled: the daemon starts and runs, and nothing switches auditing off: no rule, no switch of the kernel.
import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { silences } from "../../facts/audit-cover.js";
import type { AuditRules } from "../../facts/audit-rules.js";
import { defineCheck } from "../define.js";
import { judgeRequired } from "../services/required.js";

function silencing({ rules, enabled }: AuditRules): readonly Problem[] {
  const never = rules.filter(({ rule }) => silences(rule));
  return [
    ...never.map(({ source }) => ({
      message: `${printable(place(source))} keeps the kernel from recording anything: ${printable(source.text.trim())}`,
    })),
    ...(enabled?.value === "0"
      ? [{ message: `${printable(place(enabled.source))} switches auditing off (-e 0)` }]
      : []),
  ];
}

export default defineCheck({
  id: "auditd.enabled",
  title: "Auditing is on: the daemon starts at boot, runs, and nothing switches it off",
  why: "A daemon that does not run, or a kernel told not to audit, records nothing, and nobody notices.",
  remedy:
    "`systemctl enable --now auditd`; remove `-a never,task` and `-e 0` from /etc/audit/rules.d and `audit=0` from the kernel's command line, then `augenrules --load` or reboot.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["services", "auditd", "auditRules"],
  optional: ["kernelCommandLine"],
  params: {},
  evaluate({ services, auditd, auditRules, kernelCommandLine }) {
    const outcome = judgeRequired("the audit daemon", ["auditd"], services);
    const { kernel, broken } = auditd;
    const lines =
      kernelCommandLine.state === "known" && kernelCommandLine.value.running.state === "known"
        ? [kernelCommandLine.value.running.value, ...kernelCommandLine.value.configured]
        : [];
    const off = lines.filter(
      (line) => line.last("audit")?.value === "0" || line.last("audit")?.value === "off",
    );
    const rules = silencing(auditRules);
    return {
      expected: "enabled, running, auditing on",
      actual: `${outcome.actual}${kernel.state === "known" ? `; kernel: enabled ${kernel.value.enabled}` : ""}`,
      evidence: [
        ...outcome.evidence,
        ...broken,
        ...auditRules.rules.filter(({ rule }) => silences(rule)).map(({ source }) => source),
        ...(auditRules.enabled === undefined ? [] : [auditRules.enabled.source]),
        ...off.map(({ source }) => source),
      ],
      problems: [
        ...outcome.problems,
        ...broken.map((source) => ({
          message: `auditd does not start: ${printable(place(source))} is no setting`,
        })),
        ...rules,
        ...off.map(({ source }) => ({
          message: `the kernel is started with audit=0 (${printable(place(source))})`,
        })),
        ...(kernel.state === "known" && kernel.value.enabled === 0
          ? [{ message: "the running kernel does not audit (enabled 0)" }]
          : []),
      ],
      unknowns: [...(outcome.unknowns ?? []), ...(kernel.state === "error" ? [kernel.reason] : [])],
      notes: outcome.notes ?? [],
    };
  },
});
