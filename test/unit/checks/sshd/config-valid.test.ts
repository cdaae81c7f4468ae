import { test } from "uvu";
import check from "../../../../src/checks/sshd/config-valid.js";
import { testCheck } from "../../../support/check.js";
import { main, node, withDropIns } from "../../../support/sshd-node.js";

const dir = "/etc/ssh/sshd_config.d";

function refused(name: string, text: string, says: RegExp, line = 1) {
  return { name, files: node(text), at: [`${main}:${line}`], says };
}

testCheck(check, {
  passes: [
    {
      name: "what Red Hat's and the cloud's own files say, outvoted on purpose",
      files: withDropIns("", {
        "00-hardening.conf": "X11Forwarding no\nPasswordAuthentication no\n",
        "50-redhat.conf": "X11Forwarding yes\n",
        "50-cloud-init.conf": "PasswordAuthentication yes\n",
      }),
    },
    { name: "nothing set", files: node("") },
    { name: "the same value twice", files: node("X11Forwarding no\nx11forwarding NO\n") },
    { name: "values that add up", files: node("Port 22\nPort 2222\nAllowUsers a\nAllowUsers b\n") },
    {
      name: "another value in another block",
      files: node("X11Forwarding no\nMatch User b\nX11Forwarding yes\n"),
    },
    { name: "carriage returns and trailing comments", files: node("X11Forwarding no # x\r\nPort 22\r\n") },
    { name: "no file matches the Include", files: node("Include /etc/ssh/none.d/*.conf\n") },
    {
      name: "old keywords are read and forgotten",
      files: node("Protocol 2\nUsePrivilegeSeparation sandbox\nUseLogin no\n"),
    },
    { name: "a directory is an empty file", files: withDropIns("", { "a.conf": { kind: "directory" } }) },
  ],
  fails: [
    refused("an unknown keyword", "Port 22\nPermitRoot no\n", /bad configuration option: PermitRoot/, 2),
    refused("a byte order mark", "\ufeffPort 22\n", /bad configuration option/),
    refused("a no-break space", "\u00a0Port 22\n", /bad configuration option/),
    refused("no value", "PermitRootLogin\n", /no argument/),
    refused("a bad value", "PermitRootLogin maybe\n", /unsupported option "maybe"/),
    refused("too many values", "PermitRootLogin no yes\n", /extra arguments/),
    refused("an open quote", 'Banner "/etc/issue\n', /invalid quotes/),
    refused("a second subsystem of one name", "Subsystem sftp a\nSubsystem sftp b\n", /defined already/, 2),
    refused(
      "a global keyword in a Match block",
      "Match User x\nPort 22\n",
      /not allowed within a Match block/,
      2,
    ),
    refused("an unknown criterion", "Match Exec true\n", /unsupported Match criterion/),
    refused(
      "a command without its user",
      "AuthorizedKeysCommand /bin/keys\n",
      /without AuthorizedKeysCommandUser/,
    ),
    refused(
      "methods that are switched off",
      "AuthenticationMethods password\nPasswordAuthentication no\n",
      /cannot be satisfied/,
    ),
    refused(
      "an address of the other family",
      "AddressFamily inet\nListenAddress ::\n",
      /bad addr or host/,
      2,
    ),
    refused("a NUL byte", "Port 22\0\nX11Forwarding no\n", /NUL/),
    refused("a keyword of a later version", "RefuseConnection no\n", /bad configuration option/),
    {
      name: "a dangling link among the drop-ins",
      files: withDropIns("", { "z.conf": { link: "/gone" } }),
      at: [`${main}:1`],
      says: /no such file: .*z\.conf: sshd does not start without it/,
    },
    {
      name: "a named pipe among the drop-ins",
      files: withDropIns("", { "z.conf": { kind: "fifo" } }),
      says: /z\.conf: is not a regular file \(fifo\)/,
    },
    {
      name: "files that include each other",
      files: node("Include /etc/ssh/a\n", { "/etc/ssh/a": `Include ${main}\n` }),
      says: /too many recursive/,
    },
    {
      name: "no configuration at all",
      files: { "/usr/sbin/sshd": "OpenSSH_9.2p1 Debian\0" },
      at: [main],
      says: /sshd does not start/,
    },
    {
      name: "a value that an earlier file outvotes",
      files: withDropIns("PasswordAuthentication no\n", {
        "50-cloud-init.conf": "PasswordAuthentication yes\n",
      }),
      at: [`${main}:2`, `${dir}/50-cloud-init.conf:1`],
      says: /sshd_config:2 sets PasswordAuthentication no in vain: .*50-cloud-init\.conf:1 has it yes/,
    },
    {
      name: "one of the system's files outvoted by another",
      files: withDropIns("", {
        "50-cloud-init.conf": "PasswordAuthentication yes\n",
        "60-cloudimg-settings.conf": "PasswordAuthentication no\n",
      }),
      says: /60-cloudimg-settings\.conf:1 sets PasswordAuthentication no in vain/,
    },
    {
      name: "a late drop-in that changes nothing",
      files: withDropIns("", {
        "10-a.conf": "X11Forwarding yes\n",
        "99-hardening.conf": "X11Forwarding no\n",
      }),
      says: /99-hardening\.conf:1 sets X11Forwarding no in vain/,
    },
    {
      name: "another name of the same keyword",
      files: node("KbdInteractiveAuthentication yes\nChallengeResponseAuthentication no\n"),
      says: /ChallengeResponseAuthentication no in vain/,
    },
  ],
  errors: [
    {
      name: "a file we may not read",
      files: withDropIns("", { "a.conf": { text: "", error: "denied" } }),
      says: /a\.conf/,
    },
  ],
  notApplicable: [{ name: "no sshd", files: { "/etc/hostname": "x" } }],
});

test.run();
