import { test } from "uvu";
import { watchers } from "../../../../src/checks/detection/watchers.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { type Cases, testCheck } from "../../../support/check.js";
import { processFiles } from "../../../support/proc-net.js";
import { bare, enabled, installed, running } from "../../../support/service-tree.js";

const falcoYaml = "/etc/falco/falco.yaml";
const on = "stdout_output:\n  enabled: true\nsyslog_output:\n  enabled: false\n";
const off = on.replace("true", "false");
const rules = "/etc/audit/rules.d/kubernetes.rules";
const watch = "-D\n-b 8192\n-w /etc/kubernetes -p wa -k kubernetes\n";
const idle: MemoryFiles = { ...bare, ...processFiles({ pid: 1, program: "/sbin/init" }) };
const falco: MemoryFiles = { ...enabled("falco.service"), ...running("falco"), [falcoYaml]: on };
const audit: MemoryFiles = {
  ...enabled("auditd.service"),
  ...running("auditd"),
  [rules]: { text: watch, mode: 0o640 },
  "/etc/audit/rules.d": { kind: "directory", mode: 0o750 },
  "/etc/audit": { kind: "directory", mode: 0o750 },
};
const unseen: MemoryFiles = { ...idle, "/proc/700/status": { error: "denied" } };

const cases: Readonly<Record<string, Cases>> = {
  "detection.falco": {
    passes: [
      { name: "a service with an output", files: falco },
      { name: "a pod of it", files: { ...idle, ...processFiles({ pid: 9, program: "/usr/bin/falco" }) } },
      { name: "enabled in an image", files: { ...enabled("falco.service"), [falcoYaml]: on } },
      {
        name: "an output of a drop-in",
        files: {
          ...falco,
          [falcoYaml]: off,
          "/etc/falco/config.d/out.yaml": "http_output: {enabled: true}\n",
        },
      },
    ],
    fails: [
      { name: "nobody watches", files: idle, says: "Falco is not on this node" },
      { name: "it does not run", files: { ...idle, ...enabled("falco.service") }, says: "does not run" },
      { name: "not enabled in an image", files: installed("falco.service"), says: "not started at boot" },
      { name: "nobody hears of it", files: { ...falco, [falcoYaml]: off }, says: "no output is on" },
      {
        name: "rules that others write",
        files: { ...falco, "/etc/falco/rules.d/own.yaml": { text: "", mode: 0o666 } },
        says: "own.yaml has mode 0666, more than 0644",
      },
    ],
    errors: [
      { name: "a process that may be it", files: unseen },
      { name: "a configuration that does not parse", files: { ...falco, [falcoYaml]: "a: [" } },
    ],
    notApplicable: [
      {
        name: "Tracee does it",
        files: { ...idle, ...processFiles({ pid: 9, program: "/tracee/tracee" }) },
        says: "Tracee watches",
      },
    ],
    missing: "error",
  },
  "detection.tracee": {
    passes: [{ name: "a service", files: { ...enabled("tracee.service"), ...running("tracee") } }],
    fails: [
      { name: "nobody watches", files: idle },
      {
        name: "a policy of somebody else's",
        files: {
          ...enabled("tracee.service"),
          ...running("tracee"),
          "/etc/tracee/policies/own.yaml": { uid: 1000 },
        },
        says: "belongs to user 1000",
      },
    ],
    errors: [{ name: "a process that may be it", files: unseen }],
    notApplicable: [{ name: "Falco does it", files: falco, says: "Falco watches" }],
    missing: "error",
  },
  "detection.audit-rules": {
    passes: [{ name: "rules, and the daemon runs", files: audit }],
    fails: [
      { name: "not there", files: idle, says: "the audit daemon is not on this node" },
      {
        name: "no rule",
        files: { ...audit, [rules]: { text: "-D\n# -w /etc\n", mode: 0o640 } },
        says: "no audit rule",
      },
      {
        name: "rules that everybody reads",
        files: { ...audit, [rules]: { text: watch, mode: 0o644 } },
        says: "mode 0644, more than 0640",
      },
      { name: "it does not run", files: { ...idle, ...enabled("auditd.service"), [rules]: watch } },
    ],
    errors: [
      { name: "rules that may not be read", files: { ...audit, [rules]: { mode: 0o640, error: "denied" } } },
    ],
    missing: "fail",
  },
};

for (const check of watchers) {
  const own = cases[check.id];
  if (own === undefined) throw new Error(`no cases for ${check.id}`);
  testCheck(check, own);
}

test.run();
