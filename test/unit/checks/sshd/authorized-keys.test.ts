import { test } from "uvu";
import check from "../../../../src/checks/sshd/authorized-keys.js";
import type { MemoryFiles, MemoryNode } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { keyText } from "../../../support/ssh-key-text.js";
import { node } from "../../../support/sshd-node.js";

const passwd = "root:x:0:0::/root:/bin/bash\nbob:x:1000:1000::/home/bob:/bin/bash\n";
const ed = `${keyText("ssh-ed25519")} bob@desk\n`;
const bobs = "/home/bob/.ssh/authorized_keys";
const roots = "/root/.ssh/authorized_keys";

function keys(file: MemoryNode, config = "", more: MemoryFiles = {}, path = bobs): MemoryFiles {
  return node(config, {
    "/etc/passwd": passwd,
    "/etc/group": "root:x:0:\nbob:x:1000:\n",
    "/home/bob": { kind: "directory", uid: 1000, mode: 0o750 },
    "/home/bob/.ssh": { kind: "directory", uid: 1000, mode: 0o700 },
    [path]: { uid: path === bobs ? 1000 : 0, mode: 0o600, ...file },
    ...more,
  });
}

testCheck(check, {
  passes: [
    { name: "a key of bob's own", files: keys({ text: ed }) },
    {
      name: "RSA of 2048 bits, with options",
      files: keys({ text: `from="10.0.0.0/8",no-pty ${keyText("ssh-rsa", 2048)} x\n` }),
    },
    { name: "a file of root's with no key", files: keys({ text: "# none\n" }, "", {}, roots) },
    {
      name: "keys of root where allowed",
      files: keys({ text: ed }, "", {}, roots),
      params: { root: "allowed" },
    },
    {
      name: "keys where sshd does not look",
      files: keys({ text: ed }, "AuthorizedKeysFile none\n", {}, roots),
    },
    {
      name: "keys where sshd looks for others only",
      files: keys(
        { text: ed },
        "AuthorizedKeysFile none\nMatch User bob\nAuthorizedKeysFile .ssh/authorized_keys\n",
        {},
        roots,
      ),
    },
  ],
  fails: [
    {
      name: "a key of root's",
      files: keys({ text: ed }, "PermitRootLogin no\n", {}, roots),
      at: [`${roots}:1`],
      says: /a key logs in as root/,
    },
    {
      name: "the second file of the default",
      files: keys({ text: ed }, "", {}, "/root/.ssh/authorized_keys2"),
      at: ["/root/.ssh/authorized_keys2:1"],
    },
    {
      name: "root's keys in a place of the site",
      files: keys({ text: ed }, "AuthorizedKeysFile /etc/keys/%u\n", {}, "/etc/keys/root"),
      at: ["/etc/keys/root:1"],
    },
    {
      name: "root's keys for some addresses",
      files: keys(
        { text: ed },
        "AuthorizedKeysFile none\nMatch Address 10.0.0.0/8\nAuthorizedKeysFile /k/%u-%U%%\n",
        {},
        "/k/root-0%",
      ),
      at: ["/k/root-0%:1"],
    },
    {
      name: "a forced command",
      files: keys({ text: `command="/bin/x" ${ed}` }, "", {}, roots),
      says: /for a forced command/,
    },
    {
      name: "weak keys",
      files: keys({ text: `${keyText("ssh-rsa", 1024)} old\n\n${ed}restrict ${keyText("ssh-dss", 1024)}\n` }),
      at: [`${bobs}:1`, `${bobs}:4`],
      says: /RSA with 1024 bits.*DSA/s,
    },
    {
      name: "stronger asked for",
      files: keys({ text: keyText("ssh-rsa", 2048) }),
      params: { "rsa-bits": 3072 },
    },
    { name: "a file that others write", files: keys({ text: ed, mode: 0o666 }), at: [bobs], says: /0666/ },
    { name: "a file of another user", files: keys({ text: ed, uid: 1001 }), says: /number 1001/ },
    {
      name: "a folder that the group writes",
      files: keys({ text: ed }, "", { "/home/bob/.ssh": { kind: "directory", uid: 1000, mode: 0o770 } }),
      at: ["/home/bob/.ssh"],
    },
  ],
  errors: [
    { name: "sshd does not start", files: keys({ text: ed }, "AuthorizedKeysFile\n") },
    {
      name: "keys that may not be read",
      files: keys({ text: ed, error: "denied" }),
      says: /permission denied/,
    },
    { name: "a directory in place of the file", files: keys({ kind: "directory" }), says: /authorized_keys/ },
    { name: "a named pipe in place of the file", files: keys({ kind: "fifo" }) },
  ],
  notApplicable: [{ name: "no sshd", files: { "/etc/passwd": passwd } }],
});

test.run();
