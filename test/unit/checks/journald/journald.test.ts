// journald.storage, compress, forward: values in force, by whichever file sets them.
import { test } from "uvu";
import type { Check } from "../../../../src/checks/define.js";
import forward from "../../../../src/checks/journald/forward.js";
import { settings } from "../../../../src/checks/journald/settings.js";
import { testCheck } from "../../../support/check.js";
import { bare, enabled, lib } from "../../../support/service-tree.js";

const main = "/etc/systemd/journald.conf";
const own = "/etc/systemd/journald.conf.d/90-nodeward-storage.conf";
const vendor = "/usr/lib/systemd/journald.conf.d/syslog.conf";
const node = { ...bare, [`${lib}/systemd-journald.service`]: "[Service]\nExecStart=/x\n" };
const written = (line: string) => `# Written by nodeward.\n[Journal]\n${line}\n`;
const conf = (text: string) => ({ ...node, [main]: `[Journal]\n${text}\n` });

function named(id: string): Check {
  const check = settings.find((one) => one.id === id);
  if (check === undefined) throw new Error(id);
  return check;
}
const errors = [
  { name: "the main file cannot be read", files: { ...node, [main]: { error: "denied" as const } } },
  { name: "a drop-in cannot be read", files: { ...node, [own]: { error: "failed" as const } } },
];
const notApplicable = [{ name: "no journald", files: bare, says: /no systemd-journald/ }];

testCheck(named("journald.storage"), {
  passes: [
    { name: "persistent", files: conf("Storage=persistent") },
    {
      name: "a drop-in of any folder beats the main file",
      files: { ...conf("Storage=volatile"), [vendor]: "[Journal]\nStorage=persistent\n" },
    },
    { name: "a wrong value is passed over", files: conf("Storage=persistent\nStorage=disk") },
    { name: "auto is enough here", files: conf("#Storage=auto"), params: { expected: "auto" } },
  ],
  fails: [
    {
      name: "default",
      files: conf("#Storage=auto"),
      at: [main],
      says: "storage is auto by default",
      fixed: { [own]: written("Storage=persistent") },
    },
    {
      name: "set in the main file: edited in place",
      files: { ...node, [main]: "# c\n[Journal]\n Storage = volatile\n#x" },
      at: [`${main}:3`],
      says: `storage is volatile by ${main}:3`,
      fixed: { [main]: "# c\n[Journal]\n Storage=persistent\n#x" },
    },
    {
      name: "set by the distribution: ours is read later",
      files: { ...conf("Storage=persistent"), [vendor]: "[Journal]\nStorage=none\n" },
      at: [`${vendor}:2`],
      fixed: { "/etc/systemd/journald.conf.d/zz-nodeward-storage.conf": written("Storage=persistent") },
    },
    {
      name: "our own file is added to",
      files: { ...node, [own]: "[Journal]\nCompress=yes" },
      fixed: { [own]: "[Journal]\nCompress=yes\n[Journal]\nStorage=persistent\n" },
    },
    {
      name: "another section means nothing",
      files: { ...node, [main]: "[Other]\nStorage=persistent\n" },
      at: [main],
    },
  ],
  errors,
  notApplicable,
});

testCheck(named("journald.compress"), {
  passes: [
    { name: "default", files: conf("#Compress=yes") },
    { name: "from a size on", files: conf("Compress=512") },
    { name: "empty is the default", files: conf("Compress=no\nCompress=") },
  ],
  fails: [
    {
      name: "off",
      files: conf("Compress=OFF"),
      at: [`${main}:2`],
      says: `compression of the journal is off (${main}:2)`,
      fixed: { [main]: "[Journal]\nCompress=yes\n" },
    },
  ],
  errors,
  notApplicable,
});

const rsyslog = { ...node, ...enabled("rsyslog.service"), "/etc/rsyslog.conf": 'module(load="imuxsock")\n' };
const journal = { ...rsyslog, "/etc/rsyslog.conf": 'module(load="imjournal" StateFile="x")\n' };
const debian12 = {
  "/var/lib/dpkg/status":
    "Package: systemd\nStatus: install ok installed\nArchitecture: amd64\nVersion: 252.38-1~deb12u1\n",
};

testCheck(forward, {
  passes: [
    { name: "nobody to forward to", files: conf("") },
    { name: "to rsyslog", files: { ...rsyslog, [main]: "[Journal]\nForwardToSyslog=yes\n" } },
    {
      name: "by the distribution's drop-in",
      files: { ...rsyslog, [vendor]: "[Journal]\nForwardToSyslog=yes\n" },
    },
    { name: "by Debian's older default", files: { ...rsyslog, ...debian12 } },
    {
      name: "by the default that the main file shows",
      files: { ...rsyslog, [main]: "[Journal]\n#ForwardToSyslog=yes\n" },
    },
    { name: "rsyslog reads the journal", files: journal },
    {
      name: "by the kernel's command line",
      files: { ...rsyslog, "/proc/cmdline": "quiet systemd.journald.forward_to_syslog=1\n" },
    },
  ],
  fails: [
    {
      name: "rsyslog gets nothing",
      files: rsyslog,
      at: [main],
      says: "rsyslog runs and the journal is not forwarded to it by default",
      fixed: { [own.replace("storage", "forwardtosyslog")]: written("ForwardToSyslog=yes") },
    },
    {
      name: "forwarded to nobody",
      files: conf("ForwardToSyslog=yes"),
      at: [`${main}:2`],
      says: "no log service takes it",
      fixed: { [main]: "[Journal]\nForwardToSyslog=no\n" },
    },
    {
      name: "Debian's older default, and no rsyslog",
      files: { ...node, ...debian12 },
      fixed: { [own.replace("storage", "forwardtosyslog")]: written("ForwardToSyslog=no") },
    },
  ],
  errors: [
    ...errors,
    {
      name: "rsyslog's configuration cannot be read",
      files: { ...rsyslog, "/etc/rsyslog.conf": { error: "denied" } },
    },
  ],
  notApplicable,
});

test.run();
