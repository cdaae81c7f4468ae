// services.unneeded.<name>, every row: installed only, enabled, active, running without a unit, in a pod, unreadable.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { unneeded } from "../../../../src/checks/services/unneeded.js";
import { unneededRows } from "../../../../src/checks/services/unneeded-rows.js";
import { knownServices } from "../../../../src/facts/known-services.js";
import { applied, statusOf, testCheck, verdictOf } from "../../../support/check.js";
import {
  bare,
  enabled,
  inPod,
  installed,
  lib,
  masked,
  running,
  systemctl,
  unitOf,
  wants,
} from "../../../support/service-tree.js";

for (const [index, { name }] of unneededRows.entries()) {
  const check = unneeded[index];
  if (check === undefined) throw new Error(name);
  const unit = unitOf(name);
  const service = knownServices[name];
  const [program = "", ...words] = (service.processes[0] ?? "").split(" ");
  const process = program === "" ? [] : [program, ...words];
  const asked = "inetd" in service ? service.inetd[0] : undefined;
  testCheck(check, {
    passes: [
      { name: "installed, not enabled", files: installed(unit) },
      { name: "not installed", files: bare },
      { name: "masked", files: masked(unit) },
      { name: "not enabled, not active", files: installed(unit), host: systemctl({ [unit]: "inactive" }) },
      ...(process.length === 0
        ? []
        : [{ name: "a pod's", files: { ...bare, ...inPod(program, ...words) }, host: { live: true } }]),
      {
        name: "inetd is not installed",
        files: { ...bare, "/etc/inetd.conf": `${asked ?? "x"} stream tcp nowait root /usr/sbin/x x\n` },
      },
    ],
    fails: [
      {
        name: "enabled",
        files: enabled(unit),
        at: [wants(unit)],
        says: `${unit} starts by itself (${wants(unit)})`,
      },
      {
        name: "enabled and active",
        files: enabled(unit),
        host: systemctl({ [unit]: "active" }),
        at: [wants(unit)],
        says: `starts by itself (${wants(unit)}) and is active`,
      },
      {
        name: "active, not enabled",
        files: installed(unit),
        host: systemctl({ [unit]: "active" }),
        at: [`${lib}/${unit}`],
        says: `${unit} is active`,
      },
      ...(process.length === 0
        ? []
        : [
            {
              name: "started by hand",
              files: { ...bare, ...running(program, ...words) },
              at: ["/proc/700/cmdline"],
              says: /runs as process 700/,
            },
          ]),
      ...(asked === undefined
        ? []
        : [
            {
              name: "by inetd",
              files: {
                ...enabled("openbsd-inetd.service"),
                "/etc/inetd.conf": `# x\n${asked} stream tcp nowait root /usr/sbin/tcpd x\n`,
              },
              at: ["/etc/inetd.conf:2"],
              says: `inetd starts ${asked} on request (/etc/inetd.conf:2)`,
            },
            {
              name: "by xinetd",
              files: {
                ...enabled("xinetd.service"),
                "/etc/xinetd.d/x": `service ${asked}\n{\n  server = /usr/sbin/x\n}\n`,
              },
              at: ["/etc/xinetd.d/x:1"],
            },
          ]),
    ],
    errors: [
      {
        name: "the unit cannot be read",
        files: { ...installed(unit), [`${lib}/${unit}`]: { error: "denied" } },
      },
      {
        name: "the unit folder cannot be read",
        files: { ...installed(unit), [lib]: { kind: "directory", error: "failed" } },
      },
    ],
    notApplicable: [
      { name: "expected here", files: enabled(unit), params: { expected: true }, says: /is expected here/ },
    ],
  });
}

test("the repair disables what starts and stops what runs", async () => {
  const check = unneeded.find(({ id }) => id === "services.unneeded.rpcbind");
  assert.ok(check);
  const files = enabled("rpcbind.service", "rpcbind.socket");
  const verdict = await verdictOf(check, { files, host: systemctl({ "rpcbind.socket": "active" }) });
  assert.is(statusOf(verdict), "fail");
  const steps = "problems" in verdict ? verdict.problems.flatMap(({ fix }) => fix ?? []) : [];
  assert.equal(steps, [
    { kind: "action", action: "disable-unit", args: ["rpcbind.service"] },
    { kind: "action", action: "disable-unit", args: ["rpcbind.socket"] },
    { kind: "action", action: "stop-unit", args: ["rpcbind.socket"] },
  ]);
  assert.equal(applied(files, steps), files);
});

test("a System V script alone starts by its link; a unit of that name stands in for it", async () => {
  const check = unneeded.find(({ id }) => id === "services.unneeded.xinetd");
  assert.ok(check);
  const link = { "/etc/rc2.d/S01xinetd": { link: "../init.d/xinetd" }, "/etc/init.d/xinetd": "#!/bin/sh\n" };
  const alone = await verdictOf(check, { files: { ...bare, ...link } });
  assert.is(statusOf(alone), "fail");
  assert.is(statusOf(await verdictOf(check, { files: { ...installed("xinetd.service"), ...link } })), "pass");
});

test("an alias is its unit", async () => {
  const check = unneeded.find(({ id }) => id === "services.unneeded.x11");
  assert.ok(check);
  const files = {
    ...installed("gdm.service"),
    "/etc/systemd/system/display-manager.service": { link: `${lib}/gdm.service` },
  };
  const verdict = await verdictOf(check, { files });
  assert.match(
    "problems" in verdict ? (verdict.problems[0]?.message ?? "") : "",
    /^gdm\.service starts by itself/,
  );
});

test.run();
