// A node with the audit daemon: its files, rules, and what auditctl would say. For tests of auditd.*.
import type { RunResult } from "../../src/host/host.js";
import type { MemoryFiles, MemoryOptions } from "../../src/host/memory.js";
import { enabled } from "./service-tree.js";

export const conf = "/etc/audit/auditd.conf";
export const rulesFolder = "/etc/audit/rules.d";
export const rulesFile = `${rulesFolder}/50-site.rules`;
export const compiledFile = "/etc/audit/audit.rules";

/** As Debian installs it, with logs. */
export const auditNode: MemoryFiles = {
  ...enabled("auditd.service"),
  "/etc/audit": { kind: "directory", mode: 0o750 },
  [rulesFolder]: { kind: "directory", mode: 0o750 },
  [conf]: {
    text: "log_file = /var/log/audit/audit.log\nlog_group = adm\nmax_log_file = 8\nnum_logs = 5\nmax_log_file_action = ROTATE\nspace_left_action = SYSLOG\nadmin_space_left_action = SUSPEND\ndisk_full_action = SUSPEND\ndisk_error_action = SUSPEND\n",
    mode: 0o640,
  },
};

export function withRules(...lines: readonly string[]): MemoryFiles {
  return { ...auditNode, [rulesFile]: { text: lines.map((line) => `${line}\n`).join(""), mode: 0o640 } };
}

/** auditctl -l prints these rules, auditctl -s this state. */
export function auditctl(
  rules: readonly string[],
  status = "enabled 1\nfailure 1\npid 500\nlost 0\n",
): MemoryOptions {
  const ok = (stdout: string): RunResult => ({ state: "ok", code: 0, stdout, stderr: "" });
  const units = "auditd.service loaded active running Security Auditing Service\n";
  return {
    live: true,
    runs: {
      "audit-rules": ok(rules.length === 0 ? "No rules\n" : `${rules.join("\n")}\n`),
      "audit-status": ok(status),
      "unit-states": ok(units),
    },
  };
}

export const refused: MemoryOptions = {
  live: true,
  runs: {
    "audit-rules": { state: "ok", code: 4, stdout: "", stderr: "You must be root to run this program.\n" },
    "audit-status": { state: "ok", code: 4, stdout: "", stderr: "You must be root to run this program.\n" },
    "unit-states": { state: "ok", code: 0, stdout: "auditd.service loaded active running x\n", stderr: "" },
  },
};
