// Is what reaches a command judged: the path, the variables, and the password before it?
import { test } from "uvu";
import envKeep from "../../../../src/checks/sudo/env-keep.js";
import noAuthenticate from "../../../../src/checks/sudo/no-authenticate.js";
import securePath from "../../../../src/checks/sudo/secure-path.js";
import targetpw from "../../../../src/checks/sudo/targetpw.js";
import { testCheck } from "../../../support/check.js";
import { file, noJudgement, withSudoers } from "../../../support/sudo-node.js";

const main = "/etc/sudoers";
const _own = "/etc/sudoers.d/nodeward";
const rule = "root ALL=(ALL:ALL) ALL\n";
const _including = `${rule}@includedir /etc/sudoers.d\n`;
const _folder = { "/etc/sudoers.d/README": file("# nothing\n") };

const path = 'Defaults secure_path="/usr/sbin:/usr/bin"\n';
testCheck(securePath, {
  errors: [
    ...noJudgement.errors,
    {
      name: "a directory may not be looked at",
      files: {
        ...withSudoers('Defaults secure_path="/opt/a/b"\n'),
        "/opt/a": { kind: "directory", error: "denied" },
      },
    },
  ],
  notApplicable: noJudgement.notApplicable,
  passes: [
    { name: "root's directories", files: withSudoers(path) },
    {
      name: "a missing one in a directory of root",
      files: withSudoers('Defaults secure_path="/usr/bin:/opt/none"\n'),
    },
  ],
  fails: [
    {
      name: "not set",
      files: withSudoers(rule),
      fixed: {
        [main]: `${rule}Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n`,
      },
    },
    {
      name: "switched off for one",
      files: withSudoers(`${path}Defaults:bob !secure_path\n`),
      at: [`${main}:1`, `${main}:2`],
    },
    {
      name: "relative and empty parts",
      files: withSudoers('Defaults secure_path="/usr/bin:.::bin"\n'),
      says: /\., an empty part, bin/,
      fixed: { [main]: 'Defaults secure_path="/usr/bin"\n' },
    },
    {
      name: "a directory everybody can write to",
      files: {
        ...withSudoers('Defaults secure_path="/opt/bin:/usr/bin"\n'),
        "/opt/bin": { kind: "directory", mode: 0o777 },
      },
      says: /\/opt\/bin can be written by everybody/,
    },
    {
      name: "a directory below somebody's",
      files: {
        ...withSudoers('Defaults secure_path="/opt/x/bin"\n'),
        "/opt/x": { kind: "directory", uid: 1001 },
      },
      says: /\/opt\/x belongs to user 1001/,
    },
  ],
});

testCheck(envKeep, {
  ...noJudgement,
  passes: [
    { name: "nothing kept", files: withSudoers("Defaults env_reset\n") },
    { name: "harmless", files: withSudoers('Defaults env_keep += "LANG LC_* http_proxy EDITOR"\n') },
    {
      name: "taken out again",
      files: withSudoers("Defaults env_keep += LD_PRELOAD\nDefaults env_keep -= LD_PRELOAD\n"),
    },
    { name: "replaced", files: withSudoers('Defaults env_keep += LD_PRELOAD\nDefaults env_keep = "LANG"\n') },
    { name: "emptied", files: withSudoers("Defaults:bob env_keep += LD_PRELOAD\nDefaults !env_keep\n") },
    { name: "ALL lets the caller set anything as it is", files: withSudoers("alice ALL=ALL\n") },
    { name: "SETENV for one program", files: withSudoers("alice ALL=SETENV: /opt/x\n") },
  ],
  fails: [
    {
      name: "LD_PRELOAD among others",
      files: withSudoers('Defaults env_keep += "LANG LD_PRELOAD PYTHONPATH"\n'),
      at: [`${main}:1`],
      says: /LD_PRELOAD, PYTHONPATH/,
    },
    {
      name: "a pattern",
      files: withSudoers('Defaults:alice env_keep += "L*"\n'),
      says: /L\* of the caller.*for alice/,
    },
    { name: "everything", files: withSudoers('Defaults env_keep = "*"\n') },
    { name: "with a value", files: withSudoers('Defaults env_keep += "BASH_FUNC_x%%=()*"\n') },
    {
      name: "taken out for somebody else",
      files: withSudoers("Defaults env_keep += BASH_ENV\nDefaults:bob env_keep -= BASH_ENV\n"),
    },
    {
      name: "put in again for a command",
      files: withSudoers("Defaults!/bin/x env_keep += ENV\nDefaults env_keep = LANG\n"),
    },
    {
      name: "not reset",
      files: withSudoers("Defaults:bob !env_reset\n"),
      says: /not reset: !env_reset for bob/,
    },
    { name: "setenv", files: withSudoers("Defaults setenv\n") },
    { name: "SETENV with ALL", files: withSudoers("alice ALL=(ALL) SETENV: ALL\n"), at: [`${main}:1`] },
  ],
});

testCheck(targetpw, {
  ...noJudgement,
  passes: [
    { name: "none", files: withSudoers("%sudo ALL=(ALL) ALL\n") },
    { name: "no rule is for ALL", files: withSudoers("Defaults rootpw\nalice ALL=/bin/ls\n") },
    {
      name: "switched off again",
      files: withSudoers("Defaults targetpw\nDefaults !targetpw\nALL ALL=(ALL) ALL\n"),
    },
  ],
  fails: [
    {
      name: "as SUSE ships it",
      files: withSudoers("Defaults targetpw\nALL ALL=(ALL) ALL\n"),
      at: [`${main}:1`, `${main}:2`],
      says: /targetpw for everybody/,
    },
    { name: "for a group", files: withSudoers("Defaults:%ops rootpw\n%ops ALL=ALL\n") },
    { name: "runaspw", files: withSudoers("Defaults>postgres runaspw\n%sudo ALL=(ALL) ALL\n") },
  ],
});

testCheck(noAuthenticate, {
  ...noJudgement,
  passes: [
    { name: "nothing said", files: withSudoers(rule) },
    { name: "switched on again", files: withSudoers("Defaults !authenticate\nDefaults authenticate\n") },
    { name: "on another host", files: withSudoers("Defaults@web7 !authenticate\n") },
    { name: "no group is exempt", files: withSudoers("Defaults !exempt_group\n") },
  ],
  fails: [
    {
      name: "for everybody",
      files: withSudoers("Defaults !authenticate\n"),
      at: [`${main}:1`],
      fixed: { [main]: "Defaults authenticate\n" },
    },
    {
      name: "for one, as a target, for a command, and on this host",
      files: withSudoers(
        "Defaults:bob !authenticate\nDefaults>root env_reset, !authenticate\nDefaults!/bin/x !authenticate\nDefaults@node1 !authenticate\n",
      ),
      at: [`${main}:1`, `${main}:2`, `${main}:4`, `${main}:3`],
      fixed: {
        [main]:
          "Defaults:bob authenticate\nDefaults>root env_reset, authenticate\nDefaults!/bin/x authenticate\nDefaults@node1 authenticate\n",
      },
    },
    {
      name: "a group is exempt",
      files: withSudoers("Defaults exempt_group = ops\n"),
      says: /exempt_group=ops/,
      fixed: { [main]: "Defaults !exempt_group\n" },
    },
  ],
});

test.run();
