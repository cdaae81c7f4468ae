// Are the commands of rules judged for what they give away?
import { test } from "uvu";
import negatedCommands from "../../../../src/checks/sudo/negated-commands.js";
import shellEscapes from "../../../../src/checks/sudo/shell-escapes.js";
import wildcards from "../../../../src/checks/sudo/wildcards.js";
import { testCheck } from "../../../support/check.js";
import { file, noJudgement, withSudoers } from "../../../support/sudo-node.js";

const main = "/etc/sudoers";
const drop = "/etc/sudoers.d/90-ops";
const _included = (text: string) =>
  withSudoers({ [main]: file("root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"), [drop]: file(text) });

testCheck(negatedCommands, {
  ...noJudgement,
  passes: [
    { name: "none", files: withSudoers("alice ALL=/bin/ls\n") },
    { name: "all forbidden", files: withSudoers("alice ALL=ALL, !ALL\n") },
    { name: "twice is not at all", files: withSudoers("alice ALL=!!/bin/ls\n") },
  ],
  fails: [
    {
      name: "a shell",
      files: withSudoers("alice ALL=ALL, !/bin/sh\n"),
      at: [`${main}:1`],
      says: /!\/bin\/sh for alice/,
    },
    {
      name: "inside an alias, and an alias as a whole",
      files: withSudoers("Cmnd_Alias X = ALL, !/bin/su : Y = /bin/sh\nalice ALL=X, !Y\n"),
      at: [`${main}:2`, `${main}:2`],
    },
  ],
});

testCheck(wildcards, {
  ...noJudgement,
  passes: [
    { name: "none", files: withSudoers("alice ALL=/bin/ls -l, /bin/cat /etc/x\n") },
    { name: "any arguments", files: withSudoers("alice ALL=/bin/ls *\n") },
    { name: "escaped", files: withSudoers("alice ALL=/bin/ls \\*\n") },
    { name: "a narrow pattern", files: withSudoers("alice ALL=^/usr/bin/(ls|id)$ ^[a-z]+$\n") },
    { name: "files of one directory for sudoedit", files: withSudoers("alice ALL=sudoedit /etc/app/*\n") },
    { name: "everything says so", files: withSudoers("alice ALL=ALL\n") },
  ],
  fails: [
    {
      name: "in arguments",
      files: withSudoers("alice ALL=/bin/cat /var/log/*\n"),
      at: [`${main}:1`],
      says: /slashes/,
    },
    { name: "in a path", files: withSudoers("alice ALL=/usr/bin/*\n"), says: /every program that fits/ },
    {
      name: "a directory",
      files: withSudoers("alice ALL=/opt/bin/\n"),
      says: /every program of the directory/,
    },
    { name: "brackets", files: withSudoers("alice ALL=/bin/kill [0-9]*\n") },
    { name: "a wide pattern", files: withSudoers("alice ALL=^/usr/.*$ ^x$\n"), says: /any path/ },
    { name: "a wide pattern for arguments", files: withSudoers("alice ALL=/bin/cat ^/var/log/.*$\n") },
    { name: "directories for sudoedit", files: withSudoers("alice ALL=sudoedit /home/*/x\n") },
  ],
});

testCheck(shellEscapes, {
  ...noJudgement,
  passes: [
    { name: "a program we know nothing of", files: withSudoers("alice ALL=/opt/app/restart\n") },
    { name: "NOEXEC", files: withSudoers("alice ALL=NOEXEC: /usr/bin/less /var/log/syslog\n") },
    {
      name: "noexec by Defaults for the command",
      files: withSudoers(
        "Cmnd_Alias PAGERS = /usr/bin/less\nDefaults!PAGERS noexec\nalice ALL=/usr/bin/less\n",
      ),
    },
    { name: "noexec for everybody", files: withSudoers("Defaults noexec\nalice ALL=/usr/bin/vim\n") },
    {
      name: "fixed arguments",
      files: withSudoers("alice ALL=/usr/bin/apt-get update, /usr/bin/systemctl restart x\n"),
    },
    { name: "no arguments at all", files: withSudoers('alice ALL=/usr/bin/apt-get ""\n') },
    {
      name: "files that are nobody's way to root",
      files: withSudoers("alice ALL=sudoedit /etc/app/[a-z]*.conf, sudoedit ^/etc/app/[a-z]+$\n"),
    },
    {
      name: "programs of a folder and patterns that mean none of them",
      files: withSudoers("alice ALL=/opt/app/, /opt/app/[a-z]*, ^/opt/app/(start|stop)$\n"),
    },
    {
      name: "arguments that give nothing away",
      files: withSudoers("alice ALL=/usr/bin/crontab -l, /usr/bin/passwd bob, /usr/bin/python3 /opt/x.py\n"),
    },
    { name: "not as root", files: withSudoers("alice ALL=(postgres) /usr/bin/vim\n") },
    { name: "sudoedit", files: withSudoers("alice ALL=sudoedit /etc/hosts\n") },
    { name: "forbidden", files: withSudoers("alice ALL=!/usr/bin/vim\n") },
  ],
  fails: [
    {
      name: "an editor",
      files: withSudoers("alice ALL=/usr/bin/vim /etc/hosts\n"),
      at: [`${main}:1`],
      says: /an editor/,
    },
    { name: "a pager", files: withSudoers("%ops ALL=(root) NOPASSWD: /bin/less\n"), says: /a pager/ },
    {
      name: "a version in its name",
      files: withSudoers("alice ALL=/usr/bin/python3.11\n"),
      says: /an interpreter/,
    },
    {
      name: "a package manager with a wildcard",
      files: withSudoers("alice ALL=/usr/bin/apt-get install *\n"),
    },
    { name: "a file tool", files: withSudoers("alice ALL=/usr/bin/tee\n"), says: /a file tool/ },
    {
      name: "a digest makes no editor harmless",
      files: withSudoers(`alice ALL=sha256:${"0".repeat(64)} /usr/bin/vim\n`),
    },
    {
      name: "NOEXEC does not keep a file tool from writing",
      files: withSudoers("alice ALL=NOEXEC: /usr/bin/tee\n"),
      says: /a file tool/,
    },
    ...[
      '/usr/bin/python3 ""',
      '/usr/sbin/chpasswd ""',
      "/usr/bin/passwd root",
      "/usr/bin/crontab -u root -e",
      "sudoedit",
      "sudoedit /etc/*",
      "sudoedit *",
      "sudoedit /etc/hosts /etc/sudoers",
      "/bin/",
      "/bin/*",
      "/usr/bin/vi*",
      "/usr/bin/[a-z]*",
      "^/usr/bin/(bash|ls)$",
      "/lib64/ld-linux-x86-64.so.2",
      "/usr/bin/perl5.36-x86_64-linux-gnu",
      "/usr/bin/x86_64-linux-gnu-gcc-12",
      "/usr/sbin/iptables",
    ].map((command) => ({ name: command, files: withSudoers(`alice ALL=${command}\n`) })),
    { name: "EXEC beats noexec", files: withSudoers("Defaults noexec\nalice ALL=EXEC: /usr/bin/vim\n") },
    { name: "a container client", files: withSudoers("alice ALL=/usr/bin/docker\n") },
  ],
});

test.run();
