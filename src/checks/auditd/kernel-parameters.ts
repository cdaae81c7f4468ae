// auditd.kernel-parameters: processes that start before the daemon are audited too, and none of their events is dropped.
import type { Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { CommandLine } from "../../facts/kernel-command-line.js";
import { defineCheck } from "../define.js";

function problemsOf(line: CommandLine, backlog: number): readonly Problem[] {
  const at = printable(place(line.source));
  const limit = Number(line.last("audit_backlog_limit")?.value ?? Number.NaN);
  return [
    ...(line.last("audit")?.value === "1" ? [] : [{ message: `${at}: no audit=1` }]),
    ...(limit >= backlog
      ? []
      : [
          {
            message: `${at}: audit_backlog_limit is ${Number.isNaN(limit) ? "not set" : limit}, less than ${backlog}`,
          },
        ]),
  ];
}

export default defineCheck({
  id: "auditd.kernel-parameters",
  title: "The kernel audits from the start of the machine",
  why: "Without audit=1 processes that start before the audit daemon are never audited; with a small backlog events of a busy boot are lost.",
  remedy:
    "Add `audit=1 audit_backlog_limit=8192` to GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub, and reboot.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["auditd", "kernelCommandLine"],
  params: { backlog: integer(8192, { min: 64, max: 1_000_000, unit: "events" }) },
  evaluate({ kernelCommandLine: { running, configured, unread } }, { backlog }) {
    const lines = [...(running.state === "known" ? [running.value] : []), ...configured];
    return {
      expected: `audit=1 audit_backlog_limit=${backlog} or more`,
      actual: lines.every((line) => problemsOf(line, backlog).length === 0) ? "set" : "not set everywhere",
      evidence: lines.map(({ source }) => source),
      problems: lines.flatMap((line) => problemsOf(line, backlog)),
      unknowns: [...unread, ...(running.state === "error" ? [running.reason] : [])],
    };
  },
});
