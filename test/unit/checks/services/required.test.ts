// services.auditd, fail2ban, apparmor, time-sync, rsyslog-or-journal-forward: there, enabled, running.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Check } from "../../../../src/checks/define.js";
import apparmor from "../../../../src/checks/services/apparmor.js";
import { required } from "../../../../src/checks/services/required.js";
import logs from "../../../../src/checks/services/rsyslog-or-journal-forward.js";
import timeSync from "../../../../src/checks/services/time-sync.js";
import { type KnownServiceName, knownServices } from "../../../../src/facts/known-services.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";
import {
  bare,
  enabled,
  installed,
  lib,
  masked,
  running,
  systemctl,
  unitOf,
  wants,
} from "../../../support/service-tree.js";

const debian = { "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n' };
const rows: readonly (readonly [Check, KnownServiceName])[] = [
  ...required.map((check, index): [Check, KnownServiceName] => [
    check,
    (["auditd", "fail2ban", "cron"] as const)[index] ?? "auditd",
  ]),
  [apparmor, "apparmor"],
  [timeSync, "chrony"],
  [logs, "rsyslog"],
];

for (const [check, name] of rows) {
  const unit = unitOf(name);
  const program = knownServices[name].processes[0];
  testCheck(check, {
    passes: [
      { name: "enabled, nothing runs here", files: enabled(unit) },
      { name: "enabled and active", files: enabled(unit), host: systemctl({ [unit]: "active" }) },
      ...(program === undefined
        ? []
        : [{ name: "enabled, its process runs", files: { ...enabled(unit), ...running(program) } }]),
    ],
    fails: [
      ...(name === "cron"
        ? []
        : [{ name: "not installed", files: { ...bare, ...debian }, says: /is not installed/, at: [] }]),
      { name: "not enabled", files: installed(unit), at: [`${lib}/${unit}`], says: /is not started at boot/ },
      { name: "masked", files: masked(unit), says: /cannot be started/ },
      {
        name: "enabled, not active",
        files: enabled(unit),
        host: systemctl({ [unit]: "failed" }),
        at: [wants(unit)],
        says: `does not run: ${unit} enabled, failed`,
      },
    ],
    errors: [
      {
        name: "the unit cannot be read",
        files: { ...enabled(unit), [`${lib}/${unit}`]: { error: "denied" } },
      },
      {
        name: "systemd does not answer, and not every process can be seen",
        files: { ...enabled(unit), ...running("x"), "/proc/700/status": { error: "failed" } },
        host: { live: true },
      },
    ],
    notApplicable: [{ name: "no systemd", files: debian, says: /no systemd unit folder/ }],
  });
}

test("what is missing is switched on", async () => {
  const auditd = required.find(({ id }) => id === "services.auditd");
  assert.ok(auditd);
  const verdict = await verdictOf(auditd, { files: installed("auditd.service") });
  assert.equal("problems" in verdict ? verdict.problems[0]?.fix : [], [
    { kind: "action", action: "enable-unit", args: ["auditd.service"] },
  ]);
});

test("a unit that only does something once has no process to be missed", async () => {
  const files = { ...enabled("apparmor.service"), ...running("x") };
  assert.is(statusOf(await verdictOf(apparmor, { files })), "pass");
  assert.is(statusOf(await verdictOf(apparmor, { files, host: { live: true } })), "error");
  assert.is(statusOf(await verdictOf(apparmor, { files, host: systemctl() })), "fail");
});

test("AppArmor is not asked of a Red Hat system without it", async () => {
  const files = {
    ...bare,
    "/etc/os-release": 'ID="rocky"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"\n',
  };
  assert.is(statusOf(await verdictOf(apparmor, { files })), "not-applicable");
});

test("two keepers of the clock are one too many, and the first stays", async () => {
  const files = enabled("chrony.service", "systemd-timesyncd.service");
  const verdict = await verdictOf(timeSync, { files });
  assert.ok("problems" in verdict);
  assert.match(verdict.problems[0]?.message ?? "", "chrony, timesyncd all keep the clock");
  assert.equal(
    verdict.problems[0]?.fix?.map((step) =>
      step.kind === "action" ? `${step.action} ${step.args.join()}` : "",
    ),
    ["disable-unit systemd-timesyncd.service", "stop-unit systemd-timesyncd.service"],
  );
  assert.is(statusOf(await verdictOf(timeSync, { files: enabled("ntpsec.service") })), "pass");
});

test("sending the journal on is as good as rsyslog", async () => {
  assert.is(statusOf(await verdictOf(logs, { files: enabled("systemd-journal-upload.service") })), "pass");
  assert.is(statusOf(await verdictOf(logs, { files: enabled("syslog-ng.service") })), "pass");
});

test("no process to be seen and no answer: nobody says that it runs", async () => {
  const auditd = required.find(({ id }) => id === "services.auditd");
  assert.ok(auditd);
  const files = {
    ...enabled("auditd.service"),
    "/proc": { kind: "directory" as const, error: "denied" as const },
  };
  assert.is(statusOf(await verdictOf(auditd, { files, host: { live: true } })), "error");
});

test.run();
