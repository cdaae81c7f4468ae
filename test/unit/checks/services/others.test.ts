// services.expected, failed, ctrl-alt-del, journald-persistent.
import { test } from "uvu";
import ctrlAltDel from "../../../../src/checks/services/ctrl-alt-del.js";
import expected from "../../../../src/checks/services/expected.js";
import failed from "../../../../src/checks/services/failed.js";
import persistent from "../../../../src/checks/services/journald-persistent.js";
import { testCheck } from "../../../support/check.js";
import {
  bare,
  enabled,
  etc,
  installed,
  lib,
  masked,
  running,
  systemctl,
  wants,
} from "../../../support/service-tree.js";

testCheck(expected, {
  passes: [
    { name: "ordinary units", files: enabled("ssh.service", "getty-static.service", "kdump.service") },
    { name: "what the site names", files: enabled("acme-agent.service"), params: { also: ["acme-*"] } },
    { name: "installed only", files: installed("strange.service") },
    {
      name: "the distribution's links for targets that nobody starts",
      files: {
        ...installed("strange.service"),
        [`${lib}/rescue.target.wants/strange.service`]: { link: "../strange.service" },
      },
    },
  ],
  fails: [
    {
      name: "a stranger",
      files: enabled("strange.service"),
      at: [wants("strange.service")],
      says: "strange.service starts by itself",
    },
    {
      name: "a timer in the distribution's folder",
      files: { ...installed("x.timer"), [`${lib}/timers.target.wants/x.timer`]: { link: "../x.timer" } },
      at: [`${lib}/timers.target.wants/x.timer`],
    },
    {
      name: "a System V script",
      files: { ...bare, "/etc/rc3.d/S20strange.sh": { link: "../init.d/strange.sh" } },
      at: ["/etc/rc3.d/S20strange.sh"],
    },
    { name: "a list of the site's own", files: enabled("ssh.service"), params: { allow: ["cron.service"] } },
  ],
  errors: [
    {
      name: "a unit that starts cannot be read",
      files: { ...enabled("ssh.service"), [`${lib}/ssh.service`]: { error: "denied" } },
    },
    {
      name: "links cannot be listed",
      files: { ...bare, "/etc/rc2.d": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "no systemd", files: {} }],
});

testCheck(failed, {
  passes: [{ name: "none", files: { ...bare, [lib]: { kind: "directory" } }, host: systemctl() }],
  fails: [
    {
      name: "one",
      files: bare,
      host: systemctl({ "ufw.service": "failed" }),
      at: ["ufw.service"],
      says: "ufw.service has failed",
    },
  ],
  errors: [{ name: "systemd does not answer", files: { ...bare, ...running("x") }, host: { live: true } }],
  notApplicable: [
    {
      name: "systemd is installed and another init runs: systemctl is not started to say so",
      files: { "/usr/lib/systemd/system/multi-user.target": "[Unit]\n" },
      host: systemctl({ "x.service": "failed" }),
      says: /systemd does not run here/,
    },
    { name: "another root", files: bare, says: /no running systemd can be asked/ },
    {
      name: "another root with the processes of a machine that runs",
      files: { ...bare, ...running("x") },
      says: /no running systemd can be asked/,
    },
  ],
});

const target = `${lib}/ctrl-alt-del.target`;
const reboot = {
  [`${lib}/reboot.target`]: "[Unit]\nDescription=Reboot\n",
  [target]: { link: "reboot.target" },
};
const conf = "/etc/systemd/system.conf";
const none = { [conf]: "[Manager]\nCtrlAltDelBurstAction=none\n" };
const own = "/etc/systemd/system.conf.d/90-nodeward-ctrlaltdelburstaction.conf";
const written = "# Written by nodeward.\n[Manager]\nCtrlAltDelBurstAction=none\n";

testCheck(ctrlAltDel, {
  passes: [
    {
      name: "masked, burst off",
      files: { ...reboot, ...none, [`${etc}/ctrl-alt-del.target`]: { link: "/dev/null" } },
    },
    {
      name: "the last drop-in counts",
      files: {
        ...reboot,
        [`${etc}/ctrl-alt-del.target`]: { link: "/dev/null" },
        [conf]: "[Manager]\nCtrlAltDelBurstAction=reboot-force\n",
        "/usr/lib/systemd/system.conf.d/50-x.conf": "[Manager]\nCtrlAltDelBurstAction=none\n",
        "/proc/sys/kernel/ctrl-alt-del": "0\n",
      },
    },
  ],
  fails: [
    {
      name: "as it comes",
      files: reboot,
      at: [`${lib}/reboot.target`, conf],
      says: /not masked; seven times/,
      fixed: { [own]: written },
    },
    {
      name: "an unknown action is passed over",
      files: {
        ...reboot,
        ...masked("x.service"),
        [`${etc}/ctrl-alt-del.target`]: { link: "/dev/null" },
        [conf]: "[Manager]\nCtrlAltDelBurstAction=nothing\n",
      },
      says: /reboot-force by default/,
      fixed: { [conf]: "[Manager]\nCtrlAltDelBurstAction=none\n" },
    },
    {
      name: "the kernel does it",
      files: {
        ...reboot,
        ...none,
        [`${etc}/ctrl-alt-del.target`]: { link: "/dev/null" },
        "/proc/sys/kernel/ctrl-alt-del": "1\n",
      },
      at: [`${etc}/ctrl-alt-del.target`, `${conf}:2`, "/proc/sys/kernel/ctrl-alt-del:1"],
    },
  ],
  errors: [
    {
      name: "the configuration cannot be read",
      files: {
        ...reboot,
        [`${etc}/ctrl-alt-del.target`]: { link: "/dev/null" },
        [conf]: "[Manager]\nCtrlAltDelBurstAction=none\n",
        "/etc/systemd/system.conf.d": { kind: "directory", error: "denied" },
      },
    },
  ],
  notApplicable: [{ name: "no such target", files: bare, says: /has no ctrl-alt-del.target/ }],
});

const journal = {
  ...bare,
  [`${lib}/systemd-journald.service`]: "[Service]\nExecStart=/usr/lib/systemd/systemd-journald\n",
};
const main = "/etc/systemd/journald.conf";
const disk = { "/var/log/journal": { kind: "directory" as const } };

testCheck(persistent, {
  passes: [
    { name: "auto with its directory", files: { ...journal, ...disk, [main]: "[Journal]\n#Storage=auto\n" } },
    { name: "persistent", files: { ...journal, [main]: "[Journal]\nStorage=persistent\n" } },
    {
      name: "running",
      files: { ...journal, ...disk },
      host: systemctl({ "systemd-journald.service": "active" }),
    },
  ],
  fails: [
    {
      name: "auto without its directory",
      files: journal,
      at: [`${lib}/systemd-journald.service`, main],
      says: /does not exist and Storage is auto/,
      fixed: {
        "/etc/systemd/journald.conf.d/90-nodeward-storage.conf":
          "# Written by nodeward.\n[Journal]\nStorage=persistent\n",
      },
    },
    {
      name: "in memory",
      files: { ...journal, ...disk, [main]: "[Journal]\nStorage=volatile # no\nStorage=volatile\n" },
      at: [`${lib}/systemd-journald.service`, `${main}:3`, `${main}:2`, "/var/log/journal"],
      says: /in memory only/,
    },
    { name: "nowhere", files: { ...journal, ...disk, [main]: "[Journal]\nStorage=none\n" }, says: /nowhere/ },
    {
      name: "not running",
      files: { ...journal, ...disk },
      host: systemctl({ "systemd-journald.service": "failed" }),
      says: /does not run/,
    },
    {
      name: "masked",
      files: { ...journal, ...disk, [`${etc}/systemd-journald.service`]: { link: "/dev/null" } },
      says: /nothing is logged/,
    },
  ],
  errors: [
    {
      name: "the directory cannot be looked at",
      files: { ...journal, "/var/log": { kind: "directory", error: "denied" } },
    },
    {
      name: "drop-ins cannot be listed",
      files: { ...journal, ...disk, "/etc/systemd/journald.conf.d": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "no journald", files: bare }],
});

test.run();
