// Are sudoers files judged for syntax, owner, mode, and for being read at all; and the programs they name?
import { test } from "uvu";
import filePermissions from "../../../../src/checks/sudo/file-permissions.js";
import includes from "../../../../src/checks/sudo/includes.js";
import syntax from "../../../../src/checks/sudo/syntax.js";
import writableCommands from "../../../../src/checks/sudo/writable-commands.js";
import { testCheck } from "../../../support/check.js";
import { file, noJudgement, sudoNode, withSudoers } from "../../../support/sudo-node.js";

const main = "/etc/sudoers";
const folder = "/etc/sudoers.d";
const including = file("root ALL=(ALL) ALL\n@includedir /etc/sudoers.d\n");

testCheck(syntax, {
  ...noJudgement,
  passes: [
    { name: "Debian's own", files: withSudoers("Defaults use_pty\n%sudo ALL=(ALL:ALL) ALL\n") },
    { name: "an alias that nobody defined", files: withSudoers("OPS ALL=ALL\n") },
    {
      name: "a byte that is no UTF-8",
      files: withSudoers({ [main]: { bytes: Buffer.from("# caf\xe9\n", "latin1") } }),
    },
    { name: "carriage returns", files: withSudoers("root ALL=(ALL) ALL\r\n") },
  ],
  fails: [
    {
      name: "a broken line",
      files: withSudoers("root ALL=(ALL) ALL\nbob ALL=(root ALL\n"),
      at: [`${main}:2`],
      says: /\/etc\/sudoers:2:15: syntax error/,
    },
    {
      name: "in an included file, and an unknown setting",
      files: withSudoers({ [main]: including, [`${folder}/a`]: file("\nDefaults nosuch\nbob\n") }),
      at: [`${folder}/a:3`, `${folder}/a:2`],
      says: /unknown defaults entry "nosuch"/,
    },
    {
      name: "an alias defined in two files",
      files: withSudoers({
        [main]: file("User_Alias A = bob\n@include more\n"),
        "/etc/more": file("User_Alias A = eve\n"),
      }),
      at: ["/etc/more:1"],
      says: /more:1:12: duplicate User_Alias "A"/,
    },
    { name: "a byte order mark", files: withSudoers("\ufeffroot ALL=(ALL) ALL\nbob ALL=(\n") },
    {
      name: "old sudo refuses to run",
      files: sudoNode("1.8.27-1+deb10u3", "root ALL=(ALL) ALL\nbob ALL=(\n"),
      says: /sudo refuses to run/,
    },
    {
      name: "@include is not known before 1.9.1",
      files: sudoNode("1.8.31-1ubuntu1.5", "@includedir /etc/sudoers.d\n"),
    },
    { name: "CWD is not known before 1.9.3", files: sudoNode("1.9.2", "bob ALL=CWD=/tmp /bin/ls\n") },
  ],
});

testCheck(filePermissions, {
  ...noJudgement,
  passes: [
    {
      name: "as they should be",
      files: withSudoers({
        [main]: including,
        [folder]: { kind: "directory", mode: 0o750 },
        [`${folder}/a`]: file("", { mode: 0o400 }),
      }),
    },
  ],
  fails: [
    {
      name: "readable by everybody, and a wide directory",
      files: withSudoers({
        [main]: { ...including, mode: 0o444 },
        [folder]: { kind: "directory", mode: 0o755 },
        [`${folder}/a`]: file(""),
      }),
      at: [main, `${folder}/a`, folder],
      fixed: { [main]: "0440", [folder]: "0750" },
    },
    {
      name: "a file of another group is not even read",
      files: withSudoers({
        [main]: including,
        [folder]: { kind: "directory", mode: 0o750 },
        [`${folder}/a`]: file("", { mode: 0o460, gid: 2000 }),
      }),
      says: /belongs to group ops/,
      fixed: { [`${folder}/a`]: "0440" },
    },
    { name: "not root's", files: withSudoers({ [main]: file("", { uid: 1001 }) }), says: /user alice/ },
  ],
});

