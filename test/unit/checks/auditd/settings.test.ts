// auditd.retention and auditd.kernel-parameters.
import { test } from "uvu";
import kernelParameters from "../../../../src/checks/auditd/kernel-parameters.js";
import retention from "../../../../src/checks/auditd/retention.js";
import { auditNode, conf } from "../../../support/audit-node.js";
import { testCheck } from "../../../support/check.js";
import { bare } from "../../../support/service-tree.js";

const confText = (text: string) => ({ ...auditNode, [conf]: { text, mode: 0o640 } });
const notApplicable = [{ name: "no audit daemon", files: bare, says: /not installed/ }];
const confErrors = [
  { name: "auditd.conf cannot be read", files: { ...auditNode, [conf]: { error: "denied" as const } } },
];

testCheck(retention, {
  passes: [
    { name: "as it comes: 5 of 8 MiB", files: auditNode },
    {
      name: "kept for ever",
      files: confText("max_log_file = 8\nnum_logs = 2\nmax_log_file_action = keep_logs\n"),
    },
    {
      name: "less is enough here",
      files: confText("max_log_file = 2\nnum_logs = 2\nmax_log_file_action = rotate\n"),
      params: { megabytes: 4 },
    },
  ],
  fails: [
    {
      name: "too little",
      files: confText("# x\nmax_log_file = 6 \nnum_logs = 5\nmax_log_file_action = ROTATE\n"),
      at: [`${conf}:2`, `${conf}:3`, `${conf}:4`],
      says: "the log holds 30 MiB, less than 40",
      fixed: { [conf]: "# x\nmax_log_file = 8 \nnum_logs = 5\nmax_log_file_action = ROTATE\n" },
    },
    {
      name: "nothing is set",
      files: confText("log_file = /x"),
      says: "max_log_file_action is ignore (default): the log grows without end",
    },
    {
      name: "stops when it is full",
      files: confText("max_log_file = 80\nnum_logs = 5\nmax_log_file_action = suspend\n"),
      says: "stops when it is full",
      fixed: { [conf]: "max_log_file = 80\nnum_logs = 5\nmax_log_file_action = ROTATE\n" },
    },
  ],
  errors: [
    ...confErrors,
    { name: "no number", files: confText("max_log_file = 8M\nnum_logs = 5\nmax_log_file_action = ROTATE\n") },
  ],
  notApplicable,
});

const line = (words: string) => ({ ...auditNode, "/proc/cmdline": `${words}\n` });
testCheck(kernelParameters, {
  passes: [
    { name: "set", files: line("quiet audit=1 audit_backlog_limit=8192") },
    {
      name: "less is enough here",
      files: line("audit=1 audit_backlog_limit=1024"),
      params: { backlog: 1024 },
    },
  ],
  fails: [
    {
      name: "not set",
      files: line("quiet"),
      at: ["/proc/cmdline:1"],
      says: "no audit=1; /proc/cmdline:1: audit_backlog_limit is not set",
    },
    {
      name: "too small",
      files: line("audit=1 audit_backlog_limit=64"),
      says: "audit_backlog_limit is 64, less than 8192",
    },
  ],
  errors: [
    {
      name: "the command line cannot be read",
      files: { ...auditNode, "/proc/cmdline": { error: "denied" } },
    },
    ...confErrors,
  ],
  notApplicable: [
    ...notApplicable,
    { name: "no command line", files: auditNode, says: /no kernel command line/ },
  ],
});

test.run();
