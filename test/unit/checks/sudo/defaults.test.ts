// Are Defaults judged as they hold: in order, by scope, with what sudo does where none says anything?
import { test } from "uvu";
import logfile from "../../../../src/checks/sudo/logfile.js";
import timestampTimeout from "../../../../src/checks/sudo/timestamp-timeout.js";
import usePty from "../../../../src/checks/sudo/use-pty.js";
import { testCheck } from "../../../support/check.js";
import { file, noJudgement, sudoNode, withSudoers } from "../../../support/sudo-node.js";

const main = "/etc/sudoers";
const own = "/etc/sudoers.d/nodeward";
const rule = "root ALL=(ALL:ALL) ALL\n";
const including = `${rule}@includedir /etc/sudoers.d\n`;
const folder = { "/etc/sudoers.d/README": file("# nothing\n") };

testCheck(usePty, {
  errors: [
    ...noJudgement.errors,
    {
      name: "the release is not known and no line says it",
      files: { [main]: rule, "/usr/bin/sudo": { mode: 0o4755 } },
      says: /release of sudo/,
    },
  ],
  notApplicable: noJudgement.notApplicable,
  passes: [
    { name: "set", files: withSudoers("Defaults use_pty\n") },
    { name: "built in from 1.9.14", files: sudoNode("1.9.16p2-3", rule) },
    {
      name: "set again after being off",
      files: withSudoers("Defaults !use_pty\nDefaults env_reset, use_pty\n"),
    },
    { name: "off for another host", files: withSudoers("Defaults use_pty\nDefaults@web7 !use_pty\n") },
    {
      name: "off for one and then on for everybody",
      files: withSudoers("Defaults:bob !use_pty\nDefaults use_pty\n"),
    },
    {
      name: "sudo-rs always has one",
      files: sudoNode("1.9.13p3", {
        [main]: rule,
        "/usr/bin/sudo": { link: "/usr/lib/cargo/bin/sudo" },
        "/usr/lib/cargo/bin/sudo": { mode: 0o4755 },
      }),
    },
  ],
  fails: [
    {
      name: "not set before 1.9.14",
      files: withSudoers({ [main]: file(including), ...folder }),
      says: /not set/,
      fixed: { [own]: "# Written by nodeward.\nDefaults use_pty\n" },
    },
    {
      name: "our own file is there already",
      files: withSudoers({ [main]: file(including), [own]: file("Defaults logfile=/x") }),
      fixed: { [own]: "Defaults logfile=/x\nDefaults use_pty\n" },
    },
    {
      name: "no directory is included, and the last line is open",
      files: withSudoers("root ALL=(ALL:ALL) ALL"),
      fixed: { [main]: "root ALL=(ALL:ALL) ALL\nDefaults use_pty\n" },
    },
    {
      name: "switched off for everybody and for one",
      files: withSudoers("Defaults env_reset, !use_pty # no\nDefaults:bob ! use_pty\n"),
      at: [`${main}:1`, `${main}:2`, `${main}:1`],
      fixed: { [main]: "Defaults env_reset, use_pty # no\nDefaults:bob use_pty\n" },
    },
    { name: "switched off where it is built in", files: sudoNode("1.9.16p2-3", "Defaults !use_pty\n") },
    {
      name: "a command's setting comes last",
      files: withSudoers("Defaults!/bin/x !use_pty\nDefaults use_pty\n"),
    },
    {
      name: "in a file that sudo ignores",
      files: withSudoers({ [main]: file(including), "/etc/sudoers.d/a.b": "Defaults use_pty\n" }),
    },
  ],
});

testCheck(logfile, {
  ...noJudgement,
  passes: [
    { name: "set", files: withSudoers("Defaults logfile=/var/log/sudo.log\n") },
    { name: "quoted", files: withSudoers('Defaults logfile="/var/log/my sudo.log"\n') },
    {
      name: "the output is logged instead",
      files: withSudoers("Defaults log_output\n"),
      params: { alternatives: ["log_output"] },
    },
    { name: "the journal instead", files: withSudoers(rule), params: { alternatives: ["journald"] } },
  ],
  fails: [
    {
      name: "not set",
      files: withSudoers({ [main]: file(including), ...folder }),
      fixed: { [own]: '# Written by nodeward.\nDefaults logfile="/var/log/sudo.log"\n' },
    },
    {
      name: "switched off for one",
      files: withSudoers("Defaults logfile=/x\nDefaults:bob !logfile\n"),
      at: [`${main}:2`, `${main}:1`],
      fixed: { [main]: 'Defaults logfile=/x\nDefaults:bob logfile="/var/log/sudo.log"\n' },
    },
    { name: "a relative path, which sudo refuses", files: withSudoers("Defaults logfile=sudo.log\n") },
    {
      name: "syslog is switched off",
      files: withSudoers("Defaults !syslog\n"),
      params: { alternatives: ["journald"] },
    },
  ],
});

testCheck(timestampTimeout, {
  ...noJudgement,
  passes: [
    { name: "Debian's own quarter of an hour", files: withSudoers(rule) },
    { name: "set", files: withSudoers("Defaults timestamp_timeout=5\n") },
    {
      name: "every time",
      files: withSudoers("Defaults timestamp_timeout=0\nDefaults:bob !timestamp_timeout\n"),
    },
    { name: "a fraction", files: withSudoers("Defaults timestamp_timeout=14.5\n") },
    {
      name: "sudo's own five minutes",
      files: { ...withSudoers(rule), "/etc/os-release": "ID=rocky\n" },
      params: { max: 5 },
    },
  ],
  fails: [
    {
      name: "for ever",
      files: withSudoers("Defaults timestamp_timeout = -1\n"),
      at: [`${main}:1`],
      says: /until the next boot/,
      fixed: { [main]: "Defaults timestamp_timeout=15\n" },
    },
    { name: "too long for one", files: withSudoers("Defaults:bob timestamp_timeout=60\n"), says: /for bob/ },
    {
      name: "what is built in is too long",
      files: withSudoers(rule),
      params: { max: 10 },
      fixed: { [main]: `${rule}Defaults timestamp_timeout=10\n` },
    },
  ],
});

test.run();