testCheck(includes, {
  ...noJudgement,
  passes: [
    { name: "no include", files: withSudoers("root ALL=(ALL) ALL\n") },
    {
      name: "a directory, a relative path and the host's name",
      files: withSudoers({
        [main]: file("@includedir sudoers.d\n#include /etc/sudoers.%h\n"),
        [`${folder}/a`]: file(""),
        [`${folder}/.placeholder`]: file(""),
        "/etc/sudoers.node1": file(""),
      }),
    },
    {
      name: "root:root 0664 is accepted",
      files: withSudoers({ [main]: including, [`${folder}/a`]: file("", { mode: 0o664 }) }),
    },
  ],
  fails: [
    {
      name: "a dot, a tilde, a directory and a link to nothing",
      files: withSudoers({
        [main]: including,
        [`${folder}/90-x.conf`]: file("alice ALL=ALL\n"),
        [`${folder}/b~`]: file(""),
        [`${folder}/c`]: { kind: "directory" },
        [`${folder}/d`]: { link: "/nowhere" },
      }),
      at: [`${folder}/90-x.conf`, `${folder}/b~`, `${folder}/c`, `${folder}/d`],
      says: /90-x\.conf: its name contains a dot/,
    },
    {
      name: "a missing file",
      files: withSudoers("@include more\n"),
      at: [`${main}:1`],
      says: /no such file: \/etc\/more/,
    },
    { name: "a missing directory", files: withSudoers("@includedir /etc/none\n") },
    {
      name: "a file others can write to",
      files: withSudoers({ [main]: including, [`${folder}/a`]: file("", { mode: 0o666 }) }),
      says: /sudo does not read .*: it can be written by everybody/,
    },
    {
      name: "a directory of somebody else",
      files: withSudoers({
        [main]: including,
        [folder]: { kind: "directory", uid: 1001 },
        [`${folder}/a`]: file(""),
      }),
      says: /belongs to user 1001/,
    },
    { name: "itself", files: withSudoers("@include sudoers\n"), says: /includes itself/ },
    {
      name: "a circle",
      files: withSudoers({
        [main]: file("@include a\n"),
        "/etc/a": file("@include b\n"),
        "/etc/b": file("@include a\n"),
      }),
      says: /\/etc\/a includes itself/,
    },
  ],
});

const program = "/opt/app/bin/run";
testCheck(writableCommands, {
  errors: [
    ...noJudgement.errors,
    {
      name: "a directory may not be searched",
      files: { ...withSudoers(`alice ALL=${program}\n`), "/opt/app": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: noJudgement.notApplicable,
  passes: [
    { name: "root's", files: { ...withSudoers(`alice ALL=${program}\n`), [program]: { mode: 0o755 } } },
    { name: "not there, in a directory of root", files: withSudoers(`alice ALL=${program}\n`) },
    {
      name: "as another user",
      files: { ...withSudoers(`alice ALL=(bob) ${program}\n`), [program]: { uid: 1002 } },
    },
    { name: "everything", files: withSudoers("%sudo ALL=(ALL) ALL\n") },
    {
      name: "by its digest",
      files: { ...withSudoers(`alice ALL=sha256:${"0".repeat(64)} ${program}\n`), [program]: { uid: 1001 } },
    },
    {
      name: "in a sticky directory, root's own",
      files: {
        ...withSudoers("alice ALL=/tmp/x\n"),
        "/tmp": { kind: "directory", mode: 0o1777 },
        "/tmp/x": { mode: 0o755 },
      },
    },
  ],
  fails: [
    {
      name: "the caller's",
      files: { ...withSudoers(`alice ALL=${program}\n`), [program]: { uid: 1001 } },
      at: [`${main}:1`],
      says: /alice runs \/opt\/app\/bin\/run as root, and .* belongs to user 1001/,
    },
    {
      name: "a group's",
      files: { ...withSudoers(`alice ALL=${program}\n`), [program]: { mode: 0o775, gid: 2000 } },
    },
    {
      name: "a directory above",
      files: {
        ...withSudoers(`alice ALL=${program}\n`),
        [program]: "",
        "/opt/app": { kind: "directory", mode: 0o777 },
      },
      says: /\/opt\/app can be written by everybody/,
    },
    {
      name: "behind a link",
      files: {
        ...withSudoers("alice ALL=/usr/bin/x\n"),
        "/usr/bin/x": { link: program },
        [program]: "",
        "/opt/app/bin": { kind: "directory", uid: 1001 },
      },
      says: /\/opt\/app\/bin belongs to user 1001/,
    },
    {
      name: "missing in a sticky directory",
      files: { ...withSudoers("alice ALL=/tmp/x\n"), "/tmp": { kind: "directory", mode: 0o1777 } },
      says: /anybody can make it/,
    },
    {
      name: "a file of a directory that is allowed as a whole",
      files: { ...withSudoers("alice ALL=/opt/app/bin/\n"), [program]: { mode: 0o757 } },
    },
    {
      name: "the directory of a pattern",
      files: {
        ...withSudoers("alice ALL=/opt/app/bin/r*\n"),
        "/opt/app/bin": { kind: "directory", mode: 0o777 },
      },
    },
  ],
});

test.run();
