// auditd.retention: how much the audit log holds before it is written over.
import type { Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "auditd.retention",
  title: "The audit log holds enough before it is written over",
  why: "An intrusion is found after days; a log that holds hours is empty by then, and can be emptied by making noise.",
  remedy:
    "Raise max_log_file and num_logs in /etc/audit/auditd.conf, with max_log_file_action = rotate or keep_logs.",
  breaks: "The log takes that much of /var/log/audit.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["auditd"],
  params: { megabytes: integer(40, { min: 1, max: 100_000, unit: "MiB in all" }) },
  evaluate({ auditd }, { megabytes }) {
    const [size, count, action] = (["max_log_file", "num_logs", "max_log_file_action"] as const).map((name) =>
      auditd.get(name),
    );
    if (size === undefined || count === undefined || action === undefined)
      return { undecided: "no settings" };
    const [each, files] = [Number(size.value), Number(count.value)];
    const kept = action.value.toLowerCase();
    const total = each * Math.max(1, files);
    const at = (source: typeof size.source) => (source === undefined ? "default" : printable(place(source)));
    const problems: Problem[] = [];
    if (!["rotate", "keep_logs"].includes(kept))
      problems.push({
        message: `max_log_file_action is ${printable(action.value)} (${at(action.source)}): the log ${kept === "ignore" ? "grows without end" : "stops when it is full"}`,
        fix: [auditd.set("max_log_file_action", "ROTATE")],
      });
    if (!Number.isSafeInteger(each) || !Number.isSafeInteger(files))
      return {
        undecided: `max_log_file ${printable(size.value)} or num_logs ${printable(count.value)} is no number`,
      };
    if (kept !== "keep_logs" && total < megabytes)
      problems.push({
        message: `the log holds ${total} MiB, less than ${megabytes}: max_log_file ${each} (${at(size.source)}), num_logs ${files} (${at(count.source)})`,
        fix: [auditd.set("max_log_file", String(Math.ceil(megabytes / Math.max(1, files))))],
      });
    return {
      expected: `at least ${megabytes} MiB, then rotate or keep`,
      actual: `${total} MiB, ${action.value}`,
      evidence: [size, count, action].flatMap(({ source }) => (source === undefined ? [] : [source])),
      problems,
    };
  },
});
