// auditd.files.<name>: logs, configuration, programs.
import { test } from "uvu";
import { files } from "../../../../src/checks/auditd/files.js";
import type { Check } from "../../../../src/checks/define.js";
import { auditNode, conf, rulesFile, rulesFolder } from "../../../support/audit-node.js";
import { testCheck } from "../../../support/check.js";
import { bare } from "../../../support/service-tree.js";

const notApplicable = [{ name: "no audit daemon", files: bare, says: /not installed/ }];
const confErrors = [
  { name: "auditd.conf cannot be read", files: { ...auditNode, [conf]: { error: "denied" as const } } },
];
const group = "root:x:0:\nadm:x:4:\nusers:x:100:\n";
const names = { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n", "/etc/group": group };
const log = "/var/log/audit/audit.log";
const logs = {
  "/var/log/audit": { kind: "directory" as const, mode: 0o750, gid: 4 },
  [log]: { text: "x", mode: 0o640, gid: 4 },
  [`${log}.1`]: { text: "x", mode: 0o400 },
};
const tools = { "/sbin/auditctl": { text: "x", mode: 0o755 }, "/sbin/auditd": { text: "x", mode: 0o755 } };
const all = { ...auditNode, ...names, ...logs, ...tools };

function named(id: string): Check {
  const check = files.find((one) => one.id === id);
  if (check === undefined) throw new Error(id);
  return check;
}

testCheck(named("auditd.files.logs"), {
  passes: [
    { name: "as auditd makes them", files: all },
    {
      name: "only the folder yet",
      files: { ...auditNode, ...names, "/var/log/audit": { kind: "directory", mode: 0o700 } },
    },
  ],
  fails: [
    {
      name: "everybody reads",
      files: { ...all, [log]: { text: "x", mode: 0o644 } },
      at: ["/var/log/audit", log, `${log}.1`],
      says: `${log} has mode 0644, more than 0640`,
      fixed: { [log]: "0640" },
    },
    {
      name: "another group's folder",
      files: { ...all, "/var/log/audit": { kind: "directory", mode: 0o750, gid: 100 } },
      says: "/var/log/audit belongs to group users",
    },
  ],
  errors: [
    {
      name: "the folder cannot be listed",
      files: { ...all, "/var/log/audit": { kind: "directory", mode: 0o700, error: "denied" } },
    },
    ...confErrors,
  ],
  notApplicable: [...notApplicable, { name: "no log yet", files: auditNode, says: /none of these files/ }],
});

testCheck(named("auditd.files.config"), {
  passes: [{ name: "as it comes", files: { ...all, [rulesFile]: { text: "-D\n", mode: 0o640 } } }],
  fails: [
    {
      name: "rules that everybody reads",
      files: { ...all, [rulesFile]: { text: "-D\n", mode: 0o644 } },
      says: `${rulesFile} has mode 0644`,
      fixed: { [rulesFile]: "0640" },
    },
    {
      name: "somebody's",
      files: { ...all, [conf]: { text: "num_logs = 5\n", mode: 0o640, uid: 1000 } },
      says: `${conf} belongs to user 1000`,
    },
  ],
  errors: [
    {
      name: "rules.d cannot be listed",
      files: { ...all, [rulesFolder]: { kind: "directory", mode: 0o750, error: "denied" } },
    },
  ],
  notApplicable,
});

testCheck(named("auditd.files.tools"), {
  passes: [{ name: "as they come", files: all }],
  fails: [
    {
      name: "the group writes",
      files: { ...all, "/sbin/auditctl": { text: "x", mode: 0o775 } },
      at: ["/sbin/auditctl", "/sbin/auditd"],
      fixed: { "/sbin/auditctl": "0755" },
    },
  ],
  errors: [
    {
      name: "/sbin cannot be looked into",
      files: { ...all, "/sbin": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [...notApplicable, { name: "none is there", files: auditNode }],
});

test.run();
